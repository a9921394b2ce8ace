#include "node/desk/desk.hpp"

#include <fmt/core.h>

#include <chrono>
#include <map>
#include <set>

#include "node/store/views.hpp"

namespace motcua::node {

namespace {

// Refusals here are read by officers at the counter, hence in Vietnamese.

/// No daylight saving since 1975: the offset is a constant, and needs no time zone database.
constexpr std::chrono::hours vietnam_offset{7};
constexpr std::size_t procedure_bytes_max = 64;

Bytes draw_salt(Random& random) {
    Bytes salt(sync::body_salt_bytes);
    random.fill(salt);
    return salt;
}

Result<Bytes> checked_body(Bytes body) {
    if (body.size() > sync::body_bytes_max)
        return fail(ErrorKind::usage, fmt::format("nội dung dài quá {} byte; hãy rút gọn phần ghi chú", sync::body_bytes_max));
    return body;
}

/// <agency>-YYMMDD-, by the day in Vietnam.
std::string code_prefix(const std::string& office_code, sync::WallTime at) {
    const auto day = std::chrono::floor<std::chrono::days>(at + vietnam_offset);
    const std::chrono::year_month_day date{day};
    return fmt::format("{}-{:02}{:02}{:02}-", office_code, static_cast<int>(date.year()) % 100, static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

std::uint64_t to_ms(sync::WallTime at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }

Result<void> check(const Receive& request) {
    if (request.procedure.empty() || request.procedure.size() > procedure_bytes_max || request.procedure.find_first_of(" \t\r\n") != std::string::npos)
        return fail(ErrorKind::usage, "mã thủ tục không hợp lệ; ví dụ đúng: 1.001193");
    if (request.applicant.find_first_not_of(" \t\r\n") == std::string::npos) return fail(ErrorKind::usage, "chưa có tên người nộp hồ sơ");
    return {};
}

Result<sync::Dossier> load_dossier(Reader& reader, const std::string& name) {
    auto dossier = reader.dossier_of_code(name);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) {
        const auto bytes = from_hex(name);
        const auto id = bytes ? sync::DossierId::from(*bytes) : Result<sync::DossierId>(std::unexpected(bytes.error()));
        if (id) dossier = reader.dossier(*id);
        if (!dossier) return std::unexpected(dossier.error());
    }
    if (!*dossier) return fail(ErrorKind::not_found, "không có hồ sơ " + name + " tại nút này");
    return std::move(**dossier);
}

/// Whether this kind says nothing but a note, and so is stated by `step`.
bool is_step(sync::Kind kind) {
    if (kind == sync::Kind::imported || kind == sync::Kind::receive || kind == sync::Kind::submitted) return false;
    const auto kind_class = sync::class_of(kind);
    return kind_class == sync::KindClass::fact || kind_class == sync::KindClass::move;
}

}  // namespace

Result<ReceiveDone> receive(Node& node, const crypto::SigningKey& officer, const Receive& request, NodeEnvironment environment) {
    if (auto checked = check(request); !checked) return std::unexpected(checked.error());
    const auto now = environment.clock->wall();
    const std::string prefix = code_prefix(node.config().office_code, now);
    const auto number = next_dossier_number(node.reader(), prefix);
    if (!number) return std::unexpected(number.error());
    const std::string code = fmt::format("{}{:04}", prefix, *number);

    sync::ReceiveBody applicant;
    applicant.salt = draw_salt(*environment.random);
    applicant.applicant = request.applicant;
    applicant.identity = request.identity;
    applicant.phone = request.phone;
    applicant.address = request.address;
    applicant.note = request.note;
    auto body = checked_body(cbor::encode(applicant));
    if (!body) return std::unexpected(body.error());
    sync::ReceiveContent content;
    content.code = code;
    content.procedure = request.procedure;
    content.received_ms = to_ms(now);
    content.due_ms = request.due_ms;
    const Entry entry{.kind = sync::Kind::receive, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(content), .body = std::move(*body)};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    const auto dossier = sync::DossierId::from(recorded->front().subject);
    if (!dossier) return std::unexpected(dossier.error());
    return ReceiveDone{.act = recorded->front().act, .dossier = *dossier, .code = code};
}

Result<StepDone> step(Node& node, const crypto::SigningKey& officer, const Step& request, NodeEnvironment environment) {
    if (!is_step(request.kind)) return fail(ErrorKind::usage, "loại việc này không ghi bằng lệnh bước xử lý");
    const auto dossier = load_dossier(node.reader(), request.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    if (auto allowed = sync::allows(*dossier, request.kind); !allowed) return std::unexpected(allowed.error());

    auto body = checked_body(cbor::encode(sync::StepBody{.salt = draw_salt(*environment.random), .note = request.note}));
    if (!body) return std::unexpected(body.error());
    const Entry entry{.kind = request.kind, .subject = to_bytes(dossier->id.view()), .prior = dossier->tip,
                      .content = sync::empty_content(request.kind), .body = std::move(*body)};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    return StepDone{.act = recorded->front().act, .dossier = dossier->id};
}

namespace {

using Case = std::pair<std::string, std::string>;  // source, case name
Case case_of(const sync::ImportedContent& content) { return {content.source, content.case_name}; }

/// The first event of a case creates its dossier; the others are facts about it. `created_here` holds the cases that
/// this batch creates, by the entry that does.
Result<Entry> make_entry(Reader& reader, const EventRow& row, const std::map<Case, std::size_t>& created_here, Random& random) {
    auto body = checked_body(cbor::encode(sync::ImportedBody{
        .salt = draw_salt(random), .resource = row.resource, .responsible = row.responsible, .others = row.others}));
    if (!body) return std::unexpected(body.error());
    Entry entry{.kind = sync::Kind::imported, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(row.content), .body = std::move(*body)};
    if (const auto here = created_here.find(case_of(row.content)); here != created_here.end()) {
        entry.subject = Entry::SameAs{here->second};
        return entry;
    }
    const auto before = find_imported_case(reader, row.content.source, row.content.case_name);
    if (!before) return std::unexpected(before.error());
    if (*before) {
        entry.subject = to_bytes((*before)->dossier.view());
        entry.prior = (*before)->creating_act;
    }
    return entry;
}

}  // namespace

Result<ImportDone> import_events(Node& node, const crypto::SigningKey& officer, const ImportBatch& request, NodeEnvironment environment) {
    if (request.rows.size() > import_rows_max)
        return fail(ErrorKind::usage, fmt::format("{} events at once; at most {} are taken", request.rows.size(), import_rows_max));
    ImportDone done;
    std::set<sync::Hash> keys_here;
    std::map<Case, std::size_t> created_here;
    std::vector<Entry> entries;
    for (const EventRow& row : request.rows) {
        const auto key = imported_event_key(row.content.source, row.content.case_name, row.content.event_key);
        const auto known = has_imported(node.reader(), key);
        if (!known) return std::unexpected(known.error());
        if (*known || !keys_here.insert(key).second) {
            ++done.known;
            continue;
        }
        auto entry = make_entry(node.reader(), row, created_here, *environment.random);
        if (!entry) return std::unexpected(entry.error());
        if (std::holds_alternative<Entry::NewDossier>(entry->subject)) created_here.emplace(case_of(row.content), entries.size());
        entries.push_back(std::move(*entry));
    }
    const auto recorded = node.record(officer, entries);
    if (!recorded) return std::unexpected(recorded.error());
    done.imported = entries.size();
    return done;
}

}  // namespace motcua::node
