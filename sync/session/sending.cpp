/// What is sent when the stream has room: one message at a time, made only then, so that nothing piles up in memory.
/// The registry first (logs may cite it), then acts with their bodies, then cosignatures from above, then late bodies, and
/// pieces of files when nothing else waits.

#include "sync/log/planted.hpp"
#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t registry_offer_bytes_max = 200 * 1024;  // with its frame well under stranger_bytes_max

}  // namespace

Result<bool> Session::State::produce() {
    if (!talking()) return false;
    if (channel.messages() >= options.renew_after_messages) {
        say_bye(0, "renewing the link");
        return true;
    }
    if (compared && heads_changed && now >= look_due() && !(looked_at && planted(PlantedFault::never_looks_again))) {
        if (auto looked = look_at_heads(); !looked) return std::unexpected(std::move(looked).error());
        if (outgrown && !options.once) {
            say_bye(0, "renewing the link: the registry has put other logs on it");
            return true;
        }
    }
    using Step = Result<bool> (State::*)();
    for (const Step step : {&State::send_fetch, &State::show_cosignature, &State::send_extension, &State::relay_cosignatures,
                            &State::end_comparison, &State::send_body, &State::ask_for_files, &State::send_chunk}) {
        auto said = (this->*step)();
        if (!said || *said) return said;
    }
    if (!options.once || !is_level()) return false;
    say_bye(0, "");
    return true;
}

/// A busy hub changes many times a second, and each look reads all heads of the link.
MonoTime Session::State::look_due() const {
    return looked_at ? *looked_at + options.push_interval : now;
}

/// Finds what is here and not there, for the logs of this link.
Result<void> Session::State::look_at_heads() {
    heads_changed = false;
    files_changed = true;
    looked_at = now;
    const auto mine = replica->heads(lower_office(), upper_log());
    if (!mine) return std::unexpected(mine.error());
    for (const HeadState& head : *mine) {
        const NodeRecord* node = registry->find_node(head.log);
        if (node == nullptr && !is_inbox(head.log)) continue;
        LogLink& link = links[head.log];
        // A log that was left out of a comparison too large for one session waits for the next; a young one is wholly
        // new there.
        const bool known = link.compared || (node != nullptr && node->since_size > registry_size_compared);
        link.here = std::max(link.here, head.size);
        // An office that has moved brings logs that nobody compared.
        outgrown |= !known && registry->size() > registry_size_compared;
        if (!known || link.excluded) continue;
        const bool lost = options.recovering && head.log == identity.log;
        if (goes(head.log) && !lost && head.size > link.sent) to_extend.insert(head.log);
        if (is_inbox(head.log) || peer->side == Side::upper) continue;  // nobody cosigns it; who is above, cosigns
        const auto newer = [&](std::uint64_t here, std::uint64_t there) { return here > there && here <= link.there; };
        link.held_here = head.held;
        link.witnessed_here = head.witnessed;
        if (newer(head.held, link.held) || newer(head.witnessed, link.witnessed)) to_relay.insert(head.log);
    }
    return {};
}

// --- extensions ---

Result<std::optional<HeldExtend>> Session::State::prepare_extend(const LogId& log, std::uint64_t from) {
    auto extension = replica->read(log, from, options.extension_bytes);
    if (!extension) return std::unexpected(std::move(extension).error());
    if (!*extension) return std::nullopt;
    if (!is_registry(log)) {
        for (std::size_t index = 0; index < (*extension)->bodies.size(); ++index) {
            auto& body = (*extension)->bodies[index];
            if (!body) continue;
            const auto may = replica->may_have_body(log, (*extension)->from + index, peer->node.office);
            if (!may) return std::unexpected(may.error());
            if (!*may) body.reset();
        }
    }
    if (planted(PlantedFault::leaves_bodies_behind)) std::ranges::fill((*extension)->bodies, std::nullopt);
    const std::uint64_t entries = (*extension)->entries.size();
    const std::uint64_t end = (*extension)->from + entries;
    if (const auto link = links.find(log); link != links.end() && link->second.shown_there > end) {
        auto proof = replica->consistency(log, end, link->second.shown_there);
        if (!proof) return std::unexpected(std::move(proof).error());
        if (*proof) (*extension)->proof = std::move(**proof);
    }
    Bytes message = encode_message(Extend{std::move(**extension)});
    if (message.size() > message_bytes_max) {
        return fail(ErrorKind::internal, "the stretch of " + name_of_log(log) + " from " + std::to_string(from) +
                                             " to its next checkpoint does not fit a message");
    }
    return HeldExtend{log, end, entries, std::move(message)};
}

/// Makes the next EXTEND. Logs wait until the registry that was sent is stored: the peer may not know them before.
Result<void> Session::State::hold_next_extend() {
    const bool logs_first = planted(PlantedFault::logs_before_registry) && !to_extend.empty();
    if (registry_sent && *registry_sent < registry->size() && !logs_first) {
        auto extend = prepare_extend(registry->log_id(), *registry_sent);
        if (!extend) return std::unexpected(std::move(extend).error());
        held = std::move(*extend);
        return {};
    }
    if (window.given_back() < registry_barrier && !logs_first) return {};
    while (!held && !to_extend.empty()) {
        const LogId log = *to_extend.begin();
        auto extend = prepare_extend(log, links[log].sent);
        if (!extend && extend.error().kind == ErrorKind::storage) return std::unexpected(std::move(extend).error());
        if (!extend)
            exclude(log, extend.error().message);
        else if (!*extend)
            to_extend.erase(log);
        else
            held = std::move(*extend);
    }
    return {};
}

Result<bool> Session::State::send_extension() {
    if (!held) {
        if (auto ready = hold_next_extend(); !ready) return std::unexpected(std::move(ready).error());
    }
    if (!held || !window.fits(held->message.size())) return false;
    window.take(held->message.size());
    summary.entries_sent += held->entries;
    channel.send(held->message);
    if (is_registry(held->log)) {
        registry_sent = held->end;
        registry_barrier = window.taken();
    } else {
        links[held->log].sent = planted(PlantedFault::forgets_in_flight) ? ~std::uint64_t{0} : held->end;
    }
    held.reset();
    return true;
}

/// To a peer that does not know us: the registry that may list us, and what else entitles us.
Result<void> Session::State::offer() {
    offered = true;
    speak();
    if (auto said = offer_registry(); !said) return said;
    auto ours = replica->introduction();
    if (!ours) return std::unexpected(std::move(ours).error());
    if (*ours) send_unasked(std::move(**ours));
    return {};
}

/// It cannot state its size: the longest end of the registry that a stranger may buffer.
Result<void> Session::State::offer_registry() {
    std::optional<Extension> longest;
    std::uint64_t from = 0, too_long = 0, fits = registry->size();
    while (from < fits) {
        auto extension = replica->read(registry->log_id(), from, registry_offer_bytes_max);
        if (!extension) return std::unexpected(std::move(extension).error());
        if (*extension && from + (*extension)->entries.size() >= registry->size()) {
            longest = std::move(*extension);
            fits = from;
        } else {
            too_long = from;
        }
        from = too_long + (fits - too_long + 1) / 2;
    }
    if (longest) send_unasked(std::move(*longest));
    return {};
}

void Session::State::send_unasked(Extension extension) {
    const Bytes message = encode_message(Extend{std::move(extension)});
    if (message.size() > stranger_bytes_max) return;
    window.take(message.size());  // it counts against what the peer's HELLO will grant
    channel.send(message);
}

/// The last HEADS had ranges: its sender learns that we have said what follows from them.
Result<bool> Session::State::end_comparison() {
    if (!end_due) return false;
    say(Heads{*std::exchange(end_due, std::nullopt), registry_head(), {}});
    return true;
}

/// Nothing is left to compare, to send, to be acknowledged or to be awaited.
bool Session::State::is_level() const {
    const bool all_said = compared && !end_due && !end_awaited && looked_at && !held && to_extend.empty() && to_relay.empty() && to_fetch.empty() &&
                          to_show.empty() && to_send_bodies.empty() && registry_sent >= registry->size();
    const bool is_acknowledged = window.under_way() == 0 || planted(PlantedFault::says_level_early);
    const bool all_answered = is_acknowledged && pending_stores.empty() && wanted.empty() && !proof_due &&
                              std::ranges::none_of(links, [](const auto& entry) {
                                  return (entry.second.show_due > 0 || entry.second.mended_to) && !entry.second.excluded;
                              }) && !registry_mended_to;
    const bool no_files = !files_changed && wishes.empty() && getting.empty() && giving.empty() && chunks_owed.empty();
    const bool all_come = registry->size() >= registry_expected && std::ranges::none_of(links, [](const auto& entry) {
                              return entry.second.expected > entry.second.here;
                          });
    return all_said && all_answered && no_files && all_come;
}

}  // namespace motcua::sync
