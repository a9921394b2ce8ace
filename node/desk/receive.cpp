// How a dossier begins: handed in, or accepted at once.

#include <fmt/core.h>

#include <algorithm>

#include "node/desk/body.hpp"
#include "sync/calendar/rulebook.hpp"
#include "sync/dossier/code.hpp"
#include "sync/dossier/lookup_code.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t procedure_bytes_max = 64;

Result<void> check_procedure_code(const std::string& code) {
    if (code.empty() || code.size() > procedure_bytes_max || code.find_first_of(" \t\r\n") != std::string::npos)
        return fail(ErrorKind::usage, "mã thủ tục không hợp lệ; ví dụ đúng: 1.001193");
    return {};
}

/// The procedure as it holds on that day. Null where the registry lists no procedures at all: then nothing is computed and
/// nothing refused. Errors: not_found, refused.
Result<const sync::ProcedureContent*> find_procedure(const sync::Registry& registry, const std::string& code, std::int64_t day) {
    const auto* procedure = registry.procedure_at(code, day, registry.size());
    if (procedure == nullptr && !registry.procedures().standing().empty())
        return fail(ErrorKind::not_found, fmt::format("danh mục không có thủ tục {}; xem motcua registry show DIR --kind procedures", code));
    if (procedure != nullptr && !procedure->is_open)
        return fail(ErrorKind::refused, fmt::format("thủ tục {} ({}) không còn được tiếp nhận", code, procedure->name));
    return procedure;
}

/// What the receipt promises.
Result<std::optional<sync::DueDate>> find_due(const sync::Registry& registry, const sync::ProcedureContent* procedure, const Receive& request,
                                              std::uint64_t received_ms) {
    if (request.due_ms) return sync::DueDate{.ms = *request.due_ms, .is_provisional = false};
    if (procedure == nullptr || !procedure->time) return std::optional<sync::DueDate>();
    const sync::Rulebook rules(registry);
    const sync::Term term{.time = *procedure->time, .extra = request.needs_verification ? procedure->extra_time : std::nullopt,
                          .start_ms = received_ms, .cutoff_minute = procedure->cutoff_minute, .pauses = {}};
    auto due = rules.calendar(procedure->calendar, registry.size()).due(term);
    if (!due) return std::unexpected(std::move(due).error());
    return std::optional(*due);
}

/// Of a node for which the registry lists no block.
constexpr sync::NumberBlockContent whole_day{.first = 1, .last = 9999};

/// On the day on which our log went on for a lost one, and for earlier days: that one may have given numbers that nobody here knows.
Result<std::uint64_t> series_of(Node& node, std::int64_t day) {
    const auto logs = node.registry()->logs_of_line(node.log_id());
    if (logs.size() < 2) return 0;
    auto first = node.reader().entry(node.log_id(), 0);
    if (!first) return std::unexpected(std::move(first).error());
    const auto open = *first ? sync::parse_act(std::move(**first)) : fail(ErrorKind::storage, "");
    if (!open) return fail(ErrorKind::storage, "entry 0 of this node's log cannot be read; restore the database");
    return day <= sync::day_in_vietnam(open->payload.at_ms) ? sync::recovery_series * (logs.size() - 1) : 0;
}

/// The code of the day of reception; of one copied in from the paper book, of that day.
Result<std::string> next_code(Node& node, std::uint64_t received_ms) {
    sync::DossierCode code{.agency = node.config().office_code, .day = sync::day_in_vietnam(received_ms), .number = 1};
    const std::string sample = code.text();
    const auto given = node.reader().numbers_given(sample.substr(0, sample.rfind('-') + 1));
    if (!given) return std::unexpected(given.error());
    if (sync::planted(sync::PlantedFault::numbers_by_host)) return code.number = sync::next_number(whole_day, *given), code.text();
    const auto series = series_of(node, code.day);
    if (!series) return std::unexpected(series.error());
    code.number = sync::next_number(node.registry()->number_block(node.log_id()).value_or(whole_day), *given, *series);
    return code.text();
}

std::vector<sync::DocumentLine> documents_of(const Receive& request, const sync::ProcedureContent* procedure) {
    std::vector<sync::DocumentLine> lines = request.documents;
    if (!lines.empty() || procedure == nullptr) return lines;
    for (const auto& document : procedure->documents) lines.push_back({document.name, document.originals, document.copies});
    return lines;
}

/// A submitted dossier keeps its procedure and its applicant, unless they are said anew.
Result<std::optional<sync::Dossier>> find_submitted(Node& node, const Receive& request) {
    if (!request.dossier) return std::optional<sync::Dossier>();
    auto dossier = find_dossier(node.reader(), *request.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    if (auto allowed = sync::allows(*dossier, sync::Kind::receive, node.log_id(), *node.registry()); !allowed) return std::unexpected(allowed.error());
    return std::optional(*std::move(dossier));
}

/// Who applied, as the body of the submission says.
Result<Applicant> submitted_applicant(Node& node, const sync::Dossier& dossier) {
    const auto creating = std::ranges::find_if(dossier.acts, [](const auto& act) { return act.kind == sync::Kind::submitted && act.verdict.effective(); });
    ensure(creating != dossier.acts.end(), "what can be received was submitted");
    const auto bytes = node.reader().body(creating->position.log, creating->position.seq.value);
    if (!bytes) return std::unexpected(bytes.error());
    const auto body = *bytes ? cbor::decode<sync::ReceiveBody>(**bytes) : fail(ErrorKind::not_found, "");
    if (!body) return fail(ErrorKind::usage, "chưa có tên người nộp hồ sơ; ghi thêm --applicant");
    return Applicant{body->applicant, body->identity, body->phone, body->email, body->address, body->request};
}

}  // namespace

Result<ReceiveDone> receive(Node& node, const crypto::SigningKey& officer, const Receive& request, NodeEnvironment environment) {
    const auto submitted = find_submitted(node, request);
    if (!submitted) return std::unexpected(submitted.error());
    const std::string procedure_code = request.procedure.empty() && *submitted ? (*submitted)->procedure : request.procedure;
    if (auto checked = check_procedure_code(procedure_code); !checked) return std::unexpected(checked.error());
    Applicant applicant = request.applicant;
    if (applicant.name.empty() && *submitted) {
        auto known = submitted_applicant(node, **submitted);
        if (!known) return std::unexpected(known.error());
        applicant = *std::move(known);
    }
    if (auto checked = check_applicant(applicant); !checked) return std::unexpected(checked.error());

    const std::uint64_t now_ms = to_ms(environment.clock->wall());
    const std::uint64_t received_ms = request.paper ? request.paper->received_ms : now_ms;
    if (received_ms > now_ms) return fail(ErrorKind::usage, "giờ nhận ghi trong sổ giấy muộn hơn bây giờ; hãy xem lại đồng hồ của máy và sổ");
    const auto registry = node.registry();
    if (!registry) return fail(ErrorKind::refused, "nút này chưa được đăng ký với thành phố; dùng motcua enrol accept");
    const auto procedure = find_procedure(*registry, procedure_code, sync::day_in_vietnam(received_ms));
    if (!procedure) return std::unexpected(procedure.error());
    const auto due = find_due(*registry, *procedure, request, received_ms);
    if (!due) return std::unexpected(due.error());
    const auto code = next_code(node, received_ms);
    if (!code) return std::unexpected(code.error());
    const auto lookup = sync::LookupCode::generate(*environment.random);

    sync::ReceiveContent content;
    content.code = *code;
    content.procedure = procedure_code;
    content.received_ms = received_ms;
    if (*due) content.due_ms = (*due)->ms;
    content.channel = request.channel;
    content.sets = request.sets;
    content.documents = documents_of(request, *procedure);
    content.needs_verification = request.needs_verification;
    content.lookup = lookup.hash();
    if (request.paper) content.book_number = request.paper->book_number;

    sync::ReceiveBody details = applicant_body(applicant, request.note, *environment.random);
    details.lookup_code = lookup.text();
    auto body = checked_body(cbor::encode(details));
    if (!body) return std::unexpected(body.error());
    Entry entry{.kind = sync::Kind::receive, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(content), .body = std::move(*body)};
    if (*submitted) {
        entry.subject = to_bytes((*submitted)->id.view());
        entry.prior = (*submitted)->tip;
    }
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    const auto dossier = sync::DossierId::from(recorded->front().subject);
    if (!dossier) return std::unexpected(dossier.error());
    auto receipt = node.receipt_of(recorded->front().position);
    if (!receipt) return std::unexpected(std::move(receipt).error());
    return ReceiveDone{.act = recorded->front().act, .dossier = *dossier, .code = *code, .lookup_code = lookup.text(), .due_ms = content.due_ms,
                       .is_provisional = *due && (*due)->is_provisional, .receipt = *std::move(receipt)};
}

Result<StepDone> submit(Node& node, const crypto::SigningKey& officer, const Submit& request, NodeEnvironment environment) {
    if (auto checked = check_procedure_code(request.procedure); !checked) return std::unexpected(checked.error());
    if (auto checked = check_applicant(request.applicant); !checked) return std::unexpected(checked.error());
    const std::uint64_t now_ms = to_ms(environment.clock->wall());
    const auto registry = node.registry();
    if (!registry) return fail(ErrorKind::refused, "nút này chưa được đăng ký với thành phố; dùng motcua enrol accept");
    if (const auto procedure = find_procedure(*registry, request.procedure, sync::day_in_vietnam(now_ms)); !procedure) return std::unexpected(procedure.error());
    auto body = checked_body(cbor::encode(applicant_body(request.applicant, request.note, *environment.random)));
    if (!body) return std::unexpected(body.error());
    const sync::SubmittedContent content{.procedure = request.procedure, .channel = request.channel, .submitted_ms = now_ms};
    const Entry entry{.kind = sync::Kind::submitted, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(content), .body = std::move(*body)};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    const auto dossier = sync::DossierId::from(recorded->front().subject);
    if (!dossier) return std::unexpected(dossier.error());
    return StepDone{.act = recorded->front().act, .dossier = *dossier};
}

}  // namespace motcua::node
