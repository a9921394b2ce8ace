// Tables as people and programs read them.

#include <catch2/catch.hpp>

#include "cli/sheet.hpp"

using motcua::cli::Sheet;

namespace {

Sheet example() {
    Sheet sheet;
    sheet.heading = {"BÁO CÁO"};
    sheet.facts = {{"report", std::string("example")}, {"as_of_ms", std::int64_t{5}}};
    sheet.columns = {{"name", "Cơ quan", Sheet::Form::text}, {"key", "", Sheet::Form::text}, {"taken_in", "Tiếp nhận", Sheet::Form::count},
                     {"rate_bp", "Tỷ lệ", Sheet::Form::rate}, {"points", "Điểm", Sheet::Form::points}, {"day", "Ngày", Sheet::Form::day}};
    sheet.rows = {{std::string("Phường Ba Đình"), std::string("a"), std::int64_t{8'500'000}, std::int64_t{9'893}, std::int64_t{167}, std::int64_t{20'784}},
                  {std::string("Sở, \"ngành\""), std::string("=b"), std::int64_t{12}, {}, std::int64_t{5}, {}}};
    sheet.notes = {"Hết."};
    return sheet;
}

}  // namespace

TEST_CASE("a table lines up by what is seen, with Vietnamese numbers and dates, and leaves out what is for programs") {
    CHECK(example().text(Sheet::Style::aligned) == "BÁO CÁO\n\n"
                                                   "Cơ quan         Tiếp nhận    Tỷ lệ  Điểm  Ngày\n"
                                                   "Phường Ba Đình  8.500.000  98,93 %  1,67  27/11/2026\n"
                                                   "Sở, \"ngành\"            12        –  0,05  –\n"
                                                   "\nHết.\n");
}

TEST_CASE("CSV has plain numbers, quotes what needs it, and nothing that a spreadsheet would run") {
    CHECK(example().text(Sheet::Style::csv) == "name,key,taken_in,rate_bp,points,day\r\n"
                                               "Phường Ba Đình,a,8500000,9893,167,2026-11-27\r\n"
                                               "\"Sở, \"\"ngành\"\"\",'=b,12,,5,\r\n");
}

TEST_CASE("JSON has the facts beside the rows, and null where there is no value") {
    CHECK(example().text(Sheet::Style::json) ==
          R"({"report":"example","as_of_ms":5,"rows":[{"name":"Phường Ba Đình","key":"a","taken_in":8500000,"rate_bp":9893,"points":167,"day":"2026-11-27"},)"
          R"({"name":"Sở, \"ngành\"","key":"=b","taken_in":12,"rate_bp":null,"points":5,"day":null}]})"
          "\n");
}
