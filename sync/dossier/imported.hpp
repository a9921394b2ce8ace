#pragma once
/// The history of an earlier system, told as if it had happened here: its groups are units, each change of group a hand-over.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

struct ImportedEvent {
    ActId act;
    ImportedContent content;
};

/// Fills in code, procedure, channel, reception, clock, control sheet and outcome. `events` in any order, at least one.
void tell_imported(Dossier& dossier, std::vector<ImportedEvent> events);

}  // namespace motcua::sync
