/// The signed text of a receipt: given with the reception, once more on request, and put to the test.

#include "node/desk/receipt.hpp"

#include <catch2/catch.hpp>

#include "node/desk/desk.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {
namespace {

using Found = node::ReceiptCheck::Found;

/// A city and a commune, "a", that has received one dossier.
struct Counter {
    Places places;
    std::optional<node::Node> city, a;
    node::ReceiveDone done;

    Counter() {
        places.make_city();
        city.emplace(places.open("city"));
        places.enrol(*city, "a", "H26.00004");
        a.emplace(places.open("a"));
        done = receive(*a, "a");
    }
    node::ReceiveDone receive(node::Node& at, const std::string& name) {
        const node::Receive request{.dossier = {}, .procedure = "1.001193", .applicant = {.name = "Nguyễn Văn Đức"}, .note = "", .documents = {}, .due_ms = {}, .paper = {}};
        value_of(at.begin());
        auto received = value_of(node::receive(at, places.officer(name), request, places.environment()));
        value_of(at.commit());
        return received;
    }
    crypto::SigningKey log_key(const std::string& name) {
        return value_of(node::load_signing_key(node::key_path(places.directory(name), crypto::KeyRole::log, {}), nullptr));
    }
    node::ReceiptCheck check(node::Node& at, const std::string& text) { return value_of(node::check_receipt(at.reader(), *at.registry(), text)); }
    sync::ReceiptStatement statement() { return check(*a, done.receipt).proof.statement; }
};

TEST_CASE("a reception gives back what its receipt promises, signed by the node's log key") {
    Counter counter;
    const auto proof = value_of(sync::verify_receipt(counter.done.receipt, *counter.city->registry()));
    CHECK(proof.statement.code.text() == counter.done.code);
    CHECK(proof.statement.act == counter.done.act);
    CHECK(proof.statement.place == sync::Position{counter.a->log_id(), sync::Seq{1}});
    CHECK(proof.node.log == counter.a->log_id());
    CHECK(proof.is_own_code);
    CHECK(value_of(counter.a->receipt_of(proof.statement.place)) == counter.done.receipt);

    // Of nothing else.
    CHECK(counter.a->receipt_of({counter.city->log_id(), sync::Seq{0}}).error().kind == ErrorKind::refused);
    CHECK(counter.a->receipt_of({counter.a->log_id(), sync::Seq{0}}).error().kind == ErrorKind::verification);
    CHECK(counter.a->receipt_of({counter.a->log_id(), sync::Seq{2}}).error().kind == ErrorKind::not_found);
}

TEST_CASE("what was rolled back is promised by nobody") {
    Counter counter;
    value_of(counter.a->begin());
    const std::vector entries{counter.places.receive("H26.00004-251009-0002")};
    const auto place = value_of(counter.a->record(counter.places.officer("a"), entries)).front().position;
    const auto text = value_of(counter.a->receipt_of(place));  // in the group that recorded it
    counter.a->rollback();
    CHECK(counter.a->receipt_of(place).error().kind == ErrorKind::not_found);
    CHECK(counter.check(*counter.a, text).found == Found::missing);  // had it left the process, it would convict the node
}

TEST_CASE("a receipt is printed once more with the same text, and only where it was signed") {
    Counter counter;
    const auto again = value_of(node::print_receipt(*counter.a, {counter.done.code}));
    CHECK(again.receipt == counter.done.receipt);
    CHECK(again.act == counter.done.act);
    CHECK(again.dossier == counter.done.dossier);
    CHECK(value_of(node::print_receipt(*counter.a, {to_hex(counter.done.dossier.view())})).receipt == counter.done.receipt);
    CHECK(node::print_receipt(*counter.a, {"H26.00004-251009-0099"}).error().kind == ErrorKind::not_found);
    carry(*counter.a, *counter.city, counter.a->log_id());
    CHECK(node::print_receipt(*counter.city, {counter.done.code}).error().kind == ErrorKind::refused);

    value_of(counter.a->begin());
    const node::Submit request{.procedure = "1.001612", .applicant = {.name = "Lê Văn Nam"}, .note = ""};
    const auto submitted = value_of(node::submit(*counter.a, counter.places.officer("a"), request, counter.places.environment()));
    value_of(counter.a->commit());
    CHECK(node::print_receipt(*counter.a, {to_hex(submitted.dossier.view())}).error().kind == ErrorKind::refused);  // nobody accepted it
}

TEST_CASE("where the log is, it is said whether the promised act stands in it") {
    Counter counter;
    const auto at_home = counter.check(*counter.a, counter.done.receipt);
    CHECK(at_home.found == Found::promised);
    CHECK(at_home.verdict == sync::Verdict{});
    CHECK(counter.check(*counter.city, counter.done.receipt).found == Found::no_log);
    carry(*counter.a, *counter.city, counter.a->log_id());
    const auto held = counter.check(*counter.city, counter.done.receipt);
    CHECK(held.found == Found::promised);
    CHECK(held.verdict == sync::Verdict{});
    const auto later = counter.receive(*counter.a, "a");
    const auto not_yet = counter.check(*counter.city, later.receipt);
    CHECK(not_yet.found == Found::not_yet);
    CHECK_FALSE(not_yet.verdict);
}

TEST_CASE("a promise that the log does not keep is found") {
    Counter counter;
    auto other = counter.statement();
    other.received_ms += sync::ms_per_minute;
    CHECK(counter.check(*counter.a, sync::sign_receipt(other, counter.log_key("a"))).found == Found::another_act);
    auto beyond = counter.statement();
    beyond.place.seq = sync::Seq{17};
    CHECK(counter.check(*counter.a, sync::sign_receipt(beyond, counter.log_key("a"))).found == Found::missing);
    const auto forged = sync::sign_receipt(counter.statement(), signing_key("forger"));
    CHECK(node::check_receipt(counter.a->reader(), *counter.a->registry(), forged).error().kind == ErrorKind::verification);
}

TEST_CASE("a promised act that a revocation has cut is there, and does not stand") {
    Counter counter;
    carry(*counter.a, *counter.city, counter.a->log_id());
    const auto key = counter.places.officer("a").public_key();
    const node::RegistryEntry revoke{.kind = sync::Kind::revoke, .subject = to_bytes(key.view()), .content = sync::to_item(sync::RevokeContent{{}}), .body = std::nullopt};
    value_of(counter.city->begin());
    value_of(counter.city->record_in_registry(counter.places.officer("city"), std::span(&revoke, 1)));
    value_of(counter.city->commit());
    const auto check = counter.check(*counter.city, counter.done.receipt);
    CHECK(check.found == Found::promised);
    REQUIRE(check.verdict);
    CHECK(check.verdict->standing == sync::Standing::quarantined);
}

}  // namespace
}  // namespace motcua::tests
