/// What each message does. An error ends the session, with a BYE where the peer is known and without a byte where it is
/// not.

#include <limits>

#include "sync/log/planted.hpp"
#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t bodies_owed_max = 4 * wanted_max;
constexpr std::chrono::milliseconds proof_timeout{
    10'000};  // from a peer's claim to be ahead in our own log to its proof

std::unexpected<Error> broken(std::string rule) {
    return fail(ErrorKind::verification, "the peer broke the protocol: " + rule);
}

ErrorKind kind_of(std::uint64_t code) {
    constexpr auto last = static_cast<std::uint64_t>(ErrorKind::busy);
    return code >= 1 && code <= last ? static_cast<ErrorKind>(code) : ErrorKind::refused;
}

bool is_keepalive(const Message& message) {
    const auto* credit = std::get_if<Credit>(&message);
    return credit != nullptr && credit->bytes == 0;
}

/// The peer's text without what could steer a terminal or break a line of the journal.
std::string printable(std::string text) {
    for (char& character : text) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) character = ' ';
    }
    return text;
}

}  // namespace

void Session::State::take_message(ByteView bytes) {
    auto message = decode_message(bytes);
    if (outcome) {
        if (message && std::holds_alternative<Bye>(*message)) finish(outcome);
        return;
    }
    if (!message) return fail_with(std::move(message).error());
    if (!may_be_said(*message)) {
        return fail_with({ErrorKind::verification, "the peer broke the protocol: a message that it may not send yet"});
    }
    if (!is_keepalive(*message)) last_progress = now;
    if (auto taken = take_known(*message, bytes.size()); !taken) fail_with(std::move(taken).error());
}

/// The first word is HELLO. From a peer that our registry does not know we listen for what could make it known.
bool Session::State::may_be_said(const Message& message) const {
    if (std::holds_alternative<Hello>(message)) return !peer_hello;
    if (!peer_hello) return false;
    if (peer) return true;
    if (const auto* extend = std::get_if<Extend>(&message))
        return is_registry(extend->extension.log) && pending_stores.empty();
    return std::holds_alternative<Heads>(message) || std::holds_alternative<Bye>(message) || is_keepalive(message);
}

Result<void> Session::State::take_known(Message& message, std::uint64_t cost_bytes) {
    return std::visit(
        [&](auto& fields) -> Result<void> {
            if constexpr (std::is_same_v<decltype(fields), Extend&>)
                return take(fields, cost_bytes);
            else
                return take(fields);
        },
        message);
}

Result<void> Session::State::take(const Hello& hello) {
    if (hello.protocol != protocol_version)
        return fail(ErrorKind::refused, "the peer speaks protocol " + std::to_string(hello.protocol) +
                                            ", we speak 1: update the older node");
    if (hello.credit_bytes < message_bytes_max || hello.message_bytes_max < message_bytes_max) {
        return broken("its limits are below one message");
    }
    peer_hello = hello;
    window.grant(hello.credit_bytes);
    if (peer) speak();
    return {};
}

// --- heads ---

Result<void> Session::State::take(Heads& heads) {
    if (!peer) {
        early_heads = std::move(heads);  // answered once the registry that it sends makes it known
        return {};
    }
    if (heads.turn > heads_turns_max) return broken("a comparison without end");
    if (compared) return broken("HEADS after the comparison ended");
    if (auto same = compare_registry(heads.registry); !same) return same;
    // Two openings crossed: the initiator's stands, and each side knows which that is.
    const bool crossed = heads.turn == 0 && turn_said == 0;
    if (crossed && options.role == crypto::NoiseRole::initiator) return {};
    const std::uint64_t turn_due = crossed || !turn_said ? 0 : *turn_said + 1;
    if (heads.turn != turn_due) return broken("HEADS out of turn");

    auto mine = replica->heads(lower_office(), upper_log());
    if (!mine) return std::unexpected(std::move(mine).error());
    auto comparison = compare_heads(*mine, heads.ranges);
    if (!comparison) return std::unexpected(std::move(comparison).error());
    registry_size_compared = registry->size();
    for (const ComparedHead& head : comparison->compared) {
        if (auto settled = settle(head); !settled) return settled;
    }
    const auto wants = [](const HeadRange& range) { return range.answer_wanted; };
    const bool asked = std::ranges::any_of(heads.ranges, wants);
    compared = !asked || std::ranges::none_of(comparison->answer, wants);
    heads_changed = true;
    if (asked) {
        turn_said = heads.turn + 1;
        say(Heads{*turn_said, registry_head(), std::move(comparison->answer)});
    }
    return {};
}

/// Roots are compared where both have one: two registries under one name never mix.
Result<void> Session::State::compare_registry(const RegistryHead& theirs) {
    if (theirs.log != registry->log_id())
        return fail(ErrorKind::verification, "the peer follows another registry: " + to_hex(theirs.log.bytes));
    if (theirs.size > registry->size()) {
        registry_expected = std::max(registry_expected, theirs.size);
    } else if (theirs.size > 0 && registry->root_at(theirs.size) != theirs.root) {
        return fail(
            ErrorKind::verification,
            "the peer's registry of size " + std::to_string(theirs.size) +
                " is not ours: one of the two was forged or restored; compare both with the city's published one");
    }
    registry_sent = std::max(registry_sent.value_or(0), theirs.size);
    return {};
}

/// What the two statements of one log mean.
Result<void> Session::State::settle(const ComparedHead& head) {
    const auto& [mine, theirs] = head;
    const LogId& log = theirs.log;
    if (!is_on_link(log)) return {};  // their registry knows it and ours does not yet
    LogLink& link = links[log];
    link.compared = true;
    if (link.excluded) return {};
    link.here = mine.size;
    link.there = link.sent = theirs.size;
    if (planted(PlantedFault::trusts_remembered_state) && mine.held > 0) link.there = link.sent = mine.size;
    link.held = theirs.held;
    link.witnessed = theirs.witnessed;
    if (theirs.size > mine.size) {
        if (peer->side == sender_of(log))
            link.expected = theirs.size;
        else if (is_own(log))
            proof_due = now + proof_timeout;
        return {};
    }
    // Whoever states less of what it writes itself than it has signed was restored or cloned: show it its own signature.
    const bool restored = is_peers(log) && theirs.size < mine.size;
    if (restored && is_inbox(log)) {
        if (auto said = say_fork(log, mine.size); !said) return said;
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
            if (auto said = say_fork(log, theirs.size); !said) return said;
            exclude(log, "its history here and at the peer differ before size " + std::to_string(theirs.size));
            return {};
        }
    }
    if (restored) return say_fork(log, mine.size);
    return {};
}

Result<std::uint64_t> Session::State::size_here(const LogId& log) const {
    const auto mine = replica->heads(lower_office(), upper_log());
    if (!mine) return std::unexpected(mine.error());
    const auto found = std::ranges::find(*mine, log, &HeadState::log);
    return found == mine->end() ? 0 : found->size;
}

/// Shows the peer, once, the log's own signature over what we have.
Result<void> Session::State::say_fork(const LogId& log, std::uint64_t size) {
    LogLink& link = links[log];
    if (std::exchange(link.fork_said, true)) return {};
    const auto note = replica->checkpoint_note(log, size);
    if (!note) return std::unexpected(note.error());
    if (*note) say(Fork{log, **note});
    return {};
}

Result<void> Session::State::take(const Fork& fork) {
    if (!is_on_link(fork.log)) return broken("FORK for a log that is not shared on this link");
    const auto theirs = open_checkpoint(fork.log, fork.checkpoint);
    if (!theirs) return std::unexpected(theirs.error());
    const auto root = replica->root_at(fork.log, theirs->size);
    if (!root) return std::unexpected(root.error());
    const auto here = size_here(fork.log);
    if (!here) return std::unexpected(here.error());
    if (!*root && is_own(fork.log)) {
        actions.emplace_back(Halt{fork.log, *here, theirs->size});
        if (is_inbox(fork.log)) {
            // What the office below sends up is still taken: only what this node writes itself has to stop.
            proof_due.reset();
            exclude(fork.log, peer->node.origin + " holds " + std::to_string(theirs->size) + " entries under our signature, here are " +
                                  std::to_string(*here) + ": this node is a restored or cloned copy");
            return {};
        }
        return fail(ErrorKind::refused,
                    "this node is a restored or cloned copy: it has " + std::to_string(*here) +
                        " entries of its own log, and " + peer->node.origin + " holds " + std::to_string(theirs->size) +
                        " under its signature. Nothing may be recorded here until the missing part is fetched");
    }
    if (*root && **root == theirs->root) {
        proof_due.reset();
        note_refusal(name_of_log(fork.log) +
                     ": the peer accuses it, but what it shows does not contradict what is here");
        return {};
    }
    const std::uint64_t where = *root ? theirs->size : *here;
    const auto ours = replica->checkpoint_note(fork.log, where);
    if (!ours) return std::unexpected(ours.error());
    if (auto said = say_fork(fork.log, where); !said) return said;
    actions.emplace_back(StoreEvidence{
        fork.log, ours->value_or(""), fork.checkpoint,
        *root ? "two signed histories: other roots at size " + std::to_string(theirs->size)
              : "the peer shows another history, signed, beyond the " + std::to_string(*here) + " entries here"});
    exclude(fork.log, "two signed histories; the evidence is kept");
    return {};
}

// --- extensions ---

Result<void> Session::State::take(Extend& extend, std::uint64_t cost_bytes) {
    Extension& extension = extend.extension;
    const bool of_registry = is_registry(extension.log);
    if (!of_registry && (peer->side != sender_of(extension.log) || !is_on_link(extension.log))) {
        return fail(ErrorKind::refused,
                    "EXTEND of the log " + name_of_log(extension.log) + ", which does not come over this link");
    }
    if (extension.from > std::numeric_limits<std::uint64_t>::max() - extension.entries.size())
        return broken("a position beyond all logs");
    if (credit_taken + cost_bytes > options.credit_bytes) return broken("more extensions than were granted");
    if (!of_registry && links[extension.log].excluded) {
        say(Credit{cost_bytes});  // sent before our REFUSE reached it
        return {};
    }
    credit_taken += cost_bytes;
    pending_stores.push_back({extension.log, cost_bytes, extension.entries.size()});
    actions.emplace_back(StoreExtension{std::move(extension)});
    return {};
}

std::optional<PendingStore> Session::State::take_pending_store(const LogId& log) {
    const auto found = std::ranges::find(pending_stores, log, &PendingStore::log);
    if (found == pending_stores.end()) return std::nullopt;
    const PendingStore pending = *found;
    pending_stores.erase(found);
    credit_taken -= pending.cost_bytes;
    return pending;
}

/// Only after fsync: now it may be acknowledged.
void Session::State::store_answered(const StoredExtension& extension) {
    const auto pending = take_pending_store(extension.log);
    ensure(pending.has_value(), "stored() answers a StoreExtension");
    last_progress = now;
    summary.entries_received += pending->entries;
    if (!is_registry(extension.log)) {
        LogLink& link = links[extension.log];
        link.here = extension.size;
        link.there = std::max(link.there, extension.size);
        link.sent = std::max(link.sent, extension.size);
        const auto missing = want_bodies(extension.log, extension.missing_bodies);
        if (extension.cosigned) {
            link.held = std::max(link.held, extension.cosigned->size);
            const Office* top = registry->top();
            if (top != nullptr && top->id == identity.office)
                link.witnessed = link.held;  // the city's own is the witness's
            if (!planted(PlantedFault::acknowledges_by_credit)) say(Cosign{*extension.cosigned, missing});
        } else if (!missing.empty()) {
            say(Want{extension.log, missing});
        }
    }
    if (planted(PlantedFault::keeps_credit))
        return refresh_registry();
    if (hello_said)
        say(Credit{pending->cost_bytes});
    else
        credit_owed += pending->cost_bytes;
    refresh_registry();
}

void Session::State::store_refused(const LogId& log, const Error& error) {
    const auto pending = take_pending_store(log);
    ensure(pending.has_value(), "refused() answers a StoreExtension");
    last_progress = now;
    if (is_registry(log)) {
        // What a stranger offered may begin beyond our end; then only a bundle helps, and the deadline says so.
        if (hello_said)
            fail_with({error.kind, "the registry that the peer sent was refused: " + error.message});
        else
            credit_owed += pending->cost_bytes;
        return;
    }
    exclude(log, error.message);
    say(Refuse{log, pending->cost_bytes, static_cast<std::uint64_t>(error.kind), bounded_text(error.message)});
}

Result<void> Session::State::take(const Credit& credit) {
    return window.give_back(credit.bytes);
}

Result<void> Session::State::take(const Refuse& refuse) {
    if (peer->side == sender_of(refuse.log) || !is_on_link(refuse.log)) return broken("REFUSE of a log that was not sent");
    if (auto back = window.give_back(refuse.credit_bytes); !back) return back;
    exclude(refuse.log, "refused by " + peer->node.origin + ": " + printable(refuse.reason));
    return {};
}

// --- cosignatures and bodies ---

Result<void> Session::State::take(const Cosign& cosign) {
    const Cosigned& cosigned = cosign.cosigned;
    if (peer->side != Side::upper || !is_shared(cosigned.log))
        return broken("COSIGN of a log that is not ours to hear of");
    if (links[cosigned.log].excluded) return {};
    auto good = check_cosignatures(*registry, cosigned);
    if (!good) return std::unexpected(std::move(good).error());
    const auto root = replica->root_at(cosigned.log, cosigned.size);
    if (!root) return std::unexpected(root.error());
    if (!good->empty() && *root && **root != cosigned.root) {
        const auto ours = replica->checkpoint_note(cosigned.log, cosigned.size);
        if (!ours) return std::unexpected(ours.error());
        std::string theirs = crypto::Checkpoint{name_of_log(cosigned.log), cosigned.size, cosigned.root}.text() + "\n";
        for (const std::string& line : *good) theirs += line + "\n";
        actions.emplace_back(
            StoreEvidence{cosigned.log, ours->value_or(""), theirs,
                          "cosigned at size " + std::to_string(cosigned.size) + " over a root that is not here"});
        exclude(cosigned.log, "cosigned over a root that is not here; the evidence is kept");
        return {};
    }
    if (!good->empty() && *root) {
        summary.cosignatures_received += good->size();
        actions.emplace_back(StoreCosignatures{{cosigned.log, cosigned.size, cosigned.root, std::move(*good)}});
    }
    return owe_bodies(cosigned.log, cosign.missing);
}

std::vector<std::uint64_t> Session::State::want_bodies(const LogId& log, std::span<const std::uint64_t> seqs) {
    std::vector<std::uint64_t> asked;
    if (planted(PlantedFault::leaves_bodies_behind)) return asked;
    for (const std::uint64_t seq : seqs) {
        if (wanted.size() >= wanted_max) break;
        if (wanted.insert(Position{log, Seq{seq}}).second) asked.push_back(seq);
    }
    return asked;
}

Result<void> Session::State::take(const Want& want) {
    if (peer->side == sender_of(want.log) || !is_on_link(want.log))
        return broken("WANT from a peer that is not entitled to these bodies");
    return owe_bodies(want.log, want.seqs);
}

Result<void> Session::State::owe_bodies(const LogId& log, std::span<const std::uint64_t> seqs) {
    if (to_send_bodies.size() + seqs.size() > bodies_owed_max)
        return broken("more bodies wanted than are sent at once");
    for (const std::uint64_t seq : seqs) to_send_bodies.push_back({log, Seq{seq}});
    return {};
}

Result<void> Session::State::take(Blob& blob) {
    if (wanted.erase(Position{blob.log, Seq{blob.seq}}) == 0) return broken("a body that was not asked for");
    if (blob.bytes) actions.emplace_back(StoreBody{blob.log, blob.seq, std::move(*blob.bytes)});
    return {};
}

// --- the end ---

Result<void> Session::State::take(const Bye& bye) {
    if (!peer) {
        finish(unacquainted());
        return {};
    }
    if (hello_said && !bye_said_at) say_bye(0, "");
    if (bye.code == 0)
        finish(std::nullopt);
    else
        finish(Error{kind_of(bye.code), peer->node.origin + " ended the session: " + printable(bye.reason)});
    return {};
}

}  // namespace motcua::sync
