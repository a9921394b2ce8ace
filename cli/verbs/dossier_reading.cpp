/// `motcua dossier list|show|history|due`: read straight from the database, beside whatever writes.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "node/desk/desk.hpp"
#include "sync/dossier/duties.hpp"
#include "sync/dossier/explain_due.hpp"

namespace motcua::cli {
namespace {

constexpr const char* list_help = R"(Liệt kê hồ sơ tại nút này, mới nhận trước. --status là một trong mười mã trạng thái quốc gia, từ 1
đến 10.

Example:
  motcua dossier list /srv/badinh --status 4 --limit 20)";

constexpr const char* show_help = R"(Xem một hồ sơ theo mã hoặc theo 32 chữ số hex của định danh: trạng thái, hạn, nơi giữ, phiếu kiểm
soát và việc phải làm. --json in cả mã từng bản ghi (act), dùng với `motcua audit act`.

Example:
  motcua dossier show /srv/badinh H26.00004-261124-0001 --json)";

constexpr const char* history_help = R"(Mọi bước đã ghi của một hồ sơ, kể cả bước không có hiệu lực và lý do; không bước nào bị xóa.

Example:
  motcua dossier history /srv/badinh H26.00004-261124-0001)";

constexpr const char* due_help = R"(Ngày hẹn trả và cách tính: quy định nào, ngày nào không tính và vì sao.

Example:
  motcua dossier due /srv/badinh H26.00004-261124-0001 --explain)";

struct Options {
    std::string directory, dossier;
    bool json = false, explain = false;
    node::DossierQuery query;
    std::optional<unsigned> status;
};

template <class T>
nlohmann::json or_null(const std::optional<T>& value) { return value ? nlohmann::json(*value) : nlohmann::json(nullptr); }
template <class T>
nlohmann::json hex_or_null(const std::optional<T>& value) { return value ? nlohmann::json(to_hex(value->view())) : nlohmann::json(nullptr); }
nlohmann::json code_or_null(const std::optional<sync::OfficeId>& office) { return office ? nlohmann::json(office->code) : nlohmann::json(nullptr); }

std::string title_of(const sync::Dossier& dossier) { return dossier.code.value_or(to_hex(dossier.id.view())); }

nlohmann::json facts_of(const sync::Dossier& dossier) {
    const auto& clock = dossier.clock;
    nlohmann::json facts{{"dossier", to_hex(dossier.id.view())},
                         {"code", or_null(dossier.code)},
                         {"procedure", dossier.procedure},
                         {"office", dossier.custody ? nlohmann::json(dossier.custody->office.code) : nlohmann::json(nullptr)},
                         {"offered_to", dossier.custody && dossier.custody->offer ? nlohmann::json(dossier.custody->offer->to.code) : nlohmann::json(nullptr)},
                         {"created_by", code_or_null(dossier.created_by)},
                         {"unit", dossier.unit},
                         {"status", static_cast<unsigned>(dossier.status)},
                         {"status_vi", sync::name_vi(dossier.status)},
                         {"outcome", static_cast<unsigned>(dossier.outcome)},
                         {"disputed", dossier.dispute.has_value()},
                         {"received_ms", dossier.received_ms},
                         {"due_ms", or_null(clock.due_ms)},
                         {"promised_ms", or_null(clock.promised_ms)},
                         {"extended_to_ms", or_null(clock.extended_to_ms)},
                         {"finished_ms", or_null(clock.ended_ms)},
                         {"returned_ms", or_null(dossier.returned_ms)},
                         {"book_number", or_null(dossier.book_number)}};
    return facts;
}

nlohmann::json facts_of(const sync::DossierAct& act) {
    return {{"act", to_hex(act.id.view())},
            {"log_id", to_hex(act.position.log.view())},
            {"seq", act.position.seq.value},
            {"kind", kind_name(act.kind)},
            {"at_ms", act.at_ms},
            {"signer", to_hex(act.signer.view())},
            {"prior", hex_or_null(act.prior)},
            {"standing", sync::name_of(act.verdict.standing)},
            {"provisional", act.is_provisional},
            {"reason", act.verdict.effective() ? nlohmann::json(nullptr) : nlohmann::json(sync::name_of(act.verdict.reason))}};
}

nlohmann::json facts_of(const sync::ControlRow& row) {
    return {{"act", to_hex(row.act.view())},
            {"from", code_or_null(row.from)},
            {"from_unit", row.from_unit},
            {"to", code_or_null(row.to)},
            {"to_unit", row.to_unit},
            {"given_ms", row.given_ms},
            {"received_ms", or_null(row.received_ms)},
            {"due_ms", or_null(row.due_ms)},
            {"finished_ms", or_null(row.finished_ms)}};
}

struct Opened {
    node::Reader reader;
    sync::Dossier dossier;
};
Result<Opened> open_dossier(const Options& options) {
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    auto dossier = node::find_dossier(*reader, options.dossier);
    if (!dossier) return std::unexpected(std::move(dossier).error());
    return Opened{*std::move(reader), *std::move(dossier)};
}

Result<void> list(const Options& options) {
    auto query = options.query;
    if (options.status) query.status = static_cast<sync::DossierStatus>(*options.status);
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(reader.error());
    ++query.limit;  // one more tells whether there are more
    auto dossiers = reader->dossiers(query);
    if (!dossiers) return std::unexpected(dossiers.error());
    const bool has_more = dossiers->size() == query.limit;
    if (has_more) dossiers->pop_back();
    if (options.json) {
        auto facts = nlohmann::json::array();
        for (const auto& dossier : *dossiers) facts.push_back(facts_of(dossier));
        print_json(facts);
    } else {
        for (const auto& dossier : *dossiers) {
            fmt::print("{}  {}  {}  {}\n", title_of(dossier), dossier.procedure, format_local_time(dossier.received_ms), sync::name_vi(dossier.status));
        }
    }
    if (has_more) fmt::print(stderr, "(còn hồ sơ nữa; thêm --limit để xem nhiều hơn {})\n", query.limit - 1);
    return {};
}

std::string office_name(const sync::Registry& registry, const sync::OfficeId& id) {
    const auto* office = registry.find_office(id);
    return office == nullptr ? id.code : office->name;
}

std::string party(const sync::Registry& registry, const std::optional<sync::OfficeId>& office, const std::string& unit) {
    std::string text = office ? office_name(registry, *office) : std::string();
    if (!unit.empty()) text += (text.empty() ? "" : ", ") + unit;
    return text.empty() ? "?" : text;
}

void print_head(const sync::Dossier& dossier, const sync::Registry& registry) {
    const auto line = [](const char* name, const std::string& value) { fmt::print("{:<12}{}\n", name, value); };
    const auto* procedure = registry.procedure_at(dossier.procedure, sync::day_in_vietnam(dossier.received_ms), registry.size());
    line("Hồ sơ", title_of(dossier));
    line("Thủ tục", procedure == nullptr ? dossier.procedure : dossier.procedure + " " + procedure->name);
    line("Trạng thái", std::string(sync::name_vi(dossier.status)));
    line("Tiếp nhận", format_local_time(dossier.received_ms) + (dossier.book_number ? " (sổ giấy số " + *dossier.book_number + ")" : ""));
    const auto& clock = dossier.clock;
    if (clock.due_ms) line("Hẹn trả", format_local_time(*clock.due_ms) + (clock.extended_to_ms ? ", đã xin lỗi và hẹn lại" : ""));
    if (clock.ended_ms) line("Xong", format_local_time(*clock.ended_ms));
    if (dossier.custody) line("Đang ở", party(registry, dossier.custody->office, dossier.unit));
    if (dossier.custody && dossier.custody->offer) line("Chờ nhận", office_name(registry, dossier.custody->offer->to));
    for (const auto& missing : dossier.missing) line("Còn thiếu", missing);
    if (dossier.dispute) line("Tranh chấp", office_name(registry, dossier.dispute->decided_by) + " phân xử: dossier arbitrate");
}

void print_control(const sync::Dossier& dossier, const sync::Registry& registry) {
    if (dossier.control.empty()) return;
    fmt::print("\nPhiếu kiểm soát\n");
    for (const auto& row : dossier.control) {
        fmt::print("  {}  {} → {}", format_local_time(row.given_ms), party(registry, row.from, row.from_unit), party(registry, row.to, row.to_unit));
        if (row.received_ms && *row.received_ms != row.given_ms) fmt::print(", nhận {}", format_local_time(*row.received_ms));
        if (row.due_ms) fmt::print(", hạn {}", format_local_time(*row.due_ms));
        fmt::print("\n");
    }
}

/// In the order of the times that the acts claim: how people tell it, though never what decides.
void print_history(const sync::Dossier& dossier) {
    auto acts = dossier.acts;
    std::stable_sort(acts.begin(), acts.end(), [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
    for (const auto& act : acts) {
        const auto name = sync::name_vi(act.kind);
        fmt::print("  {}  {}", format_local_time(act.at_ms), name.empty() ? kind_name(act.kind) : std::string(name));
        if (act.is_provisional) fmt::print("  (khóa được tạm cho phép)");
        if (!act.verdict.effective()) fmt::print("  (không có hiệu lực: {})", sync::sentence_vi(act.verdict.reason));
        fmt::print("\n");
    }
}

Result<void> show(const Options& options, Program& program) {
    const auto opened = open_dossier(options);
    if (!opened) return std::unexpected(opened.error());
    const auto& dossier = opened->dossier;
    if (options.json) {
        auto facts = facts_of(dossier);
        facts["acts"] = nlohmann::json::array();
        for (const auto& act : dossier.acts) facts["acts"].push_back(facts_of(act));
        facts["control"] = nlohmann::json::array();
        for (const auto& row : dossier.control) facts["control"].push_back(facts_of(row));
        print_json(facts);
        return {};
    }
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    print_head(dossier, *registry);
    print_control(dossier, *registry);
    fmt::print("\nCác bước\n");
    print_history(dossier);
    const sync::Rulebook rules(*registry);
    const auto now_ms = static_cast<std::uint64_t>(program.environment.clock->wall().time_since_epoch().count());
    const auto duties = sync::duties(dossier, now_ms, rules);
    if (!duties.empty()) fmt::print("\nViệc phải làm\n");
    for (const auto& item : duties) fmt::print("  {}\n", sync::sentence_vi(item.duty));
    return {};
}

Result<void> history(const Options& options) {
    const auto opened = open_dossier(options);
    if (!opened) return std::unexpected(opened.error());
    if (options.json) {
        auto facts = nlohmann::json::array();
        for (const auto& act : opened->dossier.acts) facts.push_back(facts_of(act));
        print_json(facts);
        return {};
    }
    print_history(opened->dossier);
    return {};
}

Result<void> due(const Options& options) {
    const auto opened = open_dossier(options);
    if (!opened) return std::unexpected(opened.error());
    const auto& clock = opened->dossier.clock;
    if (options.json) {
        print_json({{"due_ms", or_null(clock.due_ms)}, {"promised_ms", or_null(clock.promised_ms)}, {"extended_to_ms", or_null(clock.extended_to_ms)},
                    {"provisional", clock.is_provisional}});
        return {};
    }
    if (!clock.due_ms) fmt::print("Hồ sơ này lúc này không có hạn trả.\n");
    else fmt::print("Hẹn trả {}{}\n", format_local_time(*clock.due_ms), clock.is_provisional ? " (tạm tính: lịch nghỉ chưa công bố đến ngày này)" : "");
    if (!options.explain) return {};
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    const sync::Rulebook rules(*registry);
    for (const auto& sentence : sync::explain_due(opened->dossier, rules)) fmt::print("  {}\n", sentence);
    return {};
}

}  // namespace

void add_dossier_reading(CLI::App& dossier, Program& program) {
    const auto add_verb = [&](const std::shared_ptr<Options>& options, const char* name, const char* what, const char* help) {
        auto* verb = dossier.add_subcommand(name, what);
        verb->footer(help);
        verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
        verb->add_flag("--json", options->json, "In dạng JSON");
        return verb;
    };
    const auto add_one = [&](const char* name, const char* what, const char* help, Result<void> (*run)(const Options&)) {
        const auto options = std::make_shared<Options>();
        auto* verb = add_verb(options, name, what, help);
        verb->add_option("DOSSIER", options->dossier, "Mã hồ sơ hoặc định danh")->required();
        verb->callback([options, run, &program] { program.run = [options, run] { return run(*options); }; });
        return std::pair(verb, options);
    };

    const auto listed = std::make_shared<Options>();
    auto* list_verb = add_verb(listed, "list", "Liệt kê hồ sơ", list_help);
    list_verb->add_option("--status", listed->status, "Mã trạng thái, 1 đến 10")->check(CLI::Range(1U, 10U));
    list_verb->add_option("--limit", listed->query.limit, "Nhiều nhất bao nhiêu hồ sơ")->capture_default_str()->check(CLI::Range(1U, 1'000'000'000U));
    list_verb->callback([listed, &program] { program.run = [listed] { return list(*listed); }; });

    const auto shown = std::make_shared<Options>();
    auto* show_verb = add_verb(shown, "show", "Xem một hồ sơ", show_help);
    show_verb->add_option("DOSSIER", shown->dossier, "Mã hồ sơ hoặc định danh")->required();
    show_verb->callback([shown, &program] { program.run = [shown, &program] { return show(*shown, program); }; });

    add_one("history", "Mọi bước đã ghi, kể cả bước không có hiệu lực", history_help, history);
    const auto [due_verb, due_options] = add_one("due", "Hạn trả, và vì sao là ngày ấy", due_help, due);
    due_verb->add_flag("--explain", due_options->explain, "Từng ngày không tính và vì sao");
}

}  // namespace motcua::cli
