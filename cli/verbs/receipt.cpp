/// `motcua receipt print|verify`: the signed QR of a receipt, once more or put to the test.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "node/desk/receipt.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::cli {
namespace {

constexpr const char* print_help = R"(In lại nội dung mã QR của giấy tiếp nhận, do khóa của nút ký, của một hồ sơ mà nút này đã tiếp nhận.
Lần nào cũng ra đúng một nội dung. Không ghi gì vào sổ.

Example:
  motcua receipt print /srv/badinh H26.00004-261124-0001)";

constexpr const char* verify_help = R"help(Kiểm tra mã QR của một giấy tiếp nhận: nút nào, của cơ quan nào đã ký, và đã hẹn những gì. Với DIR thì
theo danh mục của nút ấy; nếu sổ của nút đã ký có ở đó thì cho biết thêm bước đã hứa có đúng trong sổ
và còn hiệu lực không. Với --registry thì theo một tệp danh mục mang đến (như tệp mà enrol approve ghi
ra), được kiểm tra lại từ mục đầu tiên; --root là khóa gốc mà thành phố công bố.
TEXT là "-" thì đọc từ đầu vào chuẩn. Dấu cách, xuống dòng và chữ thường không sao.

Mã thoát 5 khi chữ ký sai, khi sổ không có bước đã hứa, hoặc khi bước ấy không có hiệu lực; 4 khi khóa đã
bị thu hồi; 3 khi danh mục chưa có nút đã ký.

Examples:
  motcua receipt verify /srv/badinh MOTCUA1:H80P…
  motcua receipt verify --registry hanoi.ticket --root "$(cat hanoi.root)" - < quet.txt)help";

struct Options {
    std::string directory, dossier, text, registry, root;
    bool json = false;
    PassphraseOptions passphrase;
};

Result<void> print(const Options& options, Program& program) {
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(std::move(gateway).error());
    const auto asked = gateway->ask({.work = node::PrintReceipt{.dossier = options.dossier}});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::PrintReceiptDone>(*asked);
    if (options.json) print_json({{"code", done.code}, {"dossier", to_hex(done.dossier.view())}, {"act", to_hex(done.act.view())}, {"receipt", done.receipt}});
    else fmt::print("{}\n", done.receipt);
    return {};
}

// --- verify ---

/// Nothing longer is a receipt; the rest of a pipe is not read.
constexpr std::size_t text_bytes_max = 4096;

std::string receipt_text(const std::string& argument) {
    if (argument != "-") return argument;
    std::string text(text_bytes_max, '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::cin.gcount()));
    return text;
}

struct Told {
    std::vector<std::string> lines;
    nlohmann::json facts;
    std::string failure;  ///< of what the log holds; empty: none
};

Told tell(const sync::ReceiptProof& proof) {
    const auto& said = proof.statement;
    Told told{.lines = sync::text_vi(proof), .facts = {}, .failure = {}};
    told.facts = {{"code", said.code.text()}, {"procedure", said.procedure}, {"received_ms", said.received_ms},
                  {"due_ms", said.due_ms ? nlohmann::json(*said.due_ms) : nlohmann::json(nullptr)},
                  {"origin", proof.node.origin}, {"seq", said.place.seq.value}, {"act", to_hex(said.act.view())},
                  {"office", proof.node.office.code}, {"own_code", proof.is_own_code}, {"node_retired", proof.node.retired_at.has_value()},
                  {"registry_size", proof.registry_size}, {"kept", nullptr}, {"standing", nullptr}};
    return told;
}

/// Adds what the log says, where it is here.
void add_found(Told& told, const node::ReceiptCheck& check) {
    using Found = node::ReceiptCheck::Found;
    const auto seq = check.proof.statement.place.seq.value;
    switch (check.found) {
        case Found::no_log: told.lines.push_back("Sổ của nút đã ký không có ở đây, nên không biết bước tiếp nhận có đúng trong sổ không."); return;
        case Found::not_yet: told.lines.push_back(fmt::format("Sổ của nút đã ký có ở đây nhưng chưa đến mục {}; hãy kiểm tra lại sau khi đồng bộ.", seq)); return;
        case Found::missing:
            told.failure = fmt::format("Sổ của chính nút này không có mục {} mà nó đã ký: máy có thể đã được khôi phục từ bản sao cũ.", seq);
            break;
        case Found::another_act:
            told.failure = fmt::format("Mục {} trong sổ không phải là bước tiếp nhận mà giấy đã hứa: giấy và sổ cùng là bằng chứng chống lại nút đã ký.", seq);
            break;
        case Found::promised: told.lines.push_back(fmt::format("Sổ ở đây có đúng bước đã hứa tại mục {}.", seq)); break;
    }
    told.facts["kept"] = check.found == Found::promised;
    if (!check.verdict) return;
    told.facts["standing"] = sync::name_of(check.verdict->standing);
    if (check.verdict->effective()) told.lines.push_back("Bước ấy có hiệu lực.");
    else if (check.verdict->standing == sync::Standing::waiting || check.verdict->standing == sync::Standing::opaque) told.lines.push_back(std::string(sync::sentence_vi(check.verdict->reason)));
    else told.failure = fmt::format("Bước tiếp nhận ấy không có hiệu lực: {}", sync::sentence_vi(check.verdict->reason));
}

Result<Told> verify_by_file(const Options& options, const std::string& text, Program& program) {
    const auto bytes = node::read_whole_file(options.registry, 256U << 20U);
    if (!bytes) return std::unexpected(bytes.error());
    const auto ticket = sync::decode_ticket(*bytes);
    if (!ticket) return std::unexpected(ticket.error());
    if (!options.root.empty()) {
        const auto root = sync::RootPin::parse(options.root);
        if (!root) return fail(ErrorKind::usage, root.error().message);
        if (root->root.text() != ticket->root) return fail(ErrorKind::verification, "tệp danh mục là của thành phố khác: khóa gốc của nó là " + ticket->root);
    }
    const auto opened = sync::open_ticket(*ticket, *program.environment.checker);
    if (!opened) return std::unexpected(opened.error());
    const auto proof = sync::verify_receipt(text, opened->registry);
    if (!proof) return std::unexpected(proof.error());
    Told told = tell(*proof);
    told.facts["root"] = ticket->root;
    if (options.root.empty()) told.lines.push_back("Danh mục dựa trên khóa gốc " + ticket->root + "; hãy so với khóa mà thành phố công bố, hoặc dùng --root.");
    return told;
}

Result<Told> verify_by_directory(const Options& options, const std::string& text) {
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    const auto check = node::check_receipt(*reader, *registry, text);
    if (!check) return std::unexpected(check.error());
    Told told = tell(check->proof);
    add_found(told, *check);
    return told;
}

Result<void> verify(Options options, Program& program) {
    const bool by_file = !options.registry.empty();
    if (by_file && options.text.empty()) std::swap(options.directory, options.text);  // the only word is the text
    if (options.text.empty()) return fail(ErrorKind::usage, "kiểm tra giấy nào? Ghi DIR TEXT, hoặc --registry FILE TEXT");
    if (by_file && !options.directory.empty()) return fail(ErrorKind::usage, "--registry thay cho DIR: chỉ ghi một trong hai");
    if (!by_file && !options.root.empty()) return fail(ErrorKind::usage, "--root đi cùng --registry; DIR có khóa gốc của nó trong motcua.toml");
    const std::string text = receipt_text(options.text);
    const auto told = by_file ? verify_by_file(options, text, program) : verify_by_directory(options, text);
    if (!told) return std::unexpected(told.error());
    if (options.json) print_json(told->facts);
    else for (const auto& line : told->lines) fmt::print("{}\n", line);
    if (!told->failure.empty()) return fail(ErrorKind::verification, told->failure);
    return {};
}

}  // namespace

void add_receipt(CLI::App& app, Program& program) {
    auto* receipt = app.add_subcommand("receipt", "Mã QR của giấy tiếp nhận: in lại, kiểm tra (a receipt's signed QR)");
    receipt->require_subcommand(1);

    const auto printed = std::make_shared<Options>();
    auto* print_verb = receipt->add_subcommand("print", "In lại nội dung mã QR của giấy tiếp nhận");
    print_verb->footer(print_help);
    print_verb->add_option("DIR", printed->directory, "Thư mục của nút")->required();
    print_verb->add_option("DOSSIER", printed->dossier, "Mã hồ sơ hoặc định danh")->required();
    print_verb->add_flag("--json", printed->json, "In dạng JSON");
    add_passphrase_options(*print_verb, printed->passphrase, true);
    print_verb->callback([printed, &program] { program.run = [printed, &program] { return print(*printed, program); }; });

    const auto verified = std::make_shared<Options>();
    auto* verify_verb = receipt->add_subcommand("verify", "Kiểm tra mã QR của một giấy tiếp nhận");
    verify_verb->footer(verify_help);
    verify_verb->add_option("DIR", verified->directory, "Thư mục của nút; không ghi khi có --registry");
    verify_verb->add_option("TEXT", verified->text, "Nội dung mã QR, hoặc - để đọc từ đầu vào chuẩn");
    verify_verb->add_option("--registry", verified->registry, "Tệp danh mục của thành phố, thay cho DIR")->type_name("FILE");
    verify_verb->add_option("--root", verified->root, "Khóa gốc mà thành phố công bố")->type_name("VKEY");
    verify_verb->add_flag("--json", verified->json, "In dạng JSON");
    verify_verb->callback([verified, &program] { program.run = [verified, &program] { return verify(*verified, program); }; });
}

}  // namespace motcua::cli
