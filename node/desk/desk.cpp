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

    auto body = checked_body(cbor::encode(sync::ReceiveBody{.salt = draw_salt(*environment.random),
                                                            .applicant = request.applicant,
                                                            .identity = request.identity,
                                                            .phone = request.phone,
                                                            .address = request.address,
                                                            .note = request.note}));
    if (!body) return std::unexpected(body.error());
    const sync::ReceiveContent content{.code = code, .procedure = request.procedure, .received_ms = to_ms(now), .due_ms = request.due_ms};
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
                      .content = sync::to_item(sync::StepContent{}), .body = std::move(*body)};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    return StepDone{.act = recorded->front().act, .dossier = dossier->id};
}

namespace {

/// Turns rows into entries and records them in pieces that each fit an extension.
class Importer {
  public:
    Importer(Node& node, const crypto::SigningKey& officer, Random& random) : node_(&node), officer_(&officer), random_(&random) {}

    Result<void> add(const EventRow& row) {
        const auto& content = row.content;
        const auto key = imported_event_key(content.source, content.case_name, content.event_key);
        const auto known = has_imported(node_->reader(), key);
        if (!known) return std::unexpected(known.error());
        if (*known || !keys_.insert(key).second) {
            ++done_.known;
            return {};
        }
        auto entry = make_entry(row);
        if (!entry) return std::unexpected(entry.error());
        const std::size_t bytes = entry->content.bytes.size() + entry->body->size() + envelope_bytes;
        if (bytes_ + bytes > piece_bytes_max && !entries_.empty()) {
            if (auto recorded = record(); !recorded) return recorded;
            entry = make_entry(row);  // SameAs counts within a piece
            if (!entry) return std::unexpected(entry.error());
        }
        if (std::holds_alternative<Entry::NewDossier>(entry->subject)) created_in_piece_.emplace(case_of(content), entries_.size());
        entries_.push_back(std::move(*entry));
        bytes_ += bytes;
        return {};
    }

    Result<ImportDone> finish() {
        if (auto recorded = record(); !recorded) return std::unexpected(recorded.error());
        return done_;
    }

  private:
    using Case = std::pair<std::string, std::string>;  // source, case name
    /// Payload fields, hashes and signature around content and body; generous.
    static constexpr std::size_t envelope_bytes = 512;
    static constexpr std::size_t piece_bytes_max = sync::extension_bytes_max / 2;

    static Case case_of(const sync::ImportedContent& content) { return {content.source, content.case_name}; }

    /// The first event of a case creates its dossier; the others are facts about it.
    Result<Entry> make_entry(const EventRow& row) {
        auto body = checked_body(cbor::encode(sync::ImportedBody{
            .salt = draw_salt(*random_), .resource = row.resource, .responsible = row.responsible, .others = row.others}));
        if (!body) return std::unexpected(body.error());
        Entry entry{.kind = sync::Kind::imported, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(row.content), .body = std::move(*body)};
        const auto here = created_in_piece_.find(case_of(row.content));
        if (here != created_in_piece_.end()) {
            entry.subject = Entry::SameAs{here->second};
            return entry;
        }
        const auto before = find_imported_case(node_->reader(), row.content.source, row.content.case_name);
        if (!before) return std::unexpected(before.error());
        if (*before) {
            entry.subject = to_bytes((*before)->dossier.view());
            entry.prior = (*before)->creating_act;
        }
        return entry;
    }

    Result<void> record() {
        if (entries_.empty()) return {};
        const auto recorded = node_->record(*officer_, entries_);
        if (!recorded) return std::unexpected(recorded.error());
        done_.imported += entries_.size();
        entries_.clear();
        created_in_piece_.clear();
        bytes_ = 0;
        return {};
    }

    Node* node_;
    const crypto::SigningKey* officer_;
    Random* random_;
    ImportDone done_;
    std::set<sync::Hash> keys_;
    std::vector<Entry> entries_;
    std::map<Case, std::size_t> created_in_piece_;
    std::size_t bytes_ = 0;
};

}  // namespace

Result<ImportDone> import_events(Node& node, const crypto::SigningKey& officer, const ImportBatch& request, NodeEnvironment environment) {
    if (request.rows.size() > import_rows_max)
        return fail(ErrorKind::usage, fmt::format("{} events at once; at most {} are taken", request.rows.size(), import_rows_max));
    Importer importer(node, officer, *environment.random);
    for (const EventRow& row : request.rows)
        if (auto added = importer.add(row); !added) return std::unexpected(added.error());
    // When a later piece fails, an earlier one stays in the group: harmless, since no event is imported twice.
    return importer.finish();
}

}  // namespace motcua::node
