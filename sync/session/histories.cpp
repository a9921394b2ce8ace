/// What it means that two nodes have a log to different sizes or with another past: it goes up or down, is fetched, or is
/// evidence.

#include "sync/log/fork_proof.hpp"
#include "sync/log/planted.hpp"
#include "sync/session/session_state.hpp"

namespace motcua::sync {

/// What the two statements of one log mean.
Result<void> Session::State::settle(const ComparedHead& head) {
    const auto& [mine, theirs] = head;
    const LogId& log = theirs.log;
    if (!is_on_link(log)) return {};  // their registry knows it and ours does not yet
    LogLink& link = links[log];
    link.compared = true;
    if (registry->find_conviction(log) != nullptr) link.excluded = true;  // extended no more, and what each has is evidence enough
    if (link.excluded) return {};
    link.here = mine.size;
    link.there = link.sent = theirs.size;
    if (planted(PlantedFault::trusts_remembered_state) && mine.held > 0) link.there = link.sent = mine.size;
    link.held = theirs.held;
    link.witnessed = theirs.witnessed;
    if (!is_inbox(log) && peer->side == Side::upper && mine.held > theirs.held) to_show.insert(log);
    if (!is_inbox(log) && peer->side == Side::lower && theirs.held > mine.held) {
        link.show_due = theirs.held;
        show_due = now + proof_timeout;
    }
    if (theirs.size > mine.size) {
        if (is_fetched_here(log)) to_fetch.insert(log);
        if (is_fetched_here(log) || peer->side == sender_of(log))
            link.expected = theirs.size;
        else if (is_own(log))
            proof_due = now + proof_timeout;
        return {};
    }
    // Whoever states less of what it writes itself than it has signed was restored or cloned: show it its own signature.
    const bool restored = is_peers(log) && theirs.size < mine.size;
    if (restored && is_inbox(log)) {
        if (auto said = say_fork(log, mine.size, theirs.size); !said) return said;
        exclude(log, "its keeper states " + std::to_string(theirs.size) + " entries, and " + std::to_string(mine.size) +
                         " are here under its signature");
        return {};
    }
    if (theirs.size == 0) return {};
    const bool same_height = theirs.size == mine.size;
    const bool same_head = planted(PlantedFault::skips_fork_check) ||
                           (same_height && (theirs.root == mine.root || planted(PlantedFault::equal_heights_are_equal)));
    if (!same_head) {
        const auto root = replica->root_at(log, theirs.size);
        if (!root) return std::unexpected(root.error());
        if (*root != theirs.root) {
            if (auto said = say_fork(log, theirs.size, theirs.size - 1); !said) return said;
            exclude(log, "its history here and at the peer differ before size " + std::to_string(theirs.size));
            return {};
        }
    }
    if (restored) return say_fork(log, mine.size, theirs.size);
    return {};
}

Result<std::uint64_t> Session::State::size_here(const LogId& log) const {
    const auto mine = replica->heads(lower_office(), upper_log());
    if (!mine) return std::unexpected(mine.error());
    const auto found = std::ranges::find(*mine, log, &HeadState::log);
    return found == mine->end() ? 0 : found->size;
}

// --- forks ---

/// The log's own signature over at least `size` entries, and the entry at `index` in it.
Result<std::optional<Fork>> Session::State::fork_at(const LogId& log, std::uint64_t size, std::uint64_t index) const {
    auto note = replica->checkpoint_note(log, size);
    if (!note) return std::unexpected(std::move(note).error());
    if (!*note) return std::nullopt;
    const auto checkpoint = open_checkpoint(log, **note);
    if (!checkpoint) return std::unexpected(checkpoint.error());
    auto inclusion = replica->inclusion(log, index, checkpoint->size);
    if (!inclusion) return std::unexpected(std::move(inclusion).error());
    if (!*inclusion) return std::nullopt;
    return Fork{log, std::move(**note), index, (*inclusion)->leaf, std::move((*inclusion)->path)};
}

/// Shows the peer, once, the log's own signature over what we have.
Result<void> Session::State::say_fork(const LogId& log, std::uint64_t size, std::uint64_t index) {
    LogLink& link = links[log];
    if (std::exchange(link.fork_said, true)) return {};
    auto fork = fork_at(log, size, index);
    if (!fork) return std::unexpected(std::move(fork).error());
    if (*fork) say(**fork);
    return {};
}

Result<void> Session::State::take(const Fork& fork) {
    if (!is_on_link(fork.log)) return broken("FORK for a log that is not shared on this link");
    if (std::exchange(links[fork.log].fork_heard, true)) return broken("a second FORK for one log");
    const auto theirs = open_checkpoint(fork.log, fork.checkpoint);
    if (!theirs) return std::unexpected(theirs.error());
    if (fork.index >= theirs->size) return broken("FORK with an entry beyond its own checkpoint");
    auto included = crypto::verify_inclusion(fork.leaf, fork.index, theirs->size, fork.path, theirs->root);
    if (!included) return included;

    const auto root = replica->root_at(fork.log, theirs->size);
    if (!root) return std::unexpected(root.error());
    const auto here = size_here(fork.log);
    if (!here) return std::unexpected(here.error());
    const bool beyond = !*root;
    std::optional<Fork> ours;
    if (fork.index < *here) {
        auto found = fork_at(fork.log, beyond ? *here : theirs->size, fork.index);
        if (!found) return std::unexpected(std::move(found).error());
        ours = std::move(*found);
    }
    const bool other_leaf = ours && ours->leaf != fork.leaf;
    const bool other_root = !beyond && **root != theirs->root;
    if (other_leaf || other_root) {
        const std::string cause = other_leaf
                                      ? "two signed histories: other entries at position " + std::to_string(fork.index)
                                      : "two signed histories: other roots at size " + std::to_string(theirs->size);
        if (auto kept = keep_contradiction(fork, ours, cause); !kept) return kept;
        return beyond && is_own(fork.log) ? own_is_shorter(fork.log, *here, theirs->size) : Result<void>{};
    }
    if (!beyond) {
        proof_due.reset();
        note_refusal(name_of_log(fork.log) +
                     ": the peer accuses it, but what it shows does not contradict what is here");
        return {};
    }
    if (is_own(fork.log)) return own_is_shorter(fork.log, *here, theirs->size);
    return keep_contradiction(fork, ours, "the peer shows another history, signed, beyond the " + std::to_string(*here) +
                                              " entries here");
}

/// Keeps both sides' notes, with the proof where they make one, and leaves the log alone. The peer is shown ours, so that
/// it can make the same proof.
Result<void> Session::State::keep_contradiction(const Fork& fork, const std::optional<Fork>& ours, std::string cause) {
    StoreEvidence evidence{fork.log, ours ? ours->checkpoint : "", fork.checkpoint, std::move(cause), std::nullopt};
    const NodeRecord* node = registry->find_node(fork.log);
    if (ours && (node != nullptr || is_inbox(fork.log))) {
        auto proof = make_fork_proof({ours->checkpoint, ours->leaf, ours->path},
                                     {fork.checkpoint, fork.leaf, fork.path}, fork.index, name_of_log(fork.log),
                                     is_inbox(fork.log) ? inbox->log_key : node->log_key);
        if (proof) evidence.proof = proof->encode();
    }
    if (ours && !std::exchange(links[fork.log].fork_said, true)) say(*ours);
    actions.emplace_back(std::move(evidence));
    exclude(fork.log, "two signed histories; the evidence is kept");
    return {};
}

// --- what this node has lost of its own ---

bool Session::State::is_fetched_here(const LogId& log) const {
    if (peer->side != Side::upper || is_inbox(log)) return false;
    return log == identity.log ? options.recovering : replica->is_earlier_of_line(log);
}

/// The peer has shown our own signature over more than is here.
Result<void> Session::State::own_is_shorter(const LogId& log, std::uint64_t here, std::uint64_t there) {
    if (is_fetched_here(log)) {
        LogLink& link = links[log];
        if (!link.excluded) link.expected = std::max(link.expected, there);
        return {};
    }
    actions.emplace_back(Halt{log, here, there});
    if (is_inbox(log)) {
        // What the office below sends up is still taken: only what this node writes itself has to stop.
        proof_due.reset();
        exclude(log, peer->node.origin + " holds " + std::to_string(there) + " entries under our signature, here are " +
                         std::to_string(here) + ": this node is a restored or cloned copy");
        return {};
    }
    return fail(ErrorKind::refused,
                "this node is a restored or cloned copy: it has " + std::to_string(here) + " entries of its own log, and " +
                    peer->node.origin + " holds " + std::to_string(there) +
                    " under its signature. Nothing may be recorded here. Make sure that no other machine runs as this node, "
                    "then recover: that fetches the missing part and opens the next log of its line");
}

/// What is damaged here is asked for of whoever sends it on this link, and a lower's own line of the upper too; as far as both have it.
Result<void> Session::State::plan_mending() {
    mending_planned = true;
    for (const auto& [log, from] : options.damaged) {
        if (is_registry(log)) {
            const std::uint64_t there = registry_sent.value_or(0);
            if (from < there) registry_mended_to = std::min(there, registry->size());
            if (registry_mended_to) say(Fetch{log, from});
            continue;
        }
        const NodeRecord* node = registry->find_node(log);
        const bool is_of_own_office = peer->side == Side::upper && node != nullptr && node->office == identity.office;
        if (!is_on_link(log) || (peer->side != sender_of(log) && !is_of_own_office)) continue;
        LogLink& link = links[log];
        if (link.excluded || (to_fetch.contains(log) && link.here <= from)) continue;
        const auto here = size_here(log);
        if (!here) return std::unexpected(here.error());
        const std::uint64_t common = link.compared ? std::min(*here, link.there) : *here;  // what was passed over is equal
        if (from >= common) continue;
        link.mended_to = common;
        to_fetch.insert(log);
    }
    return {};
}

/// Only once both sides have compared: an upper gives what was stated, from there on.
Result<bool> Session::State::send_fetch() {
    if (!compared) return false;
    if (!mending_planned) {
        if (auto planned = plan_mending(); !planned) return std::unexpected(std::move(planned).error());
    }
    if (to_fetch.empty()) return false;
    const LogId log = *to_fetch.begin();
    to_fetch.erase(log);
    LogLink& link = links[log];
    link.fetched = true;
    say(Fetch{log, link.mended_to ? options.damaged.at(log) : link.here});
    return true;
}

void Session::State::note_mended(const LogId& log, std::uint64_t end) {
    std::optional<std::uint64_t>& to = is_registry(log) ? registry_mended_to : links[log].mended_to;
    if (to && end >= *to) to.reset();
}

Result<void> Session::State::take(const Fetch& fetch) {
    if (!compared) return broken("FETCH before the comparison ended");
    if (is_registry(fetch.log)) {
        if (registry_fetched) return broken("a second FETCH of one log");
        registry_fetched = true;
        registry_sent = std::min(registry_sent.value_or(0), fetch.from);
        if (held && held->log == fetch.log) held.reset();
        return {};
    }
    const NodeRecord* node = registry->find_node(fetch.log);
    const bool is_of_its_office = peer->side == Side::lower && node != nullptr && node->office == peer->node.office;
    if (!is_of_its_office && !goes(fetch.log)) return broken("FETCH of a log that is not of the peer's own office and does not come to it");
    LogLink& link = links[fetch.log];
    if (std::exchange(link.asked, true)) return broken("a second FETCH of one log");
    link.fetched = is_of_its_office;
    if (link.excluded) return {};
    link.sent = fetch.from;
    if (held && held->log == fetch.log) held.reset();  // it would go on from where we were
    to_extend.insert(fetch.log);
    return {};
}

void Session::State::summarize_recovery() {
    const auto found = links.find(identity.log);
    if (!options.recovering || !peer || peer->side != Side::upper || found == links.end()) return;
    const LogLink& link = found->second;
    summary.recovered_size_here = link.here;
    summary.recovered_size_there = std::max(link.there, link.expected);
    summary.recovered = link.compared && !link.excluded && link.here >= link.expected;
}

}  // namespace motcua::sync
