#pragma once
/// What a citizen may learn of a dossier without signing in.

#include "node/store/reader.hpp"

namespace motcua::node {

/// The degree of completion, and nothing more, is public without authentication.
enum class Progress : std::uint8_t { submitted = 1, handling = 2, waiting_for_applicant = 3, ready = 4, closed = 5 };

struct LookupAnswer {
    std::string code;
    Progress progress = Progress::submitted;
    std::string progress_vi;
    std::uint64_t as_of_ms = 0;  ///< when this was true
    std::string told_by;         ///< the office whose log says so
    // only with the secret code:
    std::optional<std::string> office_name;
    std::string unit;
    std::optional<std::uint64_t> due_ms;
    std::vector<std::string> missing;
};

/// `code` is a dossier code or a secret lookup code, with or without its dashes. The same work is done whether it is
/// known or not. Errors: not_found, in the same words for a wrong code and a missing dossier.
[[nodiscard]] Result<LookupAnswer> look_up(Reader& reader, const sync::Registry& registry, const std::string& code, sync::WallTime now);

}  // namespace motcua::node
