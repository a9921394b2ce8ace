/// `motcua lookup`: what a citizen may learn, by the dossier's code or by the secret code on the receipt.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "node/desk/lookup.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help = R"(Tra cứu tình trạng hồ sơ. Với mã hồ sơ: chỉ mức độ hoàn thành, như luật cho phép khi không xác
thực. Với mã tra cứu bí mật in trên giấy hẹn: thêm nơi đang xử lý, hạn trả, giấy tờ còn thiếu.

Examples:
  motcua lookup /srv/badinh H26.00004-261124-0001
  motcua lookup /srv/badinh 7KQ2-9FXM-…)";

struct Options {
    std::string directory, code;
    bool json = false;
};

void print(const node::LookupAnswer& answer) {
    fmt::print("{}: {}\n", answer.code, answer.progress_vi);
    if (answer.office_name) fmt::print("Đang ở {}{}\n", *answer.office_name, answer.unit.empty() ? "" : ", " + answer.unit);
    if (answer.due_ms) fmt::print("Hẹn trả {}\n", format_local_time(*answer.due_ms));
    for (const auto& missing : answer.missing) fmt::print("Còn thiếu: {}\n", missing);
    fmt::print("Cập nhật lúc {} từ {}\n", format_local_time(answer.as_of_ms), answer.told_by);
}

void print_facts(const node::LookupAnswer& answer) {
    nlohmann::json facts{{"code", answer.code}, {"progress", static_cast<unsigned>(answer.progress)}, {"progress_vi", answer.progress_vi},
                         {"as_of_ms", answer.as_of_ms}, {"told_by", answer.told_by}};
    if (answer.office_name) {
        facts["office"] = *answer.office_name;
        facts["unit"] = answer.unit;
        facts["due_ms"] = answer.due_ms ? nlohmann::json(*answer.due_ms) : nlohmann::json(nullptr);
        facts["missing"] = answer.missing;
    }
    print_json(facts);
}

Result<void> lookup(const Options& options, Program& program) {
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    const auto answer = node::look_up(*reader, *registry, options.code, program.environment.clock->wall());
    if (!answer) return std::unexpected(answer.error());
    if (options.json) print_facts(*answer);
    else print(*answer);
    return {};
}

}  // namespace

void add_lookup(CLI::App& app, Program& program) {
    auto* verb = app.add_subcommand("lookup", "Tra cứu hồ sơ theo mã (what a citizen may learn)");
    const auto options = std::make_shared<Options>();
    verb->footer(help);
    verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
    verb->add_option("CODE", options->code, "Mã hồ sơ, hoặc mã tra cứu trên giấy hẹn")->required();
    verb->add_flag("--json", options->json, "In dạng JSON");
    verb->callback([options, &program] { program.run = [options, &program] { return lookup(*options, program); }; });
}

}  // namespace motcua::cli
