/// Cosignatures, down to whom they hold something for and up to a restored node that lost its own; and the bodies that are
/// still missing where they were given.

#include "sync/log/planted.hpp"
#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t bodies_owed_max = 4 * wanted_max;

}  // namespace

std::string Session::State::cosigner_name_of(const LogId& log) const {
    const NodeRecord* node = registry->find_node(log);
    if (node == nullptr || !node->cosigner_key) return "";
    return cosigner_verifier(node->origin, *node->cosigner_key).name;
}

Result<void> Session::State::take(const Cosign& cosign) {
    const Cosigned& cosigned = cosign.cosigned;
    if (!is_shared(cosigned.log)) return broken("COSIGN of a log that is not ours to hear of");
    if (peer->side == Side::lower) return take_shown(cosign);
    if (links[cosigned.log].excluded) return {};
    auto good = check_cosignatures(*registry, cosigned);
    if (!good) return std::unexpected(std::move(good).error());
    const auto root = replica->root_at(cosigned.log, cosigned.size);
    if (!root) return std::unexpected(root.error());
    if (!good->empty() && *root && **root != cosigned.root) return keep_foreign_root(cosigned, *good);
    if (!good->empty() && *root) {
        summary.cosignatures_received += good->size();
        actions.emplace_back(StoreCosignatures{{cosigned.log, cosigned.size, cosigned.root, std::move(*good)}});
    }
    return owe_bodies(cosigned.log, cosign.missing);
}

/// Good lines over another history than ours. Not the log's own signature, so by itself no proof against it.
Result<void> Session::State::keep_foreign_root(const Cosigned& cosigned, std::span<const std::string> lines) {
    const auto ours = replica->checkpoint_note(cosigned.log, cosigned.size);
    if (!ours) return std::unexpected(ours.error());
    std::string theirs = crypto::Checkpoint{name_of_log(cosigned.log), cosigned.size, cosigned.root}.text() + "\n";
    for (const std::string& line : lines) theirs += line + "\n";
    actions.emplace_back(
        StoreEvidence{cosigned.log, ours->value_or(""), theirs,
                      "cosigned at size " + std::to_string(cosigned.size) + " over a root that is not here", std::nullopt});
    exclude(cosigned.log, "cosigned over a root that is not here; the evidence is kept");
    return {};
}

// --- a node that lost what it had cosigned ---

/// Shows the upper its own newest cosignature, where it states less than we hold.
Result<bool> Session::State::show_cosignature() {
    if (!compared || to_show.empty()) return false;
    const LogId log = *to_show.begin();
    to_show.erase(log);
    auto groups = replica->cosignatures(log);
    if (!groups) return std::unexpected(std::move(groups).error());
    const std::string name = cosigner_name_of(upper_log());
    for (Cosigned& cosigned : *groups) {
        std::erase_if(cosigned.lines, [&](const std::string& text) {
            const auto line = crypto::NoteSignature::parse_line(text);
            return !line || line->name != name;
        });
        if (cosigned.lines.empty()) continue;
        links[log].shown_there = cosigned.size;
        say(Cosign{std::move(cosigned), {}});
        break;
    }
    return true;
}

Result<void> Session::State::take_shown(const Cosign& cosign) {
    const Cosigned& cosigned = cosign.cosigned;
    LogLink& link = links[cosigned.log];
    if (link.excluded) return {};
    if (link.show_due == 0 || !cosign.missing.empty()) return broken("COSIGN from below that was not due");
    if (cosigned.size < link.show_due) return broken("it shows a cosignature below the size that it stated");
    const auto good = check_cosignatures(*registry, cosigned);
    if (!good) return std::unexpected(good.error());
    const std::string name = cosigner_name_of(identity.log);
    const auto is_ours = [&](const std::string& text) { return crypto::NoteSignature::parse_line(text)->name == name; };
    if (good->size() != 1 || cosigned.lines.size() != 1 || !is_ours(good->front()))
        return broken("a cosignature that is shown to us has to be ours");
    link.show_due = 0;
    const auto root = replica->root_at(cosigned.log, cosigned.size);
    if (!root) return std::unexpected(root.error());
    if (*root && **root != cosigned.root) {
        if (auto kept = keep_foreign_root(cosigned, *good); !kept) return kept;
        refuse(cosigned.log, 0, {ErrorKind::verification, "this node has cosigned another history of it"});
        return {};
    }
    link.shown = cosigned.size;
    actions.emplace_back(AdoptCosignature{cosigned});
    return {};
}

/// Logs of which a lower says that we have cosigned more than we know, and has not shown it.
void Session::State::give_up_unshown() {
    show_due.reset();
    for (auto& [log, link] : links) {
        if (link.show_due == 0 || link.excluded) continue;
        refuse(log, 0,
               {ErrorKind::refused, "stated as cosigned here up to " + std::to_string(link.show_due) + ", but not shown"});
    }
}

/// What the lower peer does not have yet of our own cosignatures on the log, and of those from above.
Result<bool> Session::State::relay_cosignatures() {
    if (to_relay.empty()) return false;
    const LogId log = *to_relay.begin();
    to_relay.erase(log);
    LogLink& link = links[log];
    auto groups = replica->cosignatures(log);
    if (!groups) return std::unexpected(std::move(groups).error());
    const std::string our_name = cosigner_name_of(identity.log);
    for (Cosigned& cosigned : *groups) {
        if (cosigned.size == 0 || cosigned.size > link.there) continue;
        std::erase_if(cosigned.lines, [&](const std::string& text) {
            const auto line = crypto::NoteSignature::parse_line(text);
            if (!line) return true;
            const bool ours = line->name == our_name;
            if (planted(PlantedFault::forgets_witness) && !ours) return true;
            return cosigned.size <= (ours ? std::max(link.held, link.shown) : link.witnessed);
        });
        if (!cosigned.lines.empty()) say(Cosign{std::move(cosigned), {}});
    }
    if (link.held_here <= link.there) link.held = std::max(link.held, link.held_here);
    if (link.witnessed_here <= link.there) link.witnessed = std::max(link.witnessed, link.witnessed_here);
    return true;
}

// --- bodies ---

/// Of those, the ones that our office may have.
Result<std::vector<std::uint64_t>> Session::State::want_bodies(const LogId& log, std::span<const std::uint64_t> seqs) {
    std::vector<std::uint64_t> asked;
    if (planted(PlantedFault::leaves_bodies_behind)) return asked;
    for (const std::uint64_t seq : seqs) {
        if (wanted.size() >= wanted_max) break;
        const auto may = replica->may_have_body(log, seq, identity.office);
        if (!may) return std::unexpected(may.error());
        if (*may && wanted.insert(Position{log, Seq{seq}}).second) asked.push_back(seq);
    }
    return asked;
}

Result<void> Session::State::take(const Want& want) {
    if (!goes(want.log)) return broken("WANT from a peer that is not entitled to these bodies");
    return owe_bodies(want.log, want.seqs);
}

Result<void> Session::State::owe_bodies(const LogId& log, std::span<const std::uint64_t> seqs) {
    if (to_send_bodies.size() + seqs.size() > bodies_owed_max)
        return broken("more bodies wanted than are sent at once");
    for (const std::uint64_t seq : seqs) to_send_bodies.push_back({log, Seq{seq}});
    return {};
}

Result<bool> Session::State::send_body() {
    if (to_send_bodies.empty()) return false;
    const Position position = to_send_bodies.front();
    to_send_bodies.pop_front();
    const auto may = replica->may_have_body(position.log, position.seq.value, peer->node.office);
    if (!may) return std::unexpected(may.error());
    auto body = *may ? replica->body(position.log, position.seq.value) : std::optional<Bytes>{};
    if (!body) return std::unexpected(std::move(body).error());
    say(Blob{position.log, position.seq.value, std::move(*body)});
    return true;
}

Result<void> Session::State::take(Blob& blob) {
    if (wanted.erase(Position{blob.log, Seq{blob.seq}}) == 0) return broken("a body that was not asked for");
    if (blob.bytes) actions.emplace_back(StoreBody{blob.log, blob.seq, std::move(*blob.bytes)});
    return {};
}

}  // namespace motcua::sync
