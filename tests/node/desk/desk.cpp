#include "node/desk/desk.hpp"

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
    auto step(const std::string& dossier, sync::Kind kind) { return work(node::step, node::Step{.dossier = dossier, .kind = kind, .note = "ghi chú"}); }
    auto import(std::vector<node::EventRow> rows) { return work(node::import_events, node::ImportBatch{std::move(rows)}); }
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
