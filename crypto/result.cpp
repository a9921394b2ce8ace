#include "crypto/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace motcua {

void ensure(bool holds, const char* what, std::source_location where) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "motcua: broken invariant: %s (%s:%u)\n", what, where.file_name(),
                 static_cast<unsigned>(where.line()));
    std::fflush(stderr);
    std::abort();
}

}  // namespace motcua
