#include "sync/dossier/receipt_statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sync/act/content.hpp"
#include "sync/calendar/civil_day.hpp"
#include "sync/dossier/base32.hpp"

namespace motcua::sync {
namespace {

constexpr std::string_view text_begin = "MOTCUA1:";
/// No checkpoint begins so: an office code, which would stand here, has no small letters.
constexpr std::string_view signed_context = "motcua/receipt/v1\n";
constexpr std::uint64_t version = 1;
constexpr std::size_t log_prefix_bytes = 8, procedure_bytes_max = 64, text_bytes_max = 600;

struct Wire {
    std::uint64_t version = 0;
    std::string agency;
    std::int64_t day = 0;
    std::uint64_t number = 0;
    std::string procedure;
    std::uint64_t received_minute = 0;  ///< minutes since 1970-01-01T00:00Z
    std::optional<std::uint64_t> due_minute;
    Bytes log;                          ///< the first bytes of the log's id
    std::uint64_t seq = 0;
    ActId act;
    template <class A> void serialize(A& a) { a(version, agency, day, number, procedure, received_minute, due_minute, log, seq, act); }
};

struct Opened {
    ReceiptStatement statement;
    Bytes payload;
    crypto::Signature signature;
};

std::unexpected<Error> unreadable(std::string_view cause) {
    return fail(ErrorKind::verification, fmt::format("Không đọc được mã QR của giấy tiếp nhận: {}.", cause));
}

Bytes signed_bytes(const LogId& log, ByteView payload) {
    Bytes bytes = to_bytes(as_bytes(signed_context));
    append(bytes, log.view());
    append(bytes, payload);
    return bytes;
}

/// The code prints and parses as itself, and minutes fit their milliseconds.
bool is_sound(const Wire& wire) {
    constexpr std::uint64_t minute_end = UINT64_MAX / ms_per_minute;
    if (wire.day < 0 || wire.day >= day_end || wire.procedure.size() > procedure_bytes_max || wire.log.size() != log_prefix_bytes) return false;
    if (wire.received_minute >= minute_end || wire.due_minute.value_or(0) >= minute_end) return false;
    const DossierCode code{wire.agency, wire.day, wire.number};
    const auto parsed = DossierCode::parse(code.text());
    return parsed && *parsed == code;
}

Result<Opened> open(std::string_view text) {
    std::string plain;
    for (const char letter : text) {
        if (letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t') continue;
        plain += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    if (plain.size() > text_bytes_max) return unreadable("nội dung quá dài");
    if (!plain.starts_with(text_begin)) return unreadable("đây không phải là mã của giấy tiếp nhận");
    const auto bytes = from_base32(std::string_view(plain).substr(text_begin.size()));
    if (!bytes || bytes->size() <= crypto::Signature::size) return unreadable("nội dung bị thiếu hoặc sai ký tự");
    const ByteView payload = ByteView(*bytes).first(bytes->size() - crypto::Signature::size);
    const auto wire = cbor::decode<Wire>(payload);
    if (!wire || wire->version != version || !is_sound(*wire)) return unreadable("nội dung không đúng dạng, hoặc của phiên bản mới hơn");
    Opened opened{.statement = {.code = {wire->agency, wire->day, wire->number},
                                .procedure = wire->procedure,
                                .received_ms = wire->received_minute * ms_per_minute,
                                .due_ms = std::nullopt,
                                .place = {LogId{}, Seq{wire->seq}},
                                .act = wire->act},
                  .payload = to_bytes(payload),
                  .signature = *crypto::Signature::from(ByteView(*bytes).last(crypto::Signature::size))};
    if (wire->due_minute) opened.statement.due_ms = *wire->due_minute * ms_per_minute;
    std::ranges::copy(wire->log, opened.statement.place.log.bytes.begin());
    return opened;
}

bool is_agency_of(std::string_view agency, std::string_view office_code) {
    return agency_in(AgencyOrder::level_1_left, agency) == agency_in(AgencyOrder::level_1_left, office_code);
}

std::string instant_vi(std::uint64_t ms) {
    const LocalMinute at = local_minute(ms);
    return minute_vi(at.minute) + " ngày " + date_vi(at.day);
}

}  // namespace

Result<ReceiptStatement> receipt_statement(const Act& receive) {
    const auto bad = [](std::string_view cause) { return fail(ErrorKind::verification, fmt::format("receipt statement: {}", cause)); };
    if (receive.payload.kind != Kind::receive) return bad("the act is no receive");
    const auto content = cbor::decode<ReceiveContent>(receive.payload.content.bytes);
    if (!content) return bad(content.error().message);
    auto code = DossierCode::parse(content->code);
    if (!code) return std::unexpected(std::move(code).error());
    if (content->procedure.size() > procedure_bytes_max) return bad("the procedure's code is over 64 bytes");
    const auto to_minute = [](std::uint64_t ms) { return ms / ms_per_minute * ms_per_minute; };
    return ReceiptStatement{.code = *std::move(code),
                            .procedure = content->procedure,
                            .received_ms = to_minute(content->received_ms),
                            .due_ms = content->due_ms ? std::optional(to_minute(*content->due_ms)) : std::nullopt,
                            .place = receive.position(),
                            .act = receive.id};
}

std::string sign_receipt(const ReceiptStatement& statement, const crypto::SigningKey& log_key) {
    Wire wire{.version = version,
              .agency = statement.code.agency,
              .day = statement.code.day,
              .number = statement.code.number,
              .procedure = statement.procedure,
              .received_minute = statement.received_ms / ms_per_minute,
              .due_minute = std::nullopt,
              .log = to_bytes(statement.place.log.view().first(log_prefix_bytes)),
              .seq = statement.place.seq.value,
              .act = statement.act};
    if (statement.due_ms) wire.due_minute = *statement.due_ms / ms_per_minute;
    ensure(is_sound(wire), "a receipt statement comes from receipt_statement()");
    Bytes bytes = cbor::encode(wire);
    const crypto::Signature signature = log_key.sign(signed_bytes(statement.place.log, bytes));
    append(bytes, signature.view());
    return std::string(text_begin) + to_base32(bytes);
}

Result<ReceiptStatement> read_receipt(std::string_view text) {
    auto opened = open(text);
    if (!opened) return std::unexpected(std::move(opened).error());
    return std::move(opened->statement);
}

Result<ReceiptProof> verify_receipt(std::string_view text, const Registry& registry) {
    auto opened = open(text);
    if (!opened) return std::unexpected(std::move(opened).error());
    const ByteView prefix = opened->statement.place.log.view().first(log_prefix_bytes);
    bool is_listed = false;
    for (const NodeRecord& node : registry.nodes()) {
        if (!std::ranges::equal(node.log.view().first(log_prefix_bytes), prefix)) continue;
        is_listed = true;
        if (!crypto::verify(node.log_key, signed_bytes(node.log, opened->payload), opened->signature)) continue;
        opened->statement.place.log = node.log;
        if (registry.is_cut(node.log_key, opened->statement.place)) {
            constexpr const char* revoked = "Khóa của nút “{}” đã bị thu hồi: chữ ký này không còn giá trị. Hãy hỏi cơ quan tiếp nhận.";
            return fail(ErrorKind::refused, fmt::format(revoked, node.name));
        }
        ReceiptProof proof{.statement = opened->statement,
                           .node = node,
                           .office = std::nullopt,
                           .is_own_code = is_agency_of(opened->statement.code.agency, node.office.code),
                           .registry_size = registry.size()};
        if (const Office* office = registry.find_office(node.office)) proof.office = *office;
        return proof;
    }
    if (is_listed) return fail(ErrorKind::verification, "Chữ ký trên giấy tiếp nhận không đúng: nội dung đã bị sửa, hoặc không do cơ quan này ký.");
    constexpr const char* unlisted = "Danh mục ở đây ({} mục) không có nút đã ký giấy này. Hãy tải danh mục mới của thành phố rồi kiểm tra lại.";
    return fail(ErrorKind::not_found, fmt::format(unlisted, registry.size()));
}

std::vector<std::string> text_vi(const ReceiptProof& proof) {
    const ReceiptStatement& said = proof.statement;
    const std::string office = proof.office ? proof.office->name : proof.node.office.code;
    const std::string log = to_hex(said.place.log.view().first(log_prefix_bytes));
    std::vector<std::string> lines;
    const auto say = [&]<class... Values>(fmt::format_string<Values...> form, Values&&... values) {
        lines.push_back(fmt::format(form, std::forward<Values>(values)...));
    };
    say("Chữ ký đúng: do nút “{}” của {} ký.", proof.node.name, office);
    say("Mã hồ sơ {}, thủ tục {}, tiếp nhận lúc {}.", said.code.text(), said.procedure, instant_vi(said.received_ms));
    if (said.due_ms) say("Hạn trả kết quả: {}.", instant_vi(*said.due_ms));
    if (!said.due_ms) say("Giấy không hẹn ngày trả kết quả.");
    say("Bước tiếp nhận là mục {} trong sổ {}…, mã {}.", said.place.seq.value, log, to_hex(said.act.view()));
    if (!proof.is_own_code) say("Chú ý: đầu mã hồ sơ không phải là mã của cơ quan đã ký ({}).", proof.node.office.code);
    if (proof.node.retired_at) say("Chú ý: nút này nay đã ngừng hoạt động. Giấy không cho biết được ký trước hay sau lúc đó.");
    say("Kiểm tra theo danh mục có {} mục. Giấy không nói gì về tình trạng hồ sơ sau khi tiếp nhận.", proof.registry_size);
    say("Chữ ký này của phần mềm, không phải chữ ký số chuyên dùng công vụ.");
    return lines;
}

bool is_kept(const ReceiptStatement& statement, const Act& act) {
    const auto promised = receipt_statement(act);
    return promised && *promised == statement;
}

}  // namespace motcua::sync
