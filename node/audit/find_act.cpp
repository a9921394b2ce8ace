#include "node/audit/find_act.hpp"

#include <charconv>

#include <fmt/format.h>

namespace motcua::node {
namespace {

Result<FoundAct> parse_found(std::string origin, std::uint64_t seq, Bytes envelope) {
    auto act = sync::parse_act(std::move(envelope));
    if (!act) return fail(ErrorKind::verification, fmt::format("{} entry {}: {}", origin, seq, act.error().message));
    if (!crypto::verify(act->payload.signer, act->signed_bytes(), act->signature))
        return fail(ErrorKind::verification, fmt::format("{} entry {}: bad signature", origin, seq));
    return FoundAct{.origin = std::move(origin), .act = std::move(*act)};
}

Result<FoundAct> find_by_id(Reader& reader, const sync::ActId& id) {
    const auto logs = reader.logs();
    if (!logs) return std::unexpected(logs.error());
    for (const auto& log : *logs) {
        if (log.head.log_class == sync::LogClass::inbox) continue;
        std::optional<std::pair<std::uint64_t, Bytes>> found;
        const auto read = reader.each_entry(log.head.id, 0, log.head.size(), [&](std::uint64_t seq, ByteView envelope) {
            if (sync::act_id(envelope) == id) found.emplace(seq, to_bytes(envelope));
            return !found.has_value();
        });
        if (!read) return std::unexpected(read.error());
        if (found) return parse_found(log.head.origin, found->first, std::move(found->second));
    }
    std::optional<std::pair<sync::Position, Bytes>> foreign;
    const auto read = reader.each_foreign_act([&](const sync::Position& place, ByteView envelope) {
        if (sync::act_id(envelope) == id) foreign.emplace(place, to_bytes(envelope));
        return !foreign.has_value();
    });
    if (!read) return std::unexpected(read.error());
    if (foreign) {
        const auto log = reader.log(foreign->first.log);
        if (!log) return std::unexpected(log.error());
        return parse_found(*log ? (*log)->head.origin : to_hex(foreign->first.log.view()), foreign->first.seq.value, std::move(foreign->second));
    }
    return fail(ErrorKind::not_found, fmt::format("no log here has an act with the id {}", to_hex(id.view())));
}

Result<FoundAct> find_by_place(Reader& reader, std::string_view origin, std::uint64_t seq) {
    const auto log = reader.log_of_origin(origin);
    if (!log) return std::unexpected(log.error());
    if (!*log) return fail(ErrorKind::not_found, fmt::format("there is no log {} here; see motcua status", origin));
    auto envelope = reader.entry((*log)->head.id, seq);
    if (!envelope) return std::unexpected(envelope.error());
    if (!*envelope) return fail(ErrorKind::not_found, fmt::format("{} has {} entries, none at {}", origin, (*log)->head.size(), seq));
    auto found = parse_found(std::string(origin), seq, std::move(**envelope));
    if (found && found->act.position() != sync::Position{(*log)->head.id, sync::Seq{seq}})
        return fail(ErrorKind::verification, fmt::format("{} entry {}: the act that is stored there says another place", origin, seq));
    return found;
}

}  // namespace

Result<FoundAct> find_act(Reader& reader, std::string_view name) {
    if (const auto colon = name.rfind(':'); colon != name.npos) {
        const auto digits = name.substr(colon + 1);
        std::uint64_t seq = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
        if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
            return fail(ErrorKind::usage, fmt::format("{} is no position; write ORIGIN:SEQ, such as motcua/H26/...:12", name));
        return find_by_place(reader, name.substr(0, colon), seq);
    }
    const auto bytes = from_hex(name);
    const auto id = bytes ? sync::ActId::from(*bytes) : std::unexpected(bytes.error());
    if (!id) return fail(ErrorKind::usage, fmt::format("{} is no act: write 64 hex digits or ORIGIN:SEQ", name));
    return find_by_id(reader, *id);
}

}  // namespace motcua::node
