/// `motcua dossier VERB DIR DOSSIER`: a verb for each act about a dossier that exists. What officers read is Vietnamese.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "node/files.hpp"

namespace motcua::cli {
namespace {

using sync::Kind;

constexpr std::size_t file_bytes_max = 200U << 20U;

struct Options {
    std::string directory, dossier, note;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;

    std::string to, line, unit, officer, due, respond_by, number, basis, receipt, ground, about, channel, act, file, media_type;
    std::uint64_t amount = 0;
    std::optional<std::uint64_t> stage;
    std::vector<std::string> documents, acts, scores;
    bool agency_fault = false;
    node::Applicant contact;
};

/// The content from what was typed. Needs the registry of DIR to know offices.
using MakeContent = Result<cbor::Item> (*)(const Options&, const sync::Registry&);
using AddOptions = void (*)(CLI::App&, Options&);

struct ActVerb {
    Kind kind;
    const char* name;
    const char* what;
    AddOptions add;      ///< null: nothing but a note
    MakeContent make;
    const char* example; ///< what follows DIR DOSSIER
};

std::unexpected<Error> wrong(const std::string& what) { return fail(ErrorKind::usage, what); }

Result<sync::OfficeId> office_named(const sync::Registry& registry, const std::string& code) {
    const auto* office = registry.find_office(code);
    if (office == nullptr) return fail(ErrorKind::not_found, "danh mục không có cơ quan " + code + "; xem motcua registry show DIR --kind offices");
    return office->id;
}

Result<std::optional<std::uint64_t>> optional_time(const std::string& text) {
    if (text.empty()) return std::optional<std::uint64_t>();
    const auto at = parse_local_time(text);
    if (!at) return std::unexpected(at.error());
    return std::optional(*at);
}

template <class Id>
Result<Id> id_of(const std::string& hex, const char* what) {
    const auto bytes = from_hex(hex);
    auto id = bytes ? Id::from(*bytes) : Result<Id>(std::unexpected(bytes.error()));
    if (!id) return wrong(fmt::format("{} \"{}\" phải là {} chữ số hex", what, hex, 2 * Id::size));
    return id;
}

/// <64 hex digits of a log id>:<seq>, as `dossier show --json` gives them.
Result<sync::Position> position_of(const std::string& text) {
    const auto colon = text.find(':');
    const auto log = id_of<sync::LogId>(text.substr(0, colon), "mã sổ");
    if (!log) return std::unexpected(log.error());
    const std::string seq = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (seq.empty() || seq.size() > 12 || seq.find_first_not_of("0123456789") != std::string::npos) return wrong("vị trí \"" + text + "\" không đúng dạng MÃSỔ:SỐ");
    return sync::Position{*log, sync::Seq{std::stoull(seq)}};
}

// --- the content of each kind ---

Result<cbor::Item> hand_over(const Options& options, const sync::Registry& registry) {
    const auto to = office_named(registry, options.to);
    if (!to) return std::unexpected(to.error());
    const auto due = optional_time(options.due);
    if (!due) return std::unexpected(due.error());
    sync::HandOverContent content{.to = *to, .line = std::nullopt, .stage = options.stage, .due_ms = *due};
    if (!options.line.empty()) {
        const auto line = id_of<sync::LogId>(options.line, "mã sổ");
        if (!line) return std::unexpected(line.error());
        content.line = *line;
    }
    return sync::to_item(content);
}

Result<cbor::Item> assign(const Options& options, const sync::Registry&) {
    const auto due = optional_time(options.due);
    if (!due) return std::unexpected(due.error());
    sync::AssignContent content{.unit = options.unit, .officer = std::nullopt, .due_ms = *due};
    if (!options.officer.empty()) {
        const auto officer = id_of<sync::PublicKey>(options.officer, "khóa của cán bộ");
        if (!officer) return std::unexpected(officer.error());
        content.officer = *officer;
    }
    return sync::to_item(content);
}

Result<cbor::Item> ask_supplement(const Options& options, const sync::Registry&) {
    sync::AskSupplementContent content{.documents = options.documents, .respond_by_day = std::nullopt};
    if (!options.respond_by.empty()) {
        const auto day = parse_local_day(options.respond_by);
        if (!day) return std::unexpected(day.error());
        content.respond_by_day = *day;
    }
    return sync::to_item(content);
}

Result<cbor::Item> extend(const Options& options, const sync::Registry&) {
    const auto due = parse_local_time(options.due);
    if (!due) return std::unexpected(due.error());
    return sync::to_item(sync::ExtendContent{*due});
}

Result<cbor::Item> consult(const Options& options, const sync::Registry& registry) {
    const auto office = office_named(registry, options.to);
    if (!office) return std::unexpected(office.error());
    const auto due = optional_time(options.due);
    if (!due) return std::unexpected(due.error());
    return sync::to_item(sync::ConsultContent{.office = *office, .due_ms = *due});
}

Result<cbor::Item> opinion(const Options& options, const sync::Registry&) {
    sync::OpinionContent content;
    if (!options.act.empty()) {
        const auto consultation = position_of(options.act);
        if (!consultation) return std::unexpected(consultation.error());
        content.consultation = *consultation;
    }
    return sync::to_item(content);
}

Result<cbor::Item> stop(const Options& options, const sync::Registry&) {
    sync::StopContent content;
    if (options.ground == "withdrawn") content.ground = sync::StopGround::withdrawn;
    else if (options.ground == "supplement-expired") content.ground = sync::StopGround::supplement_expired;
    else if (options.ground != "other") return wrong("căn cứ dừng là withdrawn, supplement-expired hoặc other");
    return sync::to_item(content);
}

Result<cbor::Item> notice_sent(const Options& options, const sync::Registry&) {
    static const std::map<std::string, sync::NoticeAbout> subjects{
        {"early", sync::NoticeAbout::early},     {"late", sync::NoticeAbout::late},     {"supplement", sync::NoticeAbout::supplement},
        {"payment", sync::NoticeAbout::payment}, {"result", sync::NoticeAbout::result}, {"other", sync::NoticeAbout::other}};
    const auto about = subjects.find(options.about);
    if (about == subjects.end()) return wrong("--about là một trong early, late, supplement, payment, result, other");
    return sync::to_item(sync::NoticeSentContent{.about = about->second, .channel = options.channel});
}

Result<cbor::Item> rated(const Options& options, const sync::Registry&) {
    sync::RatedContent content;
    for (const auto& text : options.scores) {
        const bool is_score = text.size() == 3 && text[0] >= '1' && text[0] <= '9' && text[1] == '=' && text[2] >= '0' && text[2] <= '2';
        if (!is_score) return wrong("điểm \"" + text + "\" không đúng dạng; viết chỉ số 1 đến 9, dấu bằng, điểm 0 đến 2, ví dụ 6=2");
        content.scores.push_back({.index = static_cast<std::uint64_t>(text[0] - '0'), .score = static_cast<std::uint64_t>(text[2] - '0')});
    }
    return sync::to_item(content);
}

Result<cbor::Item> erase(const Options& options, const sync::Registry&) {
    sync::EraseContent content{.acts = {}, .ground = options.ground};
    for (const auto& text : options.acts) {
        const auto act = position_of(text);
        if (!act) return std::unexpected(act.error());
        content.acts.push_back(*act);
    }
    return sync::to_item(content);
}

Result<cbor::Item> confirm(const Options& options, const sync::Registry&) {
    const auto act = id_of<sync::ActId>(options.act, "mã bản ghi");
    if (!act) return std::unexpected(act.error());
    return sync::to_item(sync::ConfirmContent{*act});
}

Result<cbor::Item> arbitrate(const Options& options, const sync::Registry&) {
    const auto stands = id_of<sync::ActId>(options.act, "mã bản ghi");
    if (!stands) return std::unexpected(stands.error());
    return sync::to_item(sync::ArbitrateContent{.after = std::nullopt, .stands = *stands, .cites = {}});
}

Result<cbor::Item> file_attached(const Options& options, const sync::Registry&) {
    const auto file = node::read_whole_file(options.file, file_bytes_max);
    if (!file) return std::unexpected(file.error());
    return sync::to_item(sync::FileAttachedContent{.sha256 = crypto::sha256(*file), .size_bytes = file->size(), .media_type = options.media_type});
}

Result<cbor::Item> ask_payment(const Options& options, const sync::Registry&) {
    return sync::to_item(sync::AskPaymentContent{.amount_vnd = options.amount, .basis = options.basis});
}
Result<cbor::Item> paid(const Options& options, const sync::Registry&) {
    return sync::to_item(sync::PaidContent{.amount_vnd = options.amount, .receipt_number = options.receipt});
}
Result<cbor::Item> number(const Options& options, const sync::Registry&) { return sync::to_item(sync::NumberContent{options.number}); }
Result<cbor::Item> mend_result(const Options& options, const sync::Registry&) {
    return sync::to_item(sync::MendResultContent{.result = {}, .is_agency_fault = options.agency_fault});
}

// --- the options of each kind ---

void add_to(CLI::App& verb, Options& options) { verb.add_option("--to", options.to, "Mã cơ quan nhận, ví dụ H26.01")->required()->type_name("CODE"); }
void add_due(CLI::App& verb, Options& options) { verb.add_option("--due", options.due, "Hạn của bước này")->type_name("YYYY-MM-DD[THH:MM]"); }
void add_hand_over(CLI::App& verb, Options& options) {
    add_to(verb, options);
    verb.add_option("--line", options.line, "Chỉ một nút của cơ quan đó, theo mã sổ")->type_name("LOG_ID");
    verb.add_option("--stage", options.stage, "Công đoạn của thủ tục liên thông, tính từ 0");
    add_due(verb, options);
}
void add_assign(CLI::App& verb, Options& options) {
    verb.add_option("--unit", options.unit, "Bộ phận xử lý, ví dụ \"Tư pháp - Hộ tịch\"");
    verb.add_option("--officer", options.officer, "Khóa công khai của cán bộ xử lý")->type_name("KEY");
    add_due(verb, options);
}
void add_supplement(CLI::App& verb, Options& options) {
    verb.add_option("--missing", options.documents, "Giấy tờ còn thiếu; ghi nhiều lần cho nhiều giấy tờ")->required()->type_name("NAME");
    verb.add_option("--respond-by", options.respond_by, "Hạn nộp bổ sung")->type_name("YYYY-MM-DD");
}
void add_consult(CLI::App& verb, Options& options) {
    add_to(verb, options);
    add_due(verb, options);
}
void add_new_due(CLI::App& verb, Options& options) {
    verb.add_option("--new-due", options.due, "Ngày hẹn mới, chỉ một lần")->required()->type_name("YYYY-MM-DD[THH:MM]");
}
void add_opinion(CLI::App& verb, Options& options) { verb.add_option("--consultation", options.act, "Lần hỏi ý kiến, khi có nhiều")->type_name("LOG:SEQ"); }
void add_ground(CLI::App& verb, Options& options) {
    options.ground = "other";
    verb.add_option("--ground", options.ground, "withdrawn, supplement-expired hoặc other")->capture_default_str();
}
void add_notice(CLI::App& verb, Options& options) {
    verb.add_option("--about", options.about, "early, late, supplement, payment, result hoặc other")->required();
    verb.add_option("--channel", options.channel, "phone, sms, post, …");
}
void add_scores(CLI::App& verb, Options& options) { verb.add_option("--score", options.scores, "Chỉ số=điểm, ví dụ 6=2; ghi nhiều lần")->required(); }
void add_erase(CLI::App& verb, Options& options) {
    verb.add_option("--act", options.acts, "Bản ghi có phần thông tin phải xóa; ghi nhiều lần")->required()->type_name("LOG:SEQ");
    verb.add_option("--ground", options.ground, "Căn cứ xóa")->required();
}
void add_act(CLI::App& verb, Options& options) { verb.add_option("--act", options.act, "Mã bản ghi, 64 chữ số hex")->required()->type_name("ACT_ID"); }
void add_file(CLI::App& verb, Options& options) {
    options.media_type = "application/octet-stream";
    verb.add_option("--file", options.file, "Tệp; dấu vân tay của tệp được ký, tệp vẫn ở chỗ cũ")->required()->type_name("FILE");
    verb.add_option("--media-type", options.media_type, "Kiểu tệp, ví dụ application/pdf")->capture_default_str();
}
void add_ask_payment(CLI::App& verb, Options& options) {
    verb.add_option("--amount", options.amount, "Số tiền, đồng")->required();
    verb.add_option("--basis", options.basis, "Căn cứ thu");
}
void add_paid(CLI::App& verb, Options& options) {
    verb.add_option("--amount", options.amount, "Số tiền, đồng")->required();
    verb.add_option("--receipt", options.receipt, "Số biên lai");
}
void add_number(CLI::App& verb, Options& options) { verb.add_option("--number", options.number, "Số của kết quả trong sổ")->required(); }
void add_fault(CLI::App& verb, Options& options) { verb.add_flag("--agency-fault", options.agency_fault, "Do lỗi của cơ quan: phải xin lỗi"); }
void add_contact(CLI::App& verb, Options& options) {
    verb.add_option("--applicant", options.contact.name, "Người nộp")->required();
    verb.add_option("--identity", options.contact.identity, "Số định danh hoặc mã số thuế");
    verb.add_option("--phone", options.contact.phone, "Điện thoại");
    verb.add_option("--email", options.contact.email, "Thư điện tử");
    verb.add_option("--address", options.contact.address, "Địa chỉ");
}

const std::array verbs{
    ActVerb{Kind::decline, "decline", "Từ chối tiếp nhận (mẫu 03)", nullptr, nullptr, R"(--note "Không thuộc thẩm quyền của phường")"},
    ActVerb{Kind::ask_supplement, "ask-supplement", "Yêu cầu bổ sung (mẫu 02)", add_supplement, ask_supplement, R"(--missing "Giấy chứng sinh" --respond-by 2026-12-10)"},
    ActVerb{Kind::supplement_handed_in, "supplement", "Nhận giấy tờ bổ sung", nullptr, nullptr, R"()"},
    ActVerb{Kind::resume, "resume", "Tiếp tục xử lý sau khi đã bổ sung hoặc đã nộp tiền", nullptr, nullptr, R"()"},
    ActVerb{Kind::assign, "assign", "Chuyển bộ phận xử lý", add_assign, assign, R"(--unit "Tư pháp - Hộ tịch")"},
    ActVerb{Kind::consult, "consult", "Lấy ý kiến cơ quan khác", add_consult, consult, R"(--to H26.01 --note "Xin ý kiến về nơi ở cũ")"},
    ActVerb{Kind::opinion, "opinion", "Cho ý kiến", add_opinion, opinion, R"(--note "Đồng ý")"},
    ActVerb{Kind::ask_payment, "ask-payment", "Yêu cầu thực hiện nghĩa vụ tài chính", add_ask_payment, ask_payment, R"(--amount 20000 --basis "Nghị quyết 06/2020/NQ-HĐND")"},
    ActVerb{Kind::paid, "paid", "Ghi nhận đã nộp tiền", add_paid, paid, R"(--amount 20000 --receipt BL-0117)"},
    ActVerb{Kind::hand_over, "hand-over", "Bàn giao hồ sơ cho cơ quan khác", add_hand_over, hand_over, R"(--to H26.01 --due 2026-12-03)"},
    ActVerb{Kind::take_over, "take-over", "Nhận bàn giao", nullptr, nullptr, R"()"},
    ActVerb{Kind::hand_back, "hand-back", "Chuyển trả nơi đã bàn giao", nullptr, nullptr, R"(--note "Đã xác minh")"},
    ActVerb{Kind::seize, "seize", "Rút hồ sơ về xử lý (thủ trưởng cấp trên, hoặc của chính cơ quan)", nullptr, nullptr, R"(--note "Cán bộ nghỉ dài ngày")"},
    ActVerb{Kind::submit_for_signature, "submit-for-signature", "Trình ký", nullptr, nullptr, R"()"},
    ActVerb{Kind::sign, "sign", "Ký duyệt", nullptr, nullptr, R"()"},
    ActVerb{Kind::number, "number", "Cấp số kết quả", add_number, number, R"(--number 118/2026)"},
    ActVerb{Kind::complete, "complete", "Hoàn thành xử lý: đã có kết quả", nullptr, nullptr, R"()"},
    ActVerb{Kind::return_unresolved, "return-unresolved", "Trả lại, không giải quyết (mẫu 03)", nullptr, nullptr, R"(--note "Không đủ điều kiện, lý do gửi kèm")"},
    ActVerb{Kind::extend, "extend", "Xin lỗi và hẹn lại (mẫu 04)", add_new_due, extend, R"(--new-due 2026-12-07 --note "Chờ xác minh, thành thật xin lỗi")"},
    ActVerb{Kind::notice_sent, "notify", "Ghi nhận đã thông báo cho người nộp", add_notice, notice_sent, R"(--about early --channel phone)"},
    ActVerb{Kind::withdrawal_asked, "withdraw", "Ghi nhận người nộp xin rút hồ sơ", nullptr, nullptr, R"()"},
    ActVerb{Kind::stop, "stop", "Dừng xử lý (mẫu 05)", add_ground, stop, R"(--ground supplement-expired)"},
    ActVerb{Kind::result_handed_over, "return", "Trả kết quả cho người nộp", nullptr, nullptr, R"()"},
    ActVerb{Kind::correct_result, "correct-result", "Đính chính kết quả", add_fault, mend_result, R"(--agency-fault --note "Sai tên đệm")"},
    ActVerb{Kind::revoke_result, "revoke-result", "Thu hồi kết quả", add_fault, mend_result, R"(--note "Cấp nhầm")"},
    ActVerb{Kind::rated, "rate", "Ghi phiếu đánh giá của người nộp", add_scores, rated, R"(--score 6=2 --score 8=2)"},
    ActVerb{Kind::note, "note", "Ghi chú", nullptr, nullptr, R"(--note "Đã gọi điện, hẹn chiều")"},
    ActVerb{Kind::file_attached, "attach", "Đính kèm tệp, theo dấu vân tay", add_file, file_attached, R"(--file quet.pdf --media-type application/pdf)"},
    ActVerb{Kind::contact_corrected, "correct-contact", "Sửa thông tin liên hệ", add_contact, nullptr, R"(--applicant "Nguyễn Văn Đức" --phone 0987654321)"},
    ActVerb{Kind::erase, "erase", "Xóa thông tin cá nhân theo quy định", add_erase, erase, R"(--act 5f3d…:17 --ground "Luật 91/2025/QH15, theo yêu cầu")"},
    ActVerb{Kind::arbitrate, "arbitrate", "Phân xử: bước nào có hiệu lực", add_act, arbitrate, R"(--act 9c0e…)"},
    ActVerb{Kind::confirm, "confirm", "Xác nhận lại một bước đã bị cách ly", add_act, confirm, R"(--act 9c0e…)"},
};

Result<void> record(const Options& options, Program& program, node::Step request) {
    const Kind kind = request.kind;
    const SignedWork work{options.directory, options.as, options.passphrase};
    const auto asked = work.ask(program, std::move(request));
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::StepDone>(*asked);
    if (options.json) print_json({{"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}});
    else fmt::print("đã ghi: {}\n", sync::name_vi(kind));
    return {};
}

Result<void> run(const ActVerb& verb, const Options& options, Program& program) {
    node::Step request{.dossier = options.dossier, .kind = verb.kind, .content = {}, .note = options.note, .contact = std::nullopt};
    if (verb.make != nullptr) {
        const auto registry = stored_registry(options.directory);
        if (!registry) return std::unexpected(registry.error());
        auto content = verb.make(options, *registry);
        if (!content) return std::unexpected(content.error());
        request.content = *std::move(content);
    }
    if (verb.kind == Kind::contact_corrected) request.contact = options.contact;
    return record(options, program, std::move(request));
}

constexpr const char* step_help = R"(Ghi một bước theo tên tiếng Anh của nó, như trong `dossier history --json`, với ghi chú và không có
chi tiết nào khác: note assign submit_for_signature sign complete … Mỗi bước cũng có lệnh riêng với
các chi tiết của nó; xem motcua dossier --help.

Example:
  motcua dossier step /srv/badinh H26.00004-261124-0001 assign --note "Chuyển bộ phận hộ tịch")";

Result<void> step(const Options& options, const std::string& name, Program& program) {
    const auto kind = sync::find_kind(name);
    const auto kind_class = kind ? sync::class_of(*kind) : sync::KindClass::unknown;
    if (kind_class != sync::KindClass::fact && kind_class != sync::KindClass::move)
        return fail(ErrorKind::usage, "không có bước \"" + name + "\"; xem motcua dossier --help");
    return record(options, program, {.dossier = options.dossier, .kind = *kind, .content = {}, .note = options.note, .contact = std::nullopt});
}

CLI::App* add_verb(CLI::App& dossier, const std::shared_ptr<Options>& options, const char* name, const char* what) {
    auto* verb = dossier.add_subcommand(name, what);
    verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
    verb->add_option("DOSSIER", options->dossier, "Mã hồ sơ hoặc định danh")->required();
    return verb;
}

void add_ending(CLI::App& verb, Options& options) {
    verb.add_option("--note", options.note, "Lý do, hướng dẫn hoặc ghi chú");
    verb.add_flag("--json", options.json, "In dạng JSON");
    add_signing_options(verb, options.as, options.passphrase);
}

}  // namespace

void add_dossier_acts(CLI::App& dossier, Program& program) {
    for (const ActVerb& act : verbs) {
        const auto options = std::make_shared<Options>();
        auto* verb = add_verb(dossier, options, act.name, act.what);
        if (act.add != nullptr) act.add(*verb, *options);
        add_ending(*verb, *options);
        verb->footer(fmt::format("Example:\n  motcua dossier {} /srv/badinh H26.00004-261124-0001 {}", act.name, act.example));
        verb->callback([&act, options, &program] { program.run = [&act, options, &program] { return run(act, *options, program); }; });
    }
    const auto options = std::make_shared<Options>();
    const auto kind = std::make_shared<std::string>();
    auto* verb = add_verb(dossier, options, "step", "Ghi một bước theo tên của nó");
    verb->footer(step_help);
    verb->add_option("KIND", *kind, "Tên bước")->required();
    add_ending(*verb, *options);
    verb->callback([options, kind, &program] { program.run = [options, kind, &program] { return step(*options, *kind, program); }; });
}

}  // namespace motcua::cli
