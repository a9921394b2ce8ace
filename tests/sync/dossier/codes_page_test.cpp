// sync/dossier/CODES.md: every block of it is made anew here and compared.
#include <catch2/catch.hpp>
#include <sstream>

#include "sync/calendar/civil_day.hpp"
#include "sync/dossier/base32.hpp"
#include "sync/dossier/lookup_code.hpp"
#include "sync/dossier/receipt_statement.hpp"
#include "tests/support/vectors.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

const std::string& page() {
    static const std::string text = read_text(std::string(MOTCUA_SOURCE_DIR) + "/sync/dossier/CODES.md");
    return text;
}

// The fenced block with this info string.
std::string block(const std::string& name) {
    const std::string begin = "```" + name + "\n";
    const std::size_t from = page().find(begin);
    REQUIRE(from != std::string::npos);
    return page().substr(from + begin.size(), page().find("\n```", from) - from - begin.size());
}

std::string digits(const std::string& name) {
    std::string found;
    std::istringstream lines(block(name));
    for (std::string line; std::getline(lines, line);) {
        for (const char letter : line.substr(0, line.find('#'))) {
            if (letter != ' ') found += letter;
        }
    }
    return found;
}

crypto::SigningKey key_of_fours() {
    crypto::Secret seed(crypto::SigningKey::seed_bytes);
    std::ranges::fill(seed.writable(), std::byte{4});
    return value_of(crypto::SigningKey::from_seed(seed));
}

struct Counting final : Random {
    void fill(std::span<std::byte> target) override {
        for (std::size_t index = 0; index < target.size(); ++index) target[index] = static_cast<std::byte>(index);
    }
};

}  // namespace

TEST_CASE("the receipt of CODES.md is what this code signs and reads") {
    const auto key = key_of_fours();
    const std::string origin = node_origin("H26.04.01", key.public_key());
    CHECK(page().find(origin) != std::string::npos);
    ReceiptStatement statement{.code = {"H26.04.01", *day_of({2026, 11, 27}), 7},
                               .procedure = "1.001193",
                               .received_ms = ms_of({*day_of({2026, 11, 27}), 14 * 60 + 20}),
                               .due_ms = ms_of({*day_of({2026, 12, 2}), 17 * 60}),
                               .place = {log_id(origin, key.public_key()), Seq{1234}},
                               .act = {}};
    for (std::size_t index = 0; index < ActId::size; ++index) statement.act.bytes[index] = static_cast<std::byte>(index);
    const std::string text = sign_receipt(statement, key);
    CHECK(block("text receipt") == text);
    CHECK(page().find(std::to_string(text.size()) + " characters") != std::string::npos);
    CHECK(digits("hex receipt-bytes") == to_hex(value_of(from_base32(text.substr(8)))));
    CHECK(digits("hex receipt-log") == to_hex(statement.place.log.view()));

    auto read = value_of(read_receipt(text));
    read.place.log = statement.place.log;
    CHECK(read == statement);
}

TEST_CASE("the lookup code of CODES.md is what this code makes of its bytes") {
    Counting random;
    const LookupCode code = LookupCode::generate(random);
    CHECK(block("text lookup-code") == code.text());
    CHECK(digits("hex lookup-hash") == to_hex(code.hash().view()));
}

TEST_CASE("the agencies of CODES.md turn into each other") {
    std::istringstream lines(page());
    int rows = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) continue;
        const std::size_t middle = line.find("` | `");
        const std::string left = line.substr(3, middle - 3), right = line.substr(middle + 5, line.size() - 3 - middle - 5);
        CHECK(agency_in(AgencyOrder::level_1_right, left) == right);
        CHECK(agency_in(AgencyOrder::level_1_left, right) == left);
        ++rows;
    }
    CHECK(rows == 3);
}
