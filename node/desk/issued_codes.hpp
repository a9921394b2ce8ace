#pragma once
/// The codes that receptions gave out, read from the logs themselves: a number that was printed counts, whatever became of its act.

#include "node/store/reader.hpp"
#include "sync/dossier/code_gaps.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::node {

/// Days since 1970-01-01, both included; by the code, and where it cannot be read by the reception.
struct CodePeriod {
    std::optional<std::int64_t> first_day, last_day;
};

/// Of the logs that are here whole; of others, acts that an inbox carried would look like numbers left out. Holds every code of
/// the period in memory, some hundred bytes each. The blocks are those of `registry` now. Errors: storage.
[[nodiscard]] Result<sync::CodeAudit> audit_issued_codes(Reader& reader, const sync::Registry& registry, const CodePeriod& period);

}  // namespace motcua::node
