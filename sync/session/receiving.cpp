/// What each message does. An error ends the session, with a BYE where the peer is known and without a byte where it is
/// not.

#include <limits>

#include "sync/log/planted.hpp"
#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

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
    if (const auto* extend = std::get_if<Extend>(&message)) {
        const Extension& extension = extend->extension;
        if (is_registry(extension.log)) return pending_stores.empty() && !introduced;
        return extension.from == 0 && extension.entries.size() == 2 && !introduced;
    }
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
    if (auto same = compare_registry(heads.registry); !same) return same;
    if (compared) {
        if (!end_awaited || heads.turn != *turn_said + 1 || !heads.ranges.empty())
            return broken("HEADS after the comparison ended");
        end_awaited = false;
        return {};
    }
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
    if (turn_said && !crossed) {
        for (const HeadState& same : passed_over(heads_stated, ranges_stated, heads.ranges)) {
            const auto here = std::ranges::lower_bound(*mine, same.log, {}, &HeadState::log);
            if (here != mine->end() && here->log == same.log) comparison->compared.push_back({*here, same});
        }
    }
    for (const ComparedHead& head : comparison->compared) {
        if (auto settled = settle(head); !settled) return settled;
    }
    const auto wants = [](const HeadRange& range) { return range.answer_wanted; };
    const bool asked = std::ranges::any_of(heads.ranges, wants);
    compared = !asked || std::ranges::none_of(comparison->answer, wants);
    heads_changed = true;
    if (asked) {
        end_awaited = compared && !comparison->answer.empty();
        state_heads(heads.turn + 1, std::move(*mine), std::move(comparison->answer));
    } else if (!heads.ranges.empty()) {
        end_due = heads.turn + 1;
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

// --- extensions ---

Result<void> Session::State::take(Extend& extend, std::uint64_t cost_bytes) {
    Extension& extension = extend.extension;
    const bool of_registry = is_registry(extension.log);
    if (!peer && !of_registry) {
        introduced = true;
        introduction = std::move(extension);
        introduction_bytes = cost_bytes;
        return pending_stores.empty() ? judge_introduction() : Result<void>{};
    }
    if (!of_registry && !comes(extension.log)) {
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
    if (!of_registry && links[extension.log].show_due > 0) {
        refuse(extension.log, cost_bytes,
               {ErrorKind::refused, "stated as cosigned here up to " + std::to_string(links[extension.log].show_due) +
                                        ", but not shown: this node may have lost its newest cosignatures, and cosigns "
                                        "nothing below them"});
        return {};
    }
    store(std::move(extension), cost_bytes);
    return {};
}

void Session::State::store(Extension extension, std::uint64_t cost_bytes) {
    credit_taken += cost_bytes;
    pending_stores.push_back({extension.log, cost_bytes, extension.entries.size(), extension.from + extension.entries.size()});
    const auto link = links.find(extension.log);
    const bool once_cosigned = link != links.end() && extension.from + extension.entries.size() <= link->second.shown;
    actions.emplace_back(StoreExtension{std::move(extension), once_cosigned});
}

/// The first two entries of a log whose node the registry does not list: only what they entitle is stored, and only once it is
/// does the registry know the peer.
Result<void> Session::State::judge_introduction() {
    Extension shown = std::move(*std::exchange(introduction, std::nullopt));
    if (peer) {  // the registry that came before it lists it by now
        if (!comes(shown.log)) return broken("EXTEND of a log that does not come over this link");
        store(std::move(shown), introduction_bytes);
        return {};
    }
    const auto node = replica->admitted(shown);
    if (!node) return std::unexpected(node.error());
    if (!*node || (*node)->log != shown.log || (*node)->noise_key != *channel.peer())
        return fail(ErrorKind::refused, "a node that the registry does not list shows no admission for its key " +
                                            to_hex(channel.peer()->bytes));
    if ((*node)->office == identity.office || !registry->is_at_or_below((*node)->office, identity.office))
        return fail(ErrorKind::refused, "an admitted node of an office that is not below ours");
    store(std::move(shown), introduction_bytes);
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
    const bool was_mending = !is_registry(extension.log) && links[extension.log].mended_to.has_value();
    note_mended(extension.log, pending->end);
    if (peer && !is_registry(extension.log)) {
        LogLink& link = links[extension.log];
        link.here = extension.size;
        if (!was_mending) {  // of what was damaged here the peer need not have all that we have
            link.there = std::max(link.there, extension.size);
            const bool is_owed = link.asked && to_extend.contains(extension.log);
            if (!is_owed) link.sent = std::max(link.sent, extension.size);
        }
        const auto missing = want_bodies(extension.log, extension.missing_bodies);
        if (!missing) return fail_with(missing.error());
        if (extension.cosigned && extension.cosigned->size >= link.shown) {
            link.held = std::max(link.held, extension.cosigned->size);
            const Office* top = registry->top();
            if (top != nullptr && top->id == identity.office)
                link.witnessed = link.held;  // the city's own is the witness's
            if (!planted(PlantedFault::acknowledges_by_credit)) say(Cosign{*extension.cosigned, *missing});
        } else if (!missing->empty()) {
            say(Want{extension.log, *missing});
        }
        // The files that the new acts name are asked for before the credit comes back: with it the peer may leave.
        files_changed = true;
        if (auto asked = ask_for_files(); !asked) return fail_with(std::move(asked).error());
    }
    if (planted(PlantedFault::keeps_credit))
        return refresh_registry();
    if (hello_said)
        say(Credit{pending->cost_bytes});
    else
        credit_owed += pending->cost_bytes;
    refresh_registry();
    if (!introduction || !pending_stores.empty() || finished) return;
    if (auto judged = judge_introduction(); !judged) fail_with(std::move(judged).error());
}

void Session::State::store_refused(const LogId& log, const Error& error) {
    const auto pending = take_pending_store(log);
    ensure(pending.has_value(), "refused() answers a StoreExtension");
    last_progress = now;
    if (is_registry(log)) {
        // What a stranger offered may begin beyond our end; then only a bundle helps, and the deadline says so.
        if (hello_said) return fail_with({error.kind, "the registry that the peer sent was refused: " + error.message});
        credit_owed += pending->cost_bytes;
        if (!introduction) return;
        if (auto judged = judge_introduction(); !judged) fail_with(std::move(judged).error());
        return;
    }
    if (!peer) return fail_with({error.kind, "the admission that the peer showed was refused: " + error.message});
    refuse(log, pending->cost_bytes, error);
}

/// Nothing more of the log in this session, and the peer hears why.
void Session::State::refuse(const LogId& log, std::uint64_t credit_bytes, const Error& error) {
    exclude(log, error.message);
    say(Refuse{log, credit_bytes, static_cast<std::uint64_t>(error.kind), bounded_text(error.message)});
}

Result<void> Session::State::take(const Credit& credit) {
    return window.give_back(credit.bytes);
}

Result<void> Session::State::take(const Refuse& refuse) {
    if (!goes(refuse.log)) return broken("REFUSE of a log that was not sent");
    if (auto back = window.give_back(refuse.credit_bytes); !back) return back;
    exclude(refuse.log, "refused by " + peer->node.origin + ": " + printable(refuse.reason));
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
