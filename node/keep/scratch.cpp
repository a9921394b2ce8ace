#include "node/keep/scratch.hpp"

#include <fmt/format.h>

#include "crypto/bytes.hpp"

namespace motcua::node {

Scratch::~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Result<void> Scratch::empty() const {
    std::error_code trouble;
    std::filesystem::remove_all(path_, trouble);
    if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", path_.string(), trouble.message()));
    return {};
}

Result<void> Scratch::make() const {
    std::error_code trouble;
    std::filesystem::create_directory(path_, trouble);
    if (!trouble) std::filesystem::permissions(path_, std::filesystem::perms::owner_all, trouble);
    if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", path_.string(), trouble.message()));
    return {};
}

std::filesystem::path beside(const std::filesystem::path& file, std::string_view what, Random& random) {
    Bytes suffix(8);
    random.fill(suffix);
    auto place = std::filesystem::absolute(file);
    place += fmt::format(".{}-{}", what, to_hex(suffix));
    return place;
}

}  // namespace motcua::node
