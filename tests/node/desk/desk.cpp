#include "node/desk/lookup.hpp"

#include <catch2/catch.hpp>

#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

using std::chrono::milliseconds;

class FixedClock final : public node::Clock {
  public:
    [[nodiscard]] sync::WallTime wall() const override { return now; }
    [[nodiscard]] sync::MonoTime mono() const override { return {}; }
    sync::WallTime now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};
};

/// A commune's node with a clock that stands still; each call is a group of its own.
struct Counter {
    template <class Work, class Function>
    auto work(Function function, const Work& request) {
        value_of(owned.begin());
        auto done = function(owned, officer, request, environment);
        if (done) (void)value_of(owned.commit());
        else owned.rollback();
        return done;
    }
    auto receive(const std::string& applicant = "Nguyễn Văn Đức") {
        node::Receive request = std::get<node::Receive>(town.reception(commune, applicant).work);
        return work(node::receive, request);
    }
    auto step(const std::string& dossier, sync::Kind kind) { return work(node::step, node::Step{.dossier = dossier, .kind = kind, .content = {}, .note = "ghi chú"}); }
    auto import(std::vector<node::EventRow> rows) { return work(node::import_events, node::ImportBatch{std::move(rows)}); }
    template <class Content>
    auto state(const std::string& dossier, sync::Kind kind, const Content& content) {
        return work(node::step, node::Step{.dossier = dossier, .kind = kind, .content = sync::to_item(content), .note = ""});
    }
    auto look_up(const std::string& code) { return node::look_up(owned.reader(), *owned.registry(), code, clock.now); }
    auto close(std::int64_t day, sync::Kind kind = sync::Kind::day_close) { return work(node::close_book, node::CloseBook{.kind = kind, .day = day}); }
    [[nodiscard]] std::uint64_t now_ms() const { return static_cast<std::uint64_t>(clock.now.time_since_epoch().count()); }
    sync::Dossier dossier(const sync::DossierId& id) { return *value_of(owned.reader().dossier(id)); }

    Town town;
    Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    FixedClock clock;
    SeededRandom random{"counter"};
    sync::SequentialSignatureChecker checker;
    node::NodeEnvironment environment{.clock = &clock, .random = &random, .checker = &checker};
    node::Node owned = value_of(node::Node::open(commune, nullptr, environment));
    crypto::SigningKey officer = Town::officer(commune);
};

node::EventRow event(const std::string& case_name, const std::string& key) {
    node::EventRow row;
    row.content.source = "receipt";
    row.content.case_name = case_name;
    row.content.event_key = key;
    row.content.activity = "Confirmation of receipt";
    row.resource = "Resource21";
    row.others.push_back({.name = "org:group", .value = "Group 1"});
    return row;
}

TEST_CASE("codes count within the office and the day in Vietnam") {
    Counter counter;
    CHECK(value_of(counter.receive()).code == "H26.00004-261124-0001");
    CHECK(value_of(counter.receive()).code == "H26.00004-261124-0002");
    // One minute before midnight in Hà Nội, then midnight: 17:00 UTC.
    counter.clock.now += std::chrono::hours(17) - std::chrono::minutes(1);
    CHECK(value_of(counter.receive()).code == "H26.00004-261124-0003");
    counter.clock.now += std::chrono::minutes(1);
    CHECK(value_of(counter.receive()).code == "H26.00004-261125-0001");
}

TEST_CASE("a reception is a dossier with its applicant in the salted body alone") {
    Counter counter;
    const auto done = value_of(counter.receive("Nguyễn Văn Đức"));
    const auto dossier = counter.dossier(done.dossier);
    CHECK(dossier.code == done.code);
    CHECK(dossier.procedure == "1.001193");
    CHECK(dossier.status == sync::DossierStatus::received);
    CHECK(dossier.received_ms == static_cast<std::uint64_t>(counter.clock.now.time_since_epoch().count()));
    REQUIRE(dossier.acts.size() == 1);
    const auto place = dossier.acts.front().position;
    const auto envelope = *value_of(counter.owned.reader().entry(place.log, place.seq.value));
    CHECK(as_text(envelope).find("Đức") == std::string_view::npos);
    const auto body = value_of(cbor::decode<sync::ReceiveBody>(*value_of(counter.owned.reader().body(place.log, place.seq.value))));
    CHECK(body.applicant == "Nguyễn Văn Đức");
    CHECK(body.salt.size() == sync::body_salt_bytes);

    const auto again = value_of(counter.receive("Nguyễn Văn Đức"));
    const auto other_place = counter.dossier(again.dossier).acts.front().position;
    CHECK(value_of(counter.owned.reader().body(place.log, other_place.seq.value)) != value_of(counter.owned.reader().body(place.log, place.seq.value)));
}

TEST_CASE("a reception without applicant, or with a procedure that is none, is refused in Vietnamese") {
    Counter counter;
    CHECK(counter.receive(" ").error().kind == ErrorKind::usage);
    node::Receive request = std::get<node::Receive>(counter.town.reception(counter.commune).work);
    request.procedure = "1.0 01193";
    CHECK(counter.work(node::receive, request).error().message.find("mã thủ tục") != std::string::npos);
    request = std::get<node::Receive>(counter.town.reception(counter.commune).work);
    request.note = std::string(sync::body_bytes_max, 'x');
    CHECK(counter.work(node::receive, request).error().kind == ErrorKind::usage);
    CHECK(value_of(counter.owned.reader().dossiers({})).empty());
}

TEST_CASE("a step follows the standing move, by code or by id, and the rules are asked first") {
    Counter counter;
    const auto received = value_of(counter.receive());
    const auto assigned = value_of(counter.step(received.code, sync::Kind::assign));
    CHECK(assigned.dossier == received.dossier);
    const auto dossier = counter.dossier(received.dossier);
    CHECK(dossier.status == sync::DossierStatus::in_process);
    CHECK(dossier.tip == assigned.act);
    CHECK(counter.step(received.code, sync::Kind::resume).error().kind == ErrorKind::refused);
    CHECK(counter.step(to_hex(received.dossier.view()), sync::Kind::complete));
    CHECK(counter.dossier(received.dossier).status == sync::DossierStatus::resolved);
    CHECK(counter.step("H26.00004-000000-0001", sync::Kind::assign).error().kind == ErrorKind::not_found);
    for (const auto kind : {sync::Kind::receive, sync::Kind::imported, sync::Kind::open, sync::Kind::office, static_cast<sync::Kind>(999)})
        CHECK(counter.step(received.code, kind).error().kind == ErrorKind::usage);
    for (const auto& act : counter.dossier(received.dossier).acts) CHECK(act.verdict.effective());
}

TEST_CASE("a resume cites the supplement that ended the pause, and a stop the withdrawal") {
    Counter counter;
    const auto received = value_of(counter.receive());
    value_of(counter.step(received.code, sync::Kind::assign));
    value_of(counter.state(received.code, sync::Kind::ask_supplement, sync::AskSupplementContent{.documents = {"Giấy chứng sinh"}, .respond_by_day = {}}));
    CHECK(counter.dossier(received.dossier).missing == std::vector<std::string>{"Giấy chứng sinh"});
    counter.clock.now += std::chrono::hours(30);
    const auto handed_in_ms = counter.now_ms();
    value_of(counter.step(received.code, sync::Kind::supplement_handed_in));
    counter.clock.now += std::chrono::hours(50);
    value_of(counter.step(received.code, sync::Kind::resume));
    const auto resumed = counter.dossier(received.dossier);
    REQUIRE(resumed.clock.spans.size() == 3);
    CHECK(resumed.clock.spans[1].to_ms == handed_in_ms);  // not when the officer got round to it

    value_of(counter.step(received.code, sync::Kind::withdrawal_asked));
    value_of(counter.step(received.code, sync::Kind::stop));
    CHECK(counter.dossier(received.dossier).outcome == sync::Outcome::stopped_withdrawn);
}

TEST_CASE("a dossier that was handed in online is accepted later, with the applicant that it came with") {
    Counter counter;
    const auto submitted = value_of(counter.work(node::submit, node::Submit{.procedure = "1.001612", .applicant = {.name = "Lê Văn Nam"}, .note = ""}));
    CHECK(counter.dossier(submitted.dossier).status == sync::DossierStatus::newly_registered);
    CHECK_FALSE(counter.dossier(submitted.dossier).code);
    node::Receive request;
    request.dossier = to_hex(submitted.dossier.view());
    request.channel = sync::ReceptionChannel::online;
    const auto received = value_of(counter.work(node::receive, request));
    CHECK(received.dossier == submitted.dossier);
    const auto dossier = counter.dossier(received.dossier);
    CHECK(dossier.status == sync::DossierStatus::received);
    CHECK(dossier.procedure == "1.001612");
    const auto place = dossier.acts.back().position;
    const auto body = value_of(cbor::decode<sync::ReceiveBody>(*value_of(counter.owned.reader().body(place.log, place.seq.value))));
    CHECK(body.applicant == "Lê Văn Nam");
    CHECK(counter.work(node::receive, request).error().kind == ErrorKind::refused);  // not twice
}

TEST_CASE("a correction cites the result that stands") {
    Counter counter;
    const auto received = value_of(counter.receive());
    value_of(counter.step(received.code, sync::Kind::assign));
    value_of(counter.step(received.code, sync::Kind::complete));
    value_of(counter.state(received.code, sync::Kind::correct_result, sync::MendResultContent{.result = {}, .is_agency_fault = true}));
    const auto dossier = counter.dossier(received.dossier);
    for (const auto& act : dossier.acts) CHECK(act.verdict.effective());
    CHECK(dossier.owes_apology);
}

TEST_CASE("a reception copied in from the paper book keeps its own time, number and day in the code") {
    Counter counter;
    node::Receive request = std::get<node::Receive>(counter.town.reception(counter.commune).work);
    request.paper = node::Receive::Paper{.book_number = "17", .received_ms = counter.now_ms() - 30ULL * 3'600'000};
    const auto done = value_of(counter.work(node::receive, request));
    CHECK(done.code == "H26.00004-261123-0001");  // 30 hours before 07:00 of the 24th
    const auto dossier = counter.dossier(done.dossier);
    CHECK(dossier.book_number == "17");
    CHECK(dossier.received_ms == request.paper->received_ms);
    CHECK(dossier.acts.front().at_ms == counter.now_ms());
    request.paper->received_ms = counter.now_ms() + 1;
    CHECK(counter.work(node::receive, request).error().kind == ErrorKind::usage);
}

TEST_CASE("the code of a dossier tells how far it is, and only the secret code tells more") {
    Counter counter;
    const auto done = value_of(counter.receive());
    value_of(counter.state(done.code, sync::Kind::assign, sync::AssignContent{.unit = "Tư pháp - Hộ tịch", .officer = {}, .due_ms = {}}));
    const auto in_public = value_of(counter.look_up(done.code));
    CHECK(in_public.progress == node::Progress::handling);
    CHECK(in_public.as_of_ms == counter.now_ms());
    CHECK_FALSE(in_public.office_name);
    CHECK(in_public.unit.empty());
    std::string typed = done.lookup_code;
    std::transform(typed.begin(), typed.end(), typed.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const auto in_secret = value_of(counter.look_up(typed));
    CHECK(in_secret.code == done.code);
    CHECK(in_secret.office_name.has_value());
    CHECK(in_secret.unit == "Tư pháp - Hộ tịch");
    const auto wrong = counter.look_up("H26.00004-261124-0099");
    CHECK(wrong.error().kind == ErrorKind::not_found);
    std::string mistyped = done.lookup_code;
    mistyped[0] = mistyped[0] == '7' ? '8' : '7';
    CHECK(counter.look_up(mistyped).error().message == wrong.error().message);
}

TEST_CASE("the book of a day is closed with what the day held, and no book of a day to come") {
    Counter counter;
    const auto first = value_of(counter.receive());
    value_of(counter.step(first.code, sync::Kind::assign));
    value_of(counter.step(first.code, sync::Kind::complete));
    const auto second = value_of(counter.receive());
    const std::int64_t today = sync::day_in_vietnam(counter.now_ms());
    const auto closed = value_of(counter.close(today));
    CHECK(closed.book.received == 2);
    CHECK(closed.book.finished == 1);
    CHECK(closed.book.returned == 0);
    CHECK(closed.book.open == 1);
    CHECK(closed.book.first_code == first.code);
    CHECK(closed.book.last_code == second.code);
    CHECK(value_of(counter.close(today - 1)).book.received == 0);
    CHECK(counter.close(today + 1).error().kind == ErrorKind::usage);
    CHECK(counter.close(today, sync::Kind::year_close).error().kind == ErrorKind::refused);
    counter.clock.now += std::chrono::days(40);
    const auto year = value_of(counter.close(today, sync::Kind::year_close));
    CHECK(sync::civil_date(year.book.first_day) == sync::CivilDate{2026, 1, 1});
    CHECK(year.book.received == 2);
}

TEST_CASE("imported events make one dossier a case, and none is imported twice") {
    Counter counter;
    const auto first = value_of(counter.import({event("case-1", "a"), event("case-2", "b"), event("case-1", "c"), event("case-1", "a")}));
    CHECK(first.imported == 3);
    CHECK(first.known == 1);
    const auto second = value_of(counter.import({event("case-1", "a"), event("case-1", "d"), event("case-3", "e")}));
    CHECK(second.imported == 2);
    CHECK(second.known == 1);
    const auto dossiers = value_of(counter.owned.reader().dossiers({}));
    CHECK(dossiers.size() == 3);
    std::size_t acts = 0;
    for (const auto& dossier : dossiers) {
        acts += dossier.acts.size();
        for (const auto& act : dossier.acts) CHECK(act.verdict.effective());
    }
    CHECK(acts == 5);
}

TEST_CASE("the same case of another source is another dossier") {
    Counter counter;
    auto elsewhere = event("case-1", "a");
    elsewhere.content.source = "elsewhere";
    const auto done = value_of(counter.import({event("case-1", "a"), elsewhere}));
    CHECK(done.imported == 2);
    CHECK(value_of(counter.owned.reader().dossiers({})).size() == 2);
}

TEST_CASE("a batch with one row that no act can hold leaves nothing") {
    Counter counter;
    auto huge = event("case-2", "b");
    huge.others.push_back({.name = "x", .value = std::string(sync::body_bytes_max, 'x')});
    CHECK_FALSE(counter.import({event("case-1", "a"), huge}));
    CHECK(value_of(counter.owned.reader().dossiers({})).empty());
    std::vector<node::EventRow> many(node::import_rows_max + 1, event("case", "key"));
    CHECK(counter.import(std::move(many)).error().kind == ErrorKind::usage);
}

}  // namespace
}  // namespace motcua::tests
