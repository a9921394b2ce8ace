#include "node/control/codec.hpp"

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

namespace motcua::node {
namespace {

crypto::Secret seed_of(const std::string& name) { return tests::signing_key(name).seed(); }

Receive a_reception() {
    Receive receive;
    receive.procedure = "1.001193";
    receive.applicant = {.name = "Nguyễn Văn Đức", .identity = "001099012345", .phone = "0912", .email = "", .address = "Ba Đình", .request = ""};
    receive.due_ms = 17;
    receive.paper = Receive::Paper{.book_number = "17", .received_ms = 18};
    return receive;
}

EventRow a_row(const std::string& case_name) {
    EventRow row;
    row.content.source = "receipt";
    row.content.case_name = case_name;
    row.content.event_key = case_name + "/1";
    row.content.case_end = sync::OriginalTime{.ms = -5, .offset_minutes = 120};
    row.others.push_back({.name = "note", .value = "hồ sơ"});
    return row;
}

TEST_CASE("every kind of work comes out of its frame as it went in") {
    std::vector<Request> requests;
    requests.push_back({.work = a_reception(), .officer_seed = seed_of("an")});
    requests.push_back({.work = Step{.dossier = "H26-1", .kind = sync::Kind::assign, .content = {}, .note = "x"}, .officer_seed = seed_of("an")});
    requests.push_back({.work = ImportBatch{{a_row("case-1"), a_row("case-2")}}, .officer_seed = seed_of("an")});
    requests.push_back({.work = Approve{.request = Bytes(9, std::byte{7}), .parent_code = "H26"}, .officer_seed = seed_of("an")});
    requests.push_back({.work = Submit{.procedure = "1.001612", .applicant = {.name = "Nam"}, .note = "y"}, .officer_seed = seed_of("an")});
    requests.push_back({.work = CloseBook{.kind = sync::Kind::day_close, .day = 20781}, .officer_seed = seed_of("an")});
    requests.push_back({.work = Admit{.request = Bytes(9, std::byte{8})}, .officer_seed = seed_of("an")});
    requests.push_back({.work = PrintReceipt{.dossier = "H26-1"}});
    requests.push_back({.work = Rebuild{}});
    requests.push_back({.work = SyncNow{}});
    requests.push_back({.work = TakeBundle{.file = "/mnt/usb/ba đình.bundle", .messages_done = 3}});
    const RegistryEntry entry{.kind = sync::Kind::rule_set, .subject = Bytes(6, std::byte{'a'}), .content = sync::to_item(sync::RuleSetContent{.name = "II.06a"}), .body = {}};
    requests.push_back({.work = StateRegistry{.entries = {entry, entry}, .dry_run = true}, .officer_seed = seed_of("an")});
    for (const auto& request : requests) {
        const auto frame = tests::value_of(encode_request(request));
        const auto back = tests::value_of(decode_request(frame.view()));
        CHECK(back.work.index() == request.work.index());
        CHECK(equal_constant_time(back.officer_seed.view(), request.officer_seed.view()));
        CHECK(equal_constant_time(tests::value_of(encode_request(back)).view(), frame.view()));
    }
    const auto frame = tests::value_of(encode_request(requests.front()));
    const auto back = tests::value_of(decode_request(frame.view()));
    CHECK(std::get<Receive>(back.work).applicant.name == "Nguyễn Văn Đức");
    CHECK(std::get<Receive>(back.work).due_ms == 17);
}

TEST_CASE("every prefix of a request is refused, and so is a byte more") {
    const Request request{.work = a_reception(), .officer_seed = seed_of("an")};
    const auto frame = tests::value_of(encode_request(request));
    for (std::size_t length = 0; length < frame.size(); ++length) CHECK_FALSE(decode_request(frame.view().first(length)));
    Bytes longer = to_bytes(frame.view());
    longer.push_back(std::byte{0});
    CHECK(decode_request(longer).error().kind == ErrorKind::verification);
}

TEST_CASE("a request of another version, of unknown work or with half a seed is refused") {
    const auto refused = [](std::string_view hex) { return decode_request(tests::value_of(from_hex(hex))).error().kind == ErrorKind::verification; };
    CHECK(decode_request(tests::value_of(from_hex("8401054080"))));  // [1, 5, h'', []]: SyncNow
    CHECK(refused("8402054080"));
    CHECK(refused("84010b4080"));
    CHECK(refused("84011b00000001000000054080"));  // an index that would wrap to a known one
    CHECK(refused("84010550000000000000000000000000000000000080"));
}

TEST_CASE("a request that claims a huge length costs no memory and is refused") {
    // [1, 2, h'', [ 2^40 rows ...
    CHECK_FALSE(decode_request(tests::value_of(from_hex("84010240819b0000010000000000"))));
    CHECK_FALSE(decode_request(tests::value_of(from_hex("8401025b7fffffffffffffff"))));
}

TEST_CASE("a request longer than a mebibyte is refused before it is sent") {
    Receive reception = a_reception();
    reception.note = std::string(control_frame_bytes_max, 'x');
    const auto encoded = encode_request({.work = reception, .officer_seed = seed_of("an")});
    CHECK(encoded.error().kind == ErrorKind::refused);
}

TEST_CASE("text that is not UTF-8 is a usage error, however deep it lies") {
    Receive reception = a_reception();
    reception.note = "\xff";
    CHECK(encode_request({.work = reception}).error().kind == ErrorKind::usage);
    ImportBatch batch{{a_row("case-1"), a_row("case-2")}};
    CHECK(check_texts(batch));
    batch.rows[1].others[0].value = "\xc0\x80";
    CHECK(check_texts(batch).error().kind == ErrorKind::usage);
    batch = ImportBatch{{a_row("case-1")}};
    batch.rows[0].content.activity = "\xed\xa0\x80";
    CHECK(check_texts(batch).error().kind == ErrorKind::usage);
}

TEST_CASE("answers and errors come back as they were given") {
    const Done done = SyncDone{.entries_sent = 3, .refusals = {"one"}};
    const auto back = tests::value_of(decode_answer(encode_answer(done)));
    CHECK(std::get<SyncDone>(back).entries_sent == 3);
    CHECK(std::get<SyncDone>(back).refusals == std::vector<std::string>{"one"});

    const auto error = decode_answer(encode_answer(fail(ErrorKind::unreachable, "cannot reach the hub")));
    CHECK(error.error().kind == ErrorKind::unreachable);
    CHECK(error.error().message == "cannot reach the hub");
    CHECK(decode_answer(encode_answer(fail(ErrorKind::refused, "\xff"))).error().kind == ErrorKind::refused);
    CHECK(decode_answer(tests::value_of(from_hex("8401090060"))).error().kind == ErrorKind::verification);  // no such kind of error
}

}  // namespace
}  // namespace motcua::node
