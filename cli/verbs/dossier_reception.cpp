/// `motcua dossier receive|submit`: how a dossier begins.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"

namespace motcua::cli {
namespace {

constexpr const char* receive_help = R"(Tiếp nhận một hồ sơ: ghi, ký, cấp mã và tính ngày hẹn trả theo thủ tục. Khi lệnh in mã hồ sơ thì hồ
sơ đã được ghi chắc chắn trên máy này, kể cả khi mất điện ngay sau đó. Thông tin cá nhân nằm
trong phần thân tách rời của bản ghi và có thể xóa theo quy định. Mã tra cứu là bí mật của
người nộp: chỉ in trên giấy hẹn. Mã QR là lời hẹn do khóa của nút ký: ai có danh mục của thành phố
đều kiểm tra được bằng motcua receipt verify.

Khi máy hỏng, cứ tiếp nhận bằng sổ giấy; sau đó nhập lại với --book và --received-at.

Examples:
  motcua dossier receive /srv/badinh --procedure 1.001193 --applicant "Nguyễn Văn Đức"
  motcua dossier receive /srv/badinh --procedure 1.001193 --applicant "Trần Thị Mai" \
      --book 17 --received-at 2026-11-24T09:20)";

constexpr const char* submit_help = R"(Ghi một hồ sơ mới nộp (trực tuyến hoặc qua bưu điện) mà chưa ai tiếp nhận. Tiếp nhận sau đó bằng
`dossier receive --dossier`, từ chối bằng `dossier decline`.

Example:
  motcua dossier submit /srv/badinh --procedure 1.001612 --applicant "Lê Văn Nam" --channel online)";

struct Options {
    std::string directory, due, received_at, book, channel = "desk", dossier;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;
    node::Receive receive;
};

nlohmann::json or_null(const std::optional<std::uint64_t>& number) { return number ? nlohmann::json(*number) : nlohmann::json(nullptr); }

Result<sync::ReceptionChannel> channel_named(const std::string& name) {
    if (name == "desk") return sync::ReceptionChannel::desk;
    if (name == "post") return sync::ReceptionChannel::post;
    if (name == "online") return sync::ReceptionChannel::online;
    return fail(ErrorKind::usage, "--channel là desk (tại quầy), post (bưu điện) hoặc online (trực tuyến)");
}

Result<node::Receive> reception(const Options& options) {
    node::Receive request = options.receive;
    const auto channel = channel_named(options.channel);
    if (!channel) return std::unexpected(channel.error());
    request.channel = *channel;
    if (!options.dossier.empty()) request.dossier = options.dossier;
    if (!options.due.empty()) {
        const auto due = parse_local_time(options.due);
        if (!due) return std::unexpected(due.error());
        request.due_ms = *due;
    }
    if (options.book.empty() != options.received_at.empty()) return fail(ErrorKind::usage, "--book và --received-at đi cùng nhau: số trong sổ giấy và giờ đã nhận");
    if (!options.book.empty()) {
        const auto at = parse_local_time(options.received_at);
        if (!at) return std::unexpected(at.error());
        request.paper = node::Receive::Paper{.book_number = options.book, .received_ms = *at};
    }
    return request;
}

Result<void> receive(const Options& options, Program& program) {
    auto request = reception(options);
    if (!request) return std::unexpected(request.error());
    const SignedWork work{options.directory, options.as, options.passphrase};
    const auto asked = work.ask(program, *std::move(request));
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::ReceiveDone>(*asked);
    if (options.json) {
        print_json({{"code", done.code}, {"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}, {"lookup_code", done.lookup_code},
                    {"due_ms", or_null(done.due_ms)}, {"due_is_provisional", done.is_provisional}, {"receipt", done.receipt}});
        return {};
    }
    fmt::print("đã ghi {}\n", done.code);
    if (done.due_ms) fmt::print("hẹn trả {}{}\n", format_local_time(*done.due_ms), done.is_provisional ? " (tạm tính: lịch nghỉ chưa công bố đến ngày này)" : "");
    fmt::print("mã tra cứu {}\n", done.lookup_code);
    fmt::print("mã QR {}\n", done.receipt);
    return {};
}

Result<void> submit(const Options& options, Program& program) {
    const auto channel = channel_named(options.channel);
    if (!channel) return std::unexpected(channel.error());
    const SignedWork work{options.directory, options.as, options.passphrase};
    const auto asked = work.ask(program, node::Submit{.procedure = options.receive.procedure, .applicant = options.receive.applicant,
                                                      .note = options.receive.note, .channel = *channel});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::StepDone>(*asked);
    if (options.json) print_json({{"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}});
    else fmt::print("đã ghi {}\n", to_hex(done.dossier.view()));
    return {};
}

CLI::App* add_verb(CLI::App& dossier, const std::shared_ptr<Options>& options, const char* name, const char* what, const char* help) {
    auto* verb = dossier.add_subcommand(name, what);
    verb->footer(help);
    verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
    verb->add_flag("--json", options->json, "In dạng JSON");
    verb->add_option("--procedure", options->receive.procedure, "Mã thủ tục, ví dụ 1.001193");
    verb->add_option("--applicant", options->receive.applicant.name, "Người nộp");
    verb->add_option("--identity", options->receive.applicant.identity, "Số định danh hoặc mã số thuế");
    verb->add_option("--phone", options->receive.applicant.phone, "Điện thoại");
    verb->add_option("--email", options->receive.applicant.email, "Thư điện tử");
    verb->add_option("--address", options->receive.applicant.address, "Địa chỉ");
    verb->add_option("--request", options->receive.applicant.request, "Nội dung yêu cầu giải quyết");
    verb->add_option("--note", options->receive.note, "Ghi chú");
    verb->add_option("--channel", options->channel, "desk, post hoặc online")->capture_default_str();
    add_signing_options(*verb, options->as, options->passphrase);
    return verb;
}

}  // namespace

void add_dossier_reception(CLI::App& dossier, Program& program) {
    const auto received = std::make_shared<Options>();
    auto* receive_verb = add_verb(dossier, received, "receive", "Tiếp nhận hồ sơ (mẫu 01)", receive_help);
    receive_verb->add_option("--dossier", received->dossier, "Tiếp nhận hồ sơ đã nộp trước đó, theo định danh");
    receive_verb->add_option("--sets", received->receive.sets, "Số bộ hồ sơ")->capture_default_str();
    receive_verb->add_flag("--verification", received->receive.needs_verification, "Phải xác minh: cộng thêm thời hạn của thủ tục");
    receive_verb->add_option("--due", received->due, "Ngày hẹn trả, thay cho ngày tính theo thủ tục")->type_name("YYYY-MM-DD[THH:MM]");
    receive_verb->add_option("--book", received->book, "Số trong sổ giấy, khi nhập lại sau sự cố");
    receive_verb->add_option("--received-at", received->received_at, "Giờ đã nhận ghi trong sổ giấy")->type_name("YYYY-MM-DDTHH:MM");
    receive_verb->callback([received, &program] { program.run = [received, &program] { return receive(*received, program); }; });

    const auto submitted = std::make_shared<Options>();
    submitted->channel = "online";
    auto* submit_verb = add_verb(dossier, submitted, "submit", "Ghi nhận hồ sơ mới nộp, chưa tiếp nhận", submit_help);
    submit_verb->callback([submitted, &program] { program.run = [submitted, &program] { return submit(*submitted, program); }; });
}

}  // namespace motcua::cli
