#pragma once
/// What is wrong with a node and what to do about it, in words for an operator. Reads only, beside the running node or without one,
/// and needs no passphrase.

#include <filesystem>
#include <string>
#include <vector>

#include "node/clock.hpp"

namespace motcua::node {

/// `trouble`: something does not work, or proof is in doubt, until somebody acts. `warning`: it works, and will not for ever.
enum class Severity { well, note, warning, trouble };
[[nodiscard]] std::string_view name_of(Severity severity);

struct Advice {
    Severity severity{};
    std::string about;   ///< a stable word for scripts, such as clock, disk, fence
    std::string what;    ///< what was found
    std::string what_to_do;  ///< empty where nothing need be done
    auto operator<=>(const Advice&) const = default;
};

struct DoctorLimits {
    std::uint64_t free_bytes_warning = 2ULL << 30U, free_bytes_trouble = 0;  ///< trouble is also what disk.keep_free_mib of motcua.toml says
    std::chrono::hours unheld_warning{24};      ///< acts here that nobody above holds, for so long
    std::chrono::hours silent_warning{24};      ///< a node below of which nothing new was cosigned for so long
    std::chrono::minutes clock_tolerance{10};
};

/// Every finding, the worst first; one `well` line for each part where there is none. Errors: not_found, when `directory` is no node's.
[[nodiscard]] Result<std::vector<Advice>> examine(const std::filesystem::path& directory, const Clock& clock, const DoctorLimits& limits = {});

}  // namespace motcua::node
