// "I have checked and hold this much": main commit, witness commit, and only then the signature.

#include <fmt/format.h>

#include "node/node_state.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

CosignatureRow row_of(std::uint64_t size, const crypto::NoteSignature& signature, crypto::CosignTime time) {
    auto line = signature.line();
    if (line.ends_with('\n')) line.pop_back();
    return {.size = size, .cosigner = signature.name, .time_s = static_cast<std::uint64_t>(time.time_since_epoch().count()), .line = std::move(line)};
}

/// What was witnessed is a beginning of what is to be cosigned. Only a restored hub can have taken in another history, below what a node has
/// shown it to have cosigned once.
Result<void> continues_witnessed(Reader& reader, const sync::LogId& log, Witness& witness, const WitnessRow& next) {
    const auto known = witness.find(next.origin);
    if (!known) return std::unexpected(known.error());
    if (!*known || (*known)->size == 0 || (*known)->size > next.size) return {};
    const auto root = reader.root_at(log, (*known)->size);
    if (!root) return std::unexpected(root.error());
    if (*root == (*known)->root) return {};
    return fail(ErrorKind::verification, fmt::format("{}: this node once cosigned another history of {} entries; what came is kept and not cosigned", next.origin, (*known)->size));
}

}  // namespace

Result<std::set<sync::LogId>> Node::State::heads_to_cosign() {
    std::set<sync::LogId> heads;
    if (!registry || !cosigner_key || sync::planted(sync::PlantedFault::forgets_to_cosign)) return heads;
    const auto name = sync::cosigner_verifier(origin, cosigner_key->public_key()).name;
    for (const auto& node : registry->nodes()) {
        auto row = store.reader().log(node.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || (*row)->head.size() == 0) continue;
        auto newest = store.reader().newest_cosignature(node.log, name);
        if (!newest) return std::unexpected(std::move(newest).error());
        if (!*newest || (*newest)->size < (*row)->head.size()) heads.insert(node.log);
    }
    return heads;
}

Result<std::vector<sync::Cosigned>> Node::State::cosign(const std::set<sync::LogId>& logs, std::vector<Error>& withheld) {
    std::vector<sync::Cosigned> cosigned;
    const auto* own = own_record();
    // A key that the registry does not list would sign what nobody can check.
    if (own == nullptr || !cosigner_key || own->cosigner_key != cosigner_key->public_key()) return cosigned;

    std::vector<WitnessRow> rows;
    std::vector<sync::LogId> ids;
    const bool one_only = sync::planted(sync::PlantedFault::cosigns_one_a_commit);
    for (const auto& log : logs) {
        if (one_only && !rows.empty()) break;
        const auto* node = registry->find_node(log);
        if (node == nullptr || node->office == own->office || !registry->is_at_or_below(node->office, own->office)) continue;
        auto row = store.reader().log(log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || (*row)->proven || (*row)->head.size() == 0) continue;
        WitnessRow to{.origin = node->origin, .size = (*row)->head.size(), .root = (*row)->head.tree.root()};
        if (auto same = continues_witnessed(store.reader(), log, witness, to); !same) {
            if (same.error().kind != ErrorKind::verification) return std::unexpected(std::move(same).error());
            withheld.push_back(std::move(same).error());
            continue;
        }
        if (auto allowed = witness.check(to); !allowed) {
            if (allowed.error().kind != ErrorKind::refused) return std::unexpected(std::move(allowed).error());
            withheld.push_back(std::move(allowed).error());
            continue;
        }
        rows.push_back(std::move(to));
        ids.push_back(log);
    }
    if (rows.empty()) return cosigned;
    const bool too_late = sync::planted(sync::PlantedFault::cosigns_before_witness);
    if (auto ok = too_late ? Result<void>{} : witness.advance(rows); !ok) return std::unexpected(std::move(ok).error());

    const auto time = std::chrono::floor<std::chrono::seconds>(environment.clock->wall());
    const auto name = sync::cosigner_verifier(origin, cosigner_key->public_key()).name;
    if (auto ok = store.begin(); !ok) return std::unexpected(std::move(ok).error());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const auto& [log_origin, size, root] = rows[index];
        const auto signature = crypto::cosign({log_origin, size, root}, name, *cosigner_key, time);
        auto row = row_of(size, signature, time);
        if (auto ok = store.add_cosignature(ids[index], row); !ok) {
            store.rollback();
            return std::unexpected(std::move(ok).error());
        }
        cosigned.push_back({.log = ids[index], .size = size, .root = root, .lines = {std::move(row.line)}});
    }
    if (auto stored = store.commit(); !stored) return std::unexpected(std::move(stored).error());
    if (auto ok = too_late ? witness.advance(rows) : Result<void>{}; !ok) return std::unexpected(std::move(ok).error());
    return cosigned;
}

Result<std::optional<sync::OnceCosigned>> Node::State::once_cosigned(const sync::LogHead& head) {
    // witness.db holds nothing but what this node's own key signed; a key that the registry no longer lists vouches for nothing.
    const auto* own = own_record();
    if (own == nullptr || !cosigner_key || own->cosigner_key != cosigner_key->public_key()) return std::nullopt;
    auto row = witness.find(head.origin);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row || (*row)->size <= head.size()) return std::nullopt;
    return sync::OnceCosigned{.size = (*row)->size, .root = (*row)->root};
}

Result<void> Node::adopt_cosignature(const sync::Cosigned& cosigned) {
    const auto* node = state_->registry ? state_->registry->find_node(cosigned.log) : nullptr;
    if (node == nullptr || !state_->cosigner_key) return fail(ErrorKind::refused, "a cosignature of a log that the registry does not list");
    const auto verifier = sync::cosigner_verifier(state_->origin, state_->cosigner_key->public_key());
    const crypto::Checkpoint checkpoint{node->origin, cosigned.size, cosigned.root};
    for (const auto& line : cosigned.lines) {
        const auto signature = crypto::NoteSignature::parse_line(line);
        if (!signature || signature->name != verifier.name || !crypto::verify_cosignature(checkpoint, *signature, verifier)) continue;
        const WitnessRow row{.origin = node->origin, .size = cosigned.size, .root = cosigned.root};
        auto advanced = state_->witness.advance(std::span(&row, 1));
        // It knows of more already: then there is nothing to learn.
        return advanced || advanced.error().kind == ErrorKind::refused ? Result<void>{} : advanced;
    }
    return fail(ErrorKind::verification, fmt::format("{}: no cosignature of this node's is among those shown", node->origin));
}

Result<void> Node::take_cosignatures(const sync::Cosigned& cosigned) {
    return state_->as_job([&]() -> Result<void> {
        auto& store = state_->store;
        auto row = store.reader().log(cosigned.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || !state_->registry) return fail(ErrorKind::refused, fmt::format("cosignatures of log {}, of which nothing is here", to_hex(cosigned.log.view())));
        const auto& origin = (*row)->head.origin;
        auto root = store.reader().root_at(cosigned.log, cosigned.size);
        if (!root) return std::unexpected(std::move(root).error());
        if (!*root) return fail(ErrorKind::refused, fmt::format("{}: cosignatures at size {}, but only {} entries are here", origin, cosigned.size, (*row)->head.size()));
        if (**root != cosigned.root) return fail(ErrorKind::verification, fmt::format("{}: cosignatures at size {} over another root", origin, cosigned.size));
        const crypto::Checkpoint checkpoint{origin, cosigned.size, cosigned.root};
        for (const auto& line : cosigned.lines) {
            auto signature = crypto::NoteSignature::parse_line(line);
            if (!signature) return std::unexpected(std::move(signature).error());
            const auto* cosigner = state_->registry->find_cosigner(signature->name);
            if (cosigner == nullptr) return fail(ErrorKind::verification, fmt::format("{}: the registry knows no cosigner {}", origin, signature->name));
            auto time = crypto::verify_cosignature(checkpoint, *signature, sync::cosigner_verifier(cosigner->origin, *cosigner->cosigner_key));
            if (!time) return std::unexpected(std::move(time).error());
            if (auto ok = store.add_cosignature(cosigned.log, row_of(cosigned.size, *signature, *time)); !ok) return ok;
        }
        return {};
    });
}

}  // namespace motcua::node
