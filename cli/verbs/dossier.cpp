/// `motcua dossier`: the counter's work. What officers read here is Vietnamese.

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"

namespace motcua::cli {
namespace {

constexpr std::chrono::hours vietnam_offset{7};
/// A due date without an hour means the end of that working day.
constexpr std::chrono::hours closing_hour{17};

constexpr const char* receive_help = R"(Tiếp nhận một hồ sơ: ghi, ký và cấp mã. Khi lệnh in mã hồ sơ thì hồ sơ đã được ghi chắc
chắn trên máy này, kể cả khi mất điện ngay sau đó. Thông tin cá nhân nằm trong phần thân
tách rời của bản ghi và có thể xóa theo quy định.

Example:
  motcua dossier receive /srv/badinh --procedure 1.001193 --applicant "Nguyễn Văn Đức" --due 2026-12-01)";

constexpr const char* list_help = R"(Liệt kê hồ sơ tại nút này, mới tiếp nhận trước, nhiều nhất --limit hồ sơ; nếu còn nữa thì có
một dòng báo ở stderr. --status là một trong mười mã trạng thái quốc gia, từ 1 đến 10.

Example:
  motcua dossier list /srv/badinh --status 2 --limit 20)";

constexpr const char* show_help = R"(Xem một hồ sơ theo mã hoặc theo 32 chữ số hex của định danh: trạng thái, các bước đã ghi và
vì sao một bước không có hiệu lực. --json in cả mã từng bản ghi (act), dùng với
`motcua audit act`.

Example:
  motcua dossier show /srv/badinh H26.00004-261124-0001 --json)";

constexpr const char* step_help = R"(Ghi một bước xử lý hoặc một sự việc của hồ sơ, theo tên tiếng Anh:
  note supplement_handed_in withdrawal_asked result_handed_over
  decline ask_supplement resume assign submit_for_signature sign number complete
  return_unresolved stop

Example:
  motcua dossier step /srv/badinh H26.00004-261124-0001 assign --note "Chuyển bộ phận hộ tịch")";

struct Options {
    std::string directory;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;

    node::Receive receive;
    std::string due;
    node::DossierQuery query;
    std::optional<unsigned> status;
    std::string dossier, kind, note;
};

nlohmann::json or_null(const std::optional<std::string>& text) { return text ? nlohmann::json(*text) : nlohmann::json(nullptr); }
nlohmann::json or_null(const std::optional<std::uint64_t>& number) { return number ? nlohmann::json(*number) : nlohmann::json(nullptr); }

void print_json(const nlohmann::json& facts) { fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)); }

/// A moment as the wall of the office shows it.
std::string local_time(std::uint64_t ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ms)};
    return fmt::format("{:%d/%m/%Y %H:%M}", std::chrono::time_point_cast<std::chrono::seconds>(at) + vietnam_offset);
}

/// "2026-12-01" or "2026-12-01T15:30", both as clocks in Vietnam show it.
Result<std::uint64_t> parse_due(const std::string& text) {
    const auto number = [&](std::size_t from, std::size_t length) -> std::optional<unsigned> {
        unsigned value = 0;
        const char* begin = text.data() + from;
        const auto [end, trouble] = std::from_chars(begin, begin + length, value);
        return trouble == std::errc{} && end == begin + length ? std::optional(value) : std::nullopt;
    };
    const auto wrong = [&] { return fail(ErrorKind::usage, "hạn trả \"" + text + "\" không đúng dạng; viết 2026-12-01 hoặc 2026-12-01T15:30"); };
    const bool has_time = text.size() == 16 && text[10] == 'T' && text[13] == ':';
    if ((text.size() != 10 && !has_time) || text[4] != '-' || text[7] != '-') return wrong();
    const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (!year || !month || !day) return wrong();
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok() || *year < 1970) return wrong();
    std::chrono::minutes time = closing_hour;
    if (has_time) {
        const auto hour = number(11, 2), minute = number(14, 2);
        if (!hour || !minute || *hour > 23 || *minute > 59) return wrong();
        time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    }
    const std::chrono::sys_time<std::chrono::milliseconds> at = std::chrono::sys_days(date) + time - vietnam_offset;
    if (at.time_since_epoch().count() < 0) return wrong();
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

Result<node::Done> ask(const Options& options, Program& program, node::Work work) {
    auto officer = open_officer(options.directory, options.as, options.passphrase);
    if (!officer) return std::unexpected(std::move(officer).error());
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(std::move(gateway).error());
    return gateway->ask({.work = std::move(work), .officer_seed = officer->seed()});
}

Result<void> receive(const Options& options, Program& program) {
    node::Receive request = options.receive;
    if (!options.due.empty()) {
        const auto due = parse_due(options.due);
        if (!due) return std::unexpected(due.error());
        request.due_ms = *due;
    }
    const auto asked = ask(options, program, std::move(request));
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::ReceiveDone>(*asked);
    if (options.json) print_json({{"code", done.code}, {"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}});
    else fmt::print("đã ghi {}\n", done.code);
    return {};
}

Result<void> step(const Options& options, Program& program) {
    const auto kind = sync::find_kind(options.kind);
    const auto kind_class = kind ? sync::class_of(*kind) : sync::KindClass::unknown;
    if (kind_class != sync::KindClass::fact && kind_class != sync::KindClass::move) return fail(ErrorKind::usage, "không có bước \"" + options.kind + "\"; xem motcua dossier step --help");
    const auto asked = ask(options, program, node::Step{.dossier = options.dossier, .kind = *kind, .note = options.note});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::StepDone>(*asked);
    if (options.json) print_json({{"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}});
    else fmt::print("đã ghi: {}\n", sync::name_vi(*kind));
    return {};
}

// --- reading: straight from the database, beside whatever writes ---

nlohmann::json facts_of(const sync::Dossier& dossier) {
    return {{"dossier", to_hex(dossier.id.view())},
            {"code", or_null(dossier.code)},
            {"procedure", dossier.procedure},
            {"office", dossier.custody ? nlohmann::json(dossier.custody->office.code) : nlohmann::json(nullptr)},
            {"status", static_cast<unsigned>(dossier.status)},
            {"status_vi", sync::name_vi(dossier.status)},
            {"disputed", dossier.dispute.has_value()},
            {"received_ms", dossier.received_ms},
            {"due_ms", or_null(dossier.clock.due_ms)}};
}

std::string kind_name(sync::Kind kind) {
    const auto name = sync::name_of(kind);
    return name.empty() ? fmt::format("kind-{}", static_cast<unsigned>(kind)) : std::string(name);
}

nlohmann::json facts_of(const sync::DossierAct& act) {
    return {{"act", to_hex(act.id.view())},
            {"log_id", to_hex(act.position.log.view())},
            {"seq", act.position.seq.value},
            {"kind", kind_name(act.kind)},
            {"at_ms", act.at_ms},
            {"signer", to_hex(act.signer.view())},
            {"standing", sync::name_of(act.verdict.standing)},
            {"reason", act.verdict.effective() ? nlohmann::json(nullptr) : nlohmann::json(sync::name_of(act.verdict.reason))}};
}

std::string title_of(const sync::Dossier& dossier) { return dossier.code.value_or(to_hex(dossier.id.view())); }

Result<void> list(const Options& options) {
    auto query = options.query;
    if (options.status) query.status = static_cast<sync::DossierStatus>(*options.status);
    query.limit = std::min(query.limit, std::numeric_limits<std::uint64_t>::max() - 1) + 1;  // one more tells whether there are more
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(reader.error());
    auto dossiers = reader->dossiers(query);
    if (!dossiers) return std::unexpected(dossiers.error());
    if (dossiers->size() == query.limit) {
        dossiers->pop_back();
        fmt::print(stderr, "chỉ liệt kê {} hồ sơ tiếp nhận gần đây nhất, còn nhiều hơn thế; xem thêm bằng --limit\n", dossiers->size());
    }
    if (options.json) {
        auto facts = nlohmann::json::array();
        for (const auto& dossier : *dossiers) facts.push_back(facts_of(dossier));
        print_json(facts);
        return {};
    }
    for (const auto& dossier : *dossiers)
        fmt::print("{}  {}  {}  {}\n", title_of(dossier), dossier.procedure, local_time(dossier.received_ms), sync::name_vi(dossier.status));
    return {};
}

Result<sync::Dossier> find(node::Reader& reader, const std::string& name) {
    auto dossier = reader.dossier_of_code(name);
    if (dossier && !*dossier) {
        const auto bytes = from_hex(name);
        if (bytes && bytes->size() == sync::DossierId::size) dossier = reader.dossier(*sync::DossierId::from(*bytes));
    }
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) return fail(ErrorKind::not_found, "không có hồ sơ " + name + " tại nút này");
    return std::move(**dossier);
}

Result<void> show(const Options& options) {
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(reader.error());
    const auto dossier = find(*reader, options.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    if (options.json) {
        auto facts = facts_of(*dossier);
        facts["acts"] = nlohmann::json::array();
        for (const auto& act : dossier->acts) facts["acts"].push_back(facts_of(act));
        print_json(facts);
        return {};
    }
    fmt::print("Hồ sơ       {}\nThủ tục     {}\nTrạng thái  {}\nTiếp nhận   {}\n", title_of(*dossier), dossier->procedure,
               sync::name_vi(dossier->status), local_time(dossier->received_ms));
    if (dossier->clock.due_ms) fmt::print("Hẹn trả     {}\n", local_time(*dossier->clock.due_ms));
    if (dossier->dispute) fmt::print("Có tranh chấp giữa các bước xử lý\n");
    for (const auto& act : dossier->acts) {
        const auto name = sync::name_vi(act.kind);
        fmt::print("{}  {}", local_time(act.at_ms), name.empty() ? kind_name(act.kind) : std::string(name));
        if (!act.verdict.effective()) fmt::print("  (không có hiệu lực: {})", sync::sentence_vi(act.verdict.reason));
        fmt::print("\n");
    }
    return {};
}

}  // namespace

void add_dossier(CLI::App& app, Program& program) {
    auto* dossier = app.add_subcommand("dossier", "Hồ sơ: receive, step, list and show dossiers");
    dossier->require_subcommand(1);
    auto options = std::make_shared<Options>();
    const auto add_verb = [&](const char* name, const char* what, const char* help) {
        auto* verb = dossier->add_subcommand(name, what);
        verb->footer(help);
        verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
        verb->add_flag("--json", options->json, "In dạng JSON");
        return verb;
    };
    const auto signs = [&](CLI::App* verb) {
        verb->add_option("--as", options->as, "Cán bộ ký, khi thư mục có nhiều người")->type_name("NAME");
        add_passphrase_options(*verb, options->passphrase, true);
    };

    auto* receive_verb = add_verb("receive", "Tiếp nhận hồ sơ", receive_help);
    receive_verb->add_option("--procedure", options->receive.procedure, "Mã thủ tục")->required();
    receive_verb->add_option("--applicant", options->receive.applicant, "Người nộp")->required();
    receive_verb->add_option("--identity", options->receive.identity, "Số định danh hoặc mã số thuế");
    receive_verb->add_option("--phone", options->receive.phone, "Điện thoại");
    receive_verb->add_option("--address", options->receive.address, "Địa chỉ");
    receive_verb->add_option("--note", options->receive.note, "Ghi chú");
    receive_verb->add_option("--due", options->due, "Ngày hẹn trả")->type_name("YYYY-MM-DD[THH:MM]");
    signs(receive_verb);
    receive_verb->callback([options, &program] { program.run = [options, &program] { return receive(*options, program); }; });

    auto* list_verb = add_verb("list", "Liệt kê hồ sơ", list_help);
    list_verb->add_option("--status", options->status, "Mã trạng thái, 1 đến 10")->check(CLI::Range(1U, 10U));
    list_verb->add_option("--limit", options->query.limit, "Nhiều nhất bao nhiêu hồ sơ")->capture_default_str();
    list_verb->callback([options, &program] { program.run = [options] { return list(*options); }; });

    auto* show_verb = add_verb("show", "Xem một hồ sơ", show_help);
    show_verb->add_option("DOSSIER", options->dossier, "Mã hồ sơ hoặc định danh")->required();
    show_verb->callback([options, &program] { program.run = [options] { return show(*options); }; });

    auto* step_verb = add_verb("step", "Ghi một bước xử lý", step_help);
    step_verb->add_option("DOSSIER", options->dossier, "Mã hồ sơ hoặc định danh")->required();
    step_verb->add_option("KIND", options->kind, "Tên bước, xem dưới đây")->required();
    step_verb->add_option("--note", options->note, "Ghi chú");
    signs(step_verb);
    step_verb->callback([options, &program] { program.run = [options, &program] { return step(*options, program); }; });
}

}  // namespace motcua::cli
