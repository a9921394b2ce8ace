#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

EnrolRequest node_request(const crypto::SigningKey& log_key, const crypto::SigningKey& officer) {
    return {.version = 1, .office_code = "H26.1.05", .office_name = "Phường Kim Mã", .office_kind = OfficeKind::commune,
            .node = EnrolRequest::NodeKeys{log_key.public_key(), noise_key("asking").public_key(), std::nullopt},
            .officer_key = officer.public_key(), .officer_name = "Trần Thị Bình", .roles = 13};
}

struct RequestFile {
    Bytes request;
    std::optional<crypto::Signature> log_signature;
    crypto::Signature officer_signature;
    cbor::Item predecessor;
    template <class A> void serialize(A& a) { a(request, log_signature, officer_signature, predecessor); }
};

}  // namespace

TEST_CASE("a request opens only with the signatures of the keys that it names") {
    const auto log_key = signing_key("asking log"), officer = signing_key("asking officer"), other = signing_key("other");
    const Bytes file = sign_request(node_request(log_key, officer), &log_key, officer);
    const auto opened = open_request(file);
    REQUIRE(opened);
    CHECK(cbor::encode(*opened) == cbor::encode(node_request(log_key, officer)));
    for (std::size_t index = 0; index < file.size(); ++index) {
        Bytes flipped = file;
        flipped[index] ^= std::byte{1};
        INFO("byte " << index);
        CHECK_FALSE(open_request(flipped));
    }
}

TEST_CASE("an officer's request needs no log key, and a node's cannot do without") {
    const auto log_key = signing_key("asking log"), officer = signing_key("asking officer");
    EnrolRequest request = node_request(log_key, officer);
    request.node.reset();
    CHECK(open_request(sign_request(request, nullptr, officer)));

    auto file = *cbor::decode<RequestFile>(sign_request(node_request(log_key, officer), &log_key, officer));
    RequestFile junk = file;
    junk.request = cbor::encode(std::uint64_t{1});
    CHECK_FALSE(open_request(cbor::encode(junk)));
    file.log_signature.reset();
    CHECK_THAT(open_request(cbor::encode(file)).error().message, Contains("log key signs"));
}

TEST_CASE("a request to continue a log is signed by the key of that log, or says that it is lost") {
    const auto old_key = signing_key("old log"), log_key = signing_key("asking log"), officer = signing_key("asking officer");
    EnrolRequest request = node_request(log_key, officer);
    const auto old_log = log_id(node_origin(request.office_code, old_key.public_key()), old_key.public_key());
    request.continues = Predecessor{.log = old_log, .size = 3, .root = {}};
    const auto whole = open_request(sign_request(request, &log_key, officer, &old_key));
    REQUIRE(whole);
    CHECK(whole->is_signed_by_predecessor);
    CHECK(whole->continues->size == 3);
    const auto lost = open_request(sign_request(request, &log_key, officer));
    REQUIRE(lost);
    CHECK_FALSE(lost->is_signed_by_predecessor);
    // Another key cannot speak for the log, nor a key for a log that is not named.
    CHECK_THAT(open_request(sign_request(request, &log_key, officer, &log_key)).error().message, Contains("continues"));
    request.continues.reset();
    CHECK_FALSE(open_request(sign_request(request, &log_key, officer, &old_key)));
}

TEST_CASE("a request beyond its limits is refused though it is signed") {
    const auto log_key = signing_key("asking log"), officer = signing_key("asking officer");
    const auto refusal = [&](auto change) {
        EnrolRequest request = node_request(log_key, officer);
        change(request);
        const auto opened = open_request(sign_request(request, &log_key, officer));
        return opened ? std::string() : opened.error().message;
    };
    CHECK(refusal([](auto&) {}).empty());
    CHECK_THAT(refusal([](auto& request) { request.version = 2; }), Contains("version"));
    CHECK_THAT(refusal([](auto& request) { request.office_code = "../etc"; }), Contains("code"));
    CHECK_THAT(refusal([](auto& request) { request.roles = 0; }), Contains("roles"));
    CHECK_THAT(refusal([](auto& request) { request.roles = 64; }), Contains("roles"));
    CHECK_THAT(refusal([](auto& request) { request.officer_name.clear(); }), Contains("name"));
    CHECK_THAT(refusal([](auto& request) { request.office_name = std::string(301, 'x'); }), Contains("name"));
    CHECK_THAT(refusal([](auto& request) { request.officer_name = "Lan\x1B[1A\rkey 00"; }), Contains("control"));
    CHECK_THAT(refusal([](auto& request) { request.office_name = "Phường\u009B2J"; }), Contains("control"));
    CHECK_THAT(refusal([](auto& request) { request.office_kind = static_cast<OfficeKind>(9); }), Contains("kind"));
    CHECK_THAT(refusal([](auto& request) { request.officer_name = std::string(9000, 'x'); }), Contains("8192"));
}

TEST_CASE("a ticket carries the registry, checked against its own pin") {
    World world;
    SequentialSignatureChecker checker;
    const std::uint64_t size = world.registry_log.head.size();
    const Ticket ticket{world.pin().root.text(), {world.registry_log.extension(0, 5), world.registry_log.extension(5, size)}};
    const Bytes file = encode_ticket(ticket);
    const auto decoded = decode_ticket(file);
    REQUIRE(decoded);
    CHECK(encode_ticket(*decoded) == file);
    const auto opened = open_ticket(*decoded, checker);
    REQUIRE(opened);
    CHECK(opened->registry.head() == world.registry.head());
    CHECK(opened->extensions.size() == 2);

    Ticket other_city = ticket;
    other_city.root = root_verifier(world.registry.origin(), signing_key("another root").public_key()).text();
    CHECK_FALSE(open_ticket(other_city, checker));
    Ticket bad_pin = ticket;
    bad_pin.root = log_verifier(world.registry.origin(), world.root.public_key()).text();
    CHECK_THAT(open_ticket(bad_pin, checker).error().message, Contains("/root"));
    Ticket hollow = ticket;
    hollow.extensions.clear();
    CHECK_FALSE(open_ticket(hollow, checker));
    Ticket swapped = ticket;
    std::swap(swapped.extensions[0], swapped.extensions[1]);
    CHECK_FALSE(open_ticket(swapped, checker));
    Ticket tampered = ticket;
    tampered.extensions[1].entries[2].back() ^= std::byte{1};
    CHECK_FALSE(open_ticket(tampered, checker));
    CHECK_FALSE(decode_ticket(ByteView(file).first(file.size() - 1)));
    Bytes other_version = file;
    other_version[15] = std::byte{2};
    CHECK_THAT(decode_ticket(other_version).error().message, Contains("version 1"));
}

TEST_CASE("a registry that was refused stays as it was") {
    World world;
    SequentialSignatureChecker checker;
    Registry registry(world.pin());
    const std::uint64_t size = world.registry_log.head.size();
    REQUIRE(extend_registry(registry, world.registry_log.extension(0, 3), checker));
    Extension bad = world.registry_log.extension(3, size);
    bad.entries.back().back() ^= std::byte{1};
    CHECK_FALSE(extend_registry(registry, bad, checker));
    CHECK(registry.size() == 3);
    CHECK(extend_registry(registry, world.registry_log.extension(3, size), checker));
    CHECK(registry.size() == size);
}
