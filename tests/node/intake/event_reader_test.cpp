#include <catch2/catch.hpp>

#include <set>

#include "tests/node/intake/intake_test.hpp"
#include "tests/support/vectors.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

constexpr std::string_view header = "case:concept:name,concept:name,time:timestamp\n";
const std::string data_folder = MOTCUA_SOURCE_DIR "/tests/data/";

std::string with_header(std::string_view rows) { return std::string(header) + std::string(rows); }

Bytes bytes_of(const node::EventRow& row) { return cbor::encode(row.content); }

std::string as_xes(std::string_view inside) { return "<log>" + std::string(inside) + "</log>"; }

constexpr std::string_view xes_event =
    "<event><string key='concept:name' value='A'/><date key='time:timestamp' value='2026-03-02T08:00:00Z'/></event>";

}  // namespace

TEST_CASE("the CSV and the XES of one log give the same events") {
    const auto csv = read_log(read_text(data_folder + "sample_events.csv"));
    const auto xes = read_log(read_text(data_folder + "sample_events.xes"));
    REQUIRE(csv.outcome);
    REQUIRE(xes.outcome);
    REQUIRE(csv.sink.rows.size() == 42);
    REQUIRE(xes.sink.rows.size() == 42);
    CHECK(csv.sink.rejected.empty());
    CHECK(xes.sink.rejected.empty());
    std::set<std::string> cases, keys;
    for (std::size_t index = 0; index < csv.sink.rows.size(); ++index) {
        const auto &a = csv.sink.rows[index], &b = xes.sink.rows[index];
        CHECK(bytes_of(a) == bytes_of(b));
        CHECK(a.resource == b.resource);
        CHECK(a.responsible == b.responsible);
        REQUIRE(a.others.size() == 1);
        CHECK(a.others[0].name == "case:group");
        CHECK(a.others[0].value == b.others.at(0).value);
        cases.insert(a.content.case_name);
        keys.insert(a.content.case_name + '\n' + a.content.event_key);
    }
    CHECK(cases.size() == 8);
    CHECK(keys.size() == 42);
}

TEST_CASE("the cut of the pieces changes nothing") {
    for (const char* file : {"sample_events.csv", "sample_events.xes", "bad_events.csv"}) {
        const auto text = read_text(data_folder + file);
        const auto whole = read_log(text);
        for (const std::size_t piece_bytes : {1, 2, 7, 64, 1000}) {
            const auto pieces = read_log(text, {}, piece_bytes);
            REQUIRE(pieces.sink.rows.size() == whole.sink.rows.size());
            REQUIRE(pieces.sink.rejected.size() == whole.sink.rejected.size());
            for (std::size_t index = 0; index < whole.sink.rows.size(); ++index)
                CHECK(bytes_of(pieces.sink.rows[index]) == bytes_of(whole.sink.rows[index]));
            for (std::size_t index = 0; index < whole.sink.rejected.size(); ++index)
                CHECK(pieces.sink.rejected[index].line == whole.sink.rejected[index].line);
        }
    }
}

TEST_CASE("bad rows are rejected with their line and the rest goes in") {
    const auto text = read_text(data_folder + "bad_events.csv");
    const auto log = read_log(text);
    REQUIRE(log.outcome);
    CHECK(log.sink.rows.size() == 6);
    REQUIRE(log.sink.rejected.size() == 6);
    const std::vector<std::string_view> lines = [&] {
        std::vector<std::string_view> split;
        for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) split.push_back(rest.substr(0, rest.find('\n')));
        return split;
    }();
    const std::vector<std::pair<std::uint64_t, std::string>> expected{{3, "case:concept:name: missing"}, {4, "no such day"}, {5, "16 columns"},
                                                                      {6, "no offset"}, {7, "not UTF-8"}, {8, "quot"}};
    for (std::size_t index = 0; index < expected.size(); ++index) {
        const auto& rejected = log.sink.rejected[index];
        CAPTURE(rejected.line, rejected.reason);
        CHECK(rejected.line == expected[index].first);
        CHECK(rejected.reason.find(expected[index].second) != std::string::npos);
        CHECK(rejected.row == lines.at(rejected.line - 1));
    }
}

TEST_CASE("a CSV keeps spaces, doubled quotes and line ends inside quotes") {
    const auto log = read_log("\xEF\xBB\xBF" + with_header("\" c 1\", a \"\"b,2026-03-02 08:00Z\r\n\"c\n2\",\"say \"\"A\"\"\",2026-03-02 08:00Z"));
    REQUIRE(log.outcome);
    REQUIRE(log.sink.rejected.size() == 1);  // a quote inside a field that is not quoted
    CHECK(log.sink.rejected[0].line == 2);
    REQUIRE(log.sink.rows.size() == 1);
    CHECK(log.sink.rows[0].content.case_name == "c\n2");
    CHECK(log.sink.rows[0].content.activity == "say \"A\"");
    CHECK(read_log(with_header("c , a,2026-03-02 08:00Z\n")).sink.rows.at(0).content.activity == " a");
}

TEST_CASE("a forgotten quote costs one row however far the next quote is") {
    std::string rows = "\"c,A,2026-03-02 08:00Z\n";
    for (int count = 0; count < 60'000; ++count) rows += "c,A,2026-03-02 08:00:00.001Z\n";
    const auto log = read_log(with_header(rows + "\"c\",B,2026-03-02 08:00Z\n"));
    REQUIRE(log.outcome);
    CHECK(log.sink.rejected.size() == 1);
    CHECK(log.sink.rejected.at(0).line == 2);
    CHECK(log.sink.rows.size() == 60'001);
}

TEST_CASE("a line without an end is rejected and not kept in memory") {
    const auto log = read_log(with_header(std::string(3 * node::row_bytes_max, 'x') + "\nc,A,2026-03-02 08:00Z\n"));
    REQUIRE(log.outcome);
    REQUIRE(log.sink.rejected.size() == 1);
    CHECK(log.sink.rejected[0].row.size() == node::row_bytes_max);
    CHECK(log.sink.rows.size() == 1);
}

TEST_CASE("fields that no act or body could hold are rejected") {
    const std::string long_name(node::act_field_bytes_max + 1, 'x');
    const auto log = read_log("case:concept:name,concept:name,time:timestamp,note\n" + long_name + ",A,2026-03-02 08:00Z,\nc,A,2026-03-02 08:00Z," +
                              std::string(node::field_bytes_max + 1, 'x') + "\nc,A,2026-03-02 08:00Z," + std::string(node::field_bytes_max, 'x') + "\n");
    CHECK(log.sink.rejected.size() == 2);
    REQUIRE(log.sink.rows.size() == 1);
    CHECK(cbor::encode(sync::ImportedBody{.salt = Bytes(16), .resource = {}, .responsible = {}, .others = log.sink.rows[0].others}).size() <
          sync::body_bytes_max);
}

TEST_CASE("a header that does not fit is an error that names the column") {
    for (const std::string_view text : {"", "a,b\n1,2\n", "concept:name,time:timestamp\nA,2026-03-02 08:00Z\n",
                                        "case:concept:name,concept:name,time:timestamp,x,x\n", "\"unclosed\n"}) {
        CAPTURE(text);
        const auto log = read_log(text);
        REQUIRE_FALSE(log.outcome);
        CHECK(log.outcome.error().kind == ErrorKind::usage);
    }
    const auto mapping = node::Mapping::parse("[columns]\ngroup = \"Phòng\"\n");
    REQUIRE(mapping);
    const auto log = read_log(with_header(""), *mapping);
    REQUIRE_FALSE(log.outcome);
    CHECK(log.outcome.error().message.find("Phòng") != std::string::npos);
}

TEST_CASE("an event without an id of its own is known by what was parsed") {
    const auto key = [](std::string_view row) { return read_log(with_header(row)).sink.rows.at(0).content.event_key; };
    CHECK(key("c,A,2026-03-02 08:00:00Z\n").size() == 64);
    CHECK(key("c,A,2026-03-02 08:00:00Z\n") == key("\"c\",\"A\",2026-03-02T08:00:00.0+00:00\n"));
    CHECK(key("c,A,2026-03-02 08:00:00Z\n") != key("c,A,2026-03-02 15:00:00+07:00\n"));
    CHECK(key("c,A,2026-03-02 08:00:00Z\n") != key("c,B,2026-03-02 08:00:00Z\n"));
}

TEST_CASE("the start and the completion of one task are two events") {
    const auto log = read_log("case:concept:name,concept:name,time:timestamp,concept:instance,lifecycle:transition\n"
                              "c,A,2026-03-02 08:00Z,t1,start\nc,A,2026-03-02 09:00Z,t1,complete\n");
    REQUIRE(log.sink.rows.size() == 2);
    CHECK(log.sink.rows[0].content.event_key == "t1/start");
    CHECK(log.sink.rows[1].content.event_key == "t1");
}

TEST_CASE("XES with a DOCTYPE, deep nesting or an endless tag is refused") {
    const std::string trace = "<trace><string key='concept:name' value='c'/>" + std::string(xes_event) + "</trace>";
    CHECK(read_log(as_xes(trace)).sink.rows.size() == 1);
    CHECK_FALSE(read_log("<!DOCTYPE log [<!ENTITY e 'x'>]>" + as_xes(trace)).outcome);
    CHECK_FALSE(read_log(as_xes(trace + "&e;")).outcome);
    std::string deep;
    for (int depth = 0; depth < 40; ++depth) deep += "<list key='k'>";
    CHECK_FALSE(read_log(as_xes(deep)).outcome);
    CHECK_FALSE(read_log("<log><trace><string key='concept:name' value='" + std::string(3 * node::row_bytes_max, 'x')).outcome);
    CHECK_FALSE(read_log("<html></html>").outcome);
    CHECK_FALSE(read_log("<log><trace>").outcome);
    // What stood before the trouble was given out.
    CHECK(read_log("<log>" + trace + "<oops").sink.rows.size() == 1);
}

TEST_CASE("an XES event that cannot be taken is rejected with its line and the rest goes in") {
    const auto log = read_log(as_xes("\n<trace>\n<string key='concept:name' value='c'/>\n" + std::string(xes_event) +
                                     "\n<event><string key='concept:name' value='no time'/></event>\n"
                                     "<string key='channel' value='late'/>\n" + std::string(xes_event) + "</trace>\n" + std::string(xes_event)));
    REQUIRE(log.outcome);
    CHECK(log.sink.rows.size() == 2);
    REQUIRE(log.sink.rejected.size() == 3);
    CHECK(log.sink.rejected[0].line == 5);
    CHECK(log.sink.rejected[0].reason.find("time:timestamp: missing") != std::string::npos);
    CHECK(log.sink.rejected[0].row.find("case:concept:name=c") != std::string::npos);
    CHECK(log.sink.rejected[1].reason.find("after the trace's events") != std::string::npos);
    CHECK(log.sink.rejected[2].reason.find("outside every trace") != std::string::npos);
}

TEST_CASE("the receipt log of CoSeLoG goes in whole, the same from CSV and XES") {
    const auto csv_file = find_shared("data/eventlogs/receipt.csv"), xes_file = find_shared("data/eventlogs/receipt.xes");
    if (!csv_file || !xes_file) return;
    const auto csv = read_log(read_text(*csv_file)), xes = read_log(read_text(*xes_file));
    REQUIRE(csv.outcome);
    REQUIRE(xes.outcome);
    CHECK(csv.sink.rejected.empty());
    CHECK(xes.sink.rejected.empty());
    REQUIRE(csv.sink.rows.size() == 8577);
    REQUIRE(xes.sink.rows.size() == 8577);
    std::set<Bytes> csv_events, xes_events;
    std::set<std::string> cases;
    for (const auto& row : csv.sink.rows) {
        csv_events.insert(bytes_of(row));
        cases.insert(row.content.case_name);
    }
    for (const auto& row : xes.sink.rows) xes_events.insert(bytes_of(row));
    CHECK(cases.size() == 1434);
    CHECK(csv_events.size() == 8577);
    CHECK(csv_events == xes_events);
}
