#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

TEST_CASE("an origin tells its class and code, and nothing else passes for one") {
    const PublicKey key = signing_key("log").public_key();
    const std::string node = node_origin("H26.00004", key), registry = registry_origin("H26", key);
    const std::string digits = node.substr(node.size() - 32);
    CHECK(node == "motcua/H26.00004/" + to_hex(crypto::sha256(key.view()).view()).substr(0, 32));
    CHECK(registry == "motcua/H26/registry/" + digits);

    CHECK(parse_origin(node)->log_class == LogClass::node);
    CHECK(parse_origin(node)->code == "H26.00004");
    CHECK(parse_origin(registry)->log_class == LogClass::registry);
    CHECK(parse_origin(registry)->code == "H26");
    CHECK(parse_origin("motcua/H26.1/" + digits + "/inbox/H26.00004")->log_class == LogClass::inbox);

    for (const std::string& bad : std::vector<std::string>{"", "motcua", "motcua/H26", "motcua/h26/" + digits, "motcua//" + digits,
                                  "motcua/H26./" + digits, "other/H26/" + digits, "motcua/H26/" + digits + "/", "motcua/H26/" + digits.substr(1),
                                  "motcua/H26/" + digits + "0", "motcua/H26/registri/" + digits, "motcua/H26/" + digits + "/inbox/",
                                  "motcua/H26/" + digits + "/outbox/H26", "motcua/H26/" + std::string(32, 'F'), node + "\n"}) {
        INFO(bad);
        CHECK_FALSE(parse_origin(bad));
    }
}

TEST_CASE("a log's id begins with the key id of its notes") {
    const PublicKey key = signing_key("log").public_key();
    const std::string origin = node_origin("H26", key);
    CHECK(load_be(log_id(origin, key).view().first(4)) == log_verifier(origin, key).key_id());
}

TEST_CASE("an office code is capitals, digits and single inner dots") {
    for (const std::string& good : std::vector<std::string>{"H26", "0", "H26.00004", "000.00.04.H26", std::string(35, 'A')}) CHECK(is_office_code(good));
    for (const std::string& bad : std::vector<std::string>{"", ".", ".H26", "H26.", "H..26", "h26", "H26/1", "H 26", std::string(36, 'A'), "H26\n"}) {
        INFO(bad);
        CHECK_FALSE(is_office_code(bad));
    }
}
