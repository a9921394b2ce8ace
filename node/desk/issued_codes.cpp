#include "node/desk/issued_codes.hpp"

#include "sync/act/day.hpp"

namespace motcua::node {
namespace {

bool is_within(std::int64_t day, const CodePeriod& period) {
    return (!period.first_day || day >= *period.first_day) && (!period.last_day || day <= *period.last_day);
}

std::optional<sync::IssuedCode> code_of(const sync::Act& act, const CodePeriod& period) {
    if (act.payload.kind != sync::Kind::receive) return std::nullopt;
    auto content = sync::from_item<sync::ReceiveContent>(act.payload.content);
    if (!content) return std::nullopt;  // of no effect anywhere, and no code
    const auto code = sync::DossierCode::parse(content->code);
    if (!is_within(code ? code->day : sync::day_in_vietnam(content->received_ms), period)) return std::nullopt;
    return sync::IssuedCode{.code = std::move(content->code), .place = act.position()};
}

Result<void> add_codes_of(Reader& reader, const LogRow& log, const CodePeriod& period, std::vector<sync::IssuedCode>& codes) {
    std::optional<std::uint64_t> damaged;
    auto read = reader.each_entry(log.head.id, 0, log.head.size(), [&](std::uint64_t seq, ByteView envelope) {
        const auto act = sync::parse_act(to_bytes(envelope));
        if (!act) {
            damaged = seq;
            return false;
        }
        if (auto code = code_of(*act, period)) codes.push_back(*std::move(code));
        return true;
    });
    if (!read) return read;
    if (damaged) return fail(ErrorKind::storage, log.head.origin + " entry " + std::to_string(*damaged) + " is damaged in the database; restore it");
    return {};
}

}  // namespace

Result<sync::CodeAudit> audit_issued_codes(Reader& reader, const sync::Registry& registry, const CodePeriod& period) {
    const auto logs = reader.logs();
    if (!logs) return std::unexpected(logs.error());
    std::vector<sync::IssuedCode> codes;
    std::map<sync::LogId, sync::NumberBlockContent> blocks;
    for (const auto& log : *logs) {
        if (log.head.log_class != sync::LogClass::node) continue;
        if (auto ok = add_codes_of(reader, log, period, codes); !ok) return std::unexpected(std::move(ok).error());
        if (const auto block = registry.number_block(log.head.id)) blocks.emplace(log.head.id, *block);
    }
    return sync::audit_codes(codes, blocks);
}

}  // namespace motcua::node
