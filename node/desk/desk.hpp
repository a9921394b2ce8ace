#pragma once
/// The officer's work: turns what a person asked into acts. No rule is decided here; sync/dossier says what is allowed.

#include "node/node.hpp"

namespace motcua::node {

struct Receive {
    std::string procedure;
    std::string applicant, identity, phone, address, note;
    std::optional<std::uint64_t> due_ms;
    template <class A> void serialize(A& a) { a(procedure, applicant, identity, phone, address, note, due_ms); }
};
/// Any other move or fact. `dossier` is a code, or 32 hex digits of its id.
struct Step {
    std::string dossier;
    sync::Kind kind{};
    std::string note;
    template <class A> void serialize(A& a) { a(dossier, kind, note); }
};
/// One parsed event of an earlier system (node/intake makes them).
struct EventRow {
    sync::ImportedContent content;
    std::string resource, responsible;
    std::vector<sync::ImportedBody::Other> others;
    template <class A> void serialize(A& a) { a(content, resource, responsible, others); }
};
struct ImportBatch {
    std::vector<EventRow> rows;  ///< at most import_rows_max
    template <class A> void serialize(A& a) { a(rows); }
};
constexpr std::size_t import_rows_max = 512;

struct ReceiveDone { sync::ActId act; sync::DossierId dossier; std::string code; template <class A> void serialize(A& a) { a(act, dossier, code); } };
struct StepDone { sync::ActId act; sync::DossierId dossier; template <class A> void serialize(A& a) { a(act, dossier); } };
struct ImportDone { std::uint64_t imported = 0, known = 0; template <class A> void serialize(A& a) { a(imported, known); } };

// Inside a group of the node; the caller commits.
[[nodiscard]] Result<ReceiveDone> receive(Node& node, const crypto::SigningKey& officer, const Receive& request, NodeEnvironment environment);
[[nodiscard]] Result<StepDone> step(Node& node, const crypto::SigningKey& officer, const Step& request, NodeEnvironment environment);
/// Skips events that are known already, in the log or earlier in the batch.
[[nodiscard]] Result<ImportDone> import_events(Node& node, const crypto::SigningKey& officer, const ImportBatch& request, NodeEnvironment environment);

}  // namespace motcua::node
