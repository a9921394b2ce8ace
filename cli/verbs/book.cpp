/// `motcua day close` and `motcua year close`: the head closes the book, as the paper book is stamped and signed.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "sync/calendar/civil_day.hpp"

namespace motcua::cli {
namespace {

constexpr const char* day_help = R"(Khóa sổ một ngày: thủ trưởng ký số hồ sơ đã nhận, đã xong, đã trả, còn lại và mã đầu, mã cuối của
ngày. Sổ khóa rồi vẫn nhập được hồ sơ từ sổ giấy của ngày ấy; khóa lại thì lần khóa sau ghi số mới.

Example:
  motcua day close /srv/badinh --date 2026-11-24)";

constexpr const char* year_help = R"(Khóa sổ một năm, từ ngày 31/12 của năm đó.

Example:
  motcua year close /srv/badinh --year 2026)";

struct Options {
    std::string directory, date;
    std::int64_t year = 0;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;
};

nlohmann::json or_null(const std::optional<std::string>& text) { return text ? nlohmann::json(*text) : nlohmann::json(nullptr); }

Result<void> close(const Options& options, Program& program, sync::Kind kind, std::int64_t day) {
    const SignedWork work{options.directory, options.as, options.passphrase};
    const auto asked = work.ask(program, node::CloseBook{.kind = kind, .day = day});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::CloseDone>(*asked);
    const auto& book = done.book;
    if (options.json) {
        print_json({{"act", to_hex(done.act.view())}, {"received", book.received}, {"finished", book.finished}, {"returned", book.returned},
                    {"open", book.open}, {"first_code", or_null(book.first_code)}, {"last_code", or_null(book.last_code)}});
        return {};
    }
    const std::string period = kind == sync::Kind::day_close ? "ngày " + format_local_day(book.first_day) : fmt::format("năm {}", sync::civil_date(book.first_day).year);
    fmt::print("đã khóa sổ {}: nhận {}, xong {}, trả {}, còn {}\n", period, book.received, book.finished, book.returned, book.open);
    if (book.first_code && book.last_code) fmt::print("từ {} đến {}\n", *book.first_code, *book.last_code);
    return {};
}

Result<void> close_day(const Options& options, Program& program) {
    const auto now_ms = static_cast<std::uint64_t>(program.environment.clock->wall().time_since_epoch().count());
    const auto day = options.date.empty() ? Result<std::int64_t>(sync::day_in_vietnam(now_ms)) : parse_local_day(options.date);
    if (!day) return std::unexpected(day.error());
    return close(options, program, sync::Kind::day_close, *day);
}

Result<void> close_year(const Options& options, Program& program) {
    const auto day = sync::day_of({options.year, 12, 31});
    if (!day) return fail(ErrorKind::usage, fmt::format("không có sổ năm {}", options.year));
    return close(options, program, sync::Kind::year_close, *day);
}

CLI::App* add_close(CLI::App& app, const std::shared_ptr<Options>& options, const char* name, const char* what, const char* help) {
    auto* book = app.add_subcommand(name, what);
    book->require_subcommand(1);
    auto* verb = book->add_subcommand("close", what);
    verb->footer(help);
    verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
    verb->add_flag("--json", options->json, "In dạng JSON");
    add_signing_options(*verb, options->as, options->passphrase);
    return verb;
}

}  // namespace

void add_book(CLI::App& app, Program& program) {
    const auto of_day = std::make_shared<Options>();
    auto* day = add_close(app, of_day, "day", "Khóa sổ ngày (close the day's book)", day_help);
    day->add_option("--date", of_day->date, "Ngày; không ghi là hôm nay")->type_name("YYYY-MM-DD");
    day->callback([of_day, &program] { program.run = [of_day, &program] { return close_day(*of_day, program); }; });

    const auto of_year = std::make_shared<Options>();
    auto* year = add_close(app, of_year, "year", "Khóa sổ năm (close the year's book)", year_help);
    year->add_option("--year", of_year->year, "Năm")->required();
    year->callback([of_year, &program] { program.run = [of_year, &program] { return close_year(*of_year, program); }; });
}

}  // namespace motcua::cli
