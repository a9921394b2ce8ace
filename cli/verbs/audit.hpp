#pragma once
/// The verbs under `motcua audit` that have a file of their own.

#include "cli/verb.hpp"

namespace motcua::cli {

void add_audit_codes(CLI::App& audit_verbs, Program& program);
void add_audit_evidence(CLI::App& audit_verbs, Program& program);
void add_audit_times(CLI::App& audit_verbs, Program& program);

}  // namespace motcua::cli
