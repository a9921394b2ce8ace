// sync/FORMAT.md opens with a whole log in hex. Every block of it is made anew here and compared.
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/support/vectors.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

crypto::SigningKey key_of_seed(std::byte every_byte) {
    crypto::Secret seed(crypto::SigningKey::seed_bytes);
    std::ranges::fill(seed.writable(), every_byte);
    return value_of(crypto::SigningKey::from_seed(seed));
}

// The fenced blocks of a document by their info string, such as "hex entry-0".
std::map<std::string, std::string> blocks_of(const std::string& document) {
    std::map<std::string, std::string> blocks;
    std::istringstream lines(document);
    std::optional<std::string> open;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("```")) {
            if (open) blocks[*open] += line + "\n";
        } else if (open) {
            open.reset();
        } else {
            open = line.substr(3);
        }
    }
    return blocks;
}

// Hex digits alone: no spaces, no remarks after #.
std::string digits_of(const std::string& block) {
    std::string digits;
    bool in_remark = false;
    for (const char letter : block) {
        if (letter == '#') in_remark = true;
        if (letter == '\n') in_remark = false;
        if (!in_remark && letter != ' ' && letter != '\n') digits += letter;
    }
    return digits;
}

}  // namespace

TEST_CASE("the worked example of FORMAT.md is what this code writes") {
    const auto blocks = blocks_of(read_text(std::string(MOTCUA_SOURCE_DIR) + "/sync/FORMAT.md"));
    const auto root = key_of_seed(std::byte{1}), registry_key = key_of_seed(std::byte{2}), cosigner = key_of_seed(std::byte{3}),
               node_key = key_of_seed(std::byte{4});
    const std::string origin = registry_origin("H26", registry_key.public_key());
    LogWriter writer(LogHead::empty(origin, registry_key.public_key(), LogClass::registry), registry_key);
    const RootSetContent content{"H26", "Hà Nội", registry_key.public_key(), {root.public_key()}, 1};
    const ActId id = value_of(writer.append({.signer = &root, .at = WallTime{std::chrono::milliseconds{1'767'225'600'000}},
                                             .kind = Kind::root_set, .subject = {}, .prior = {}, .content = to_item(content), .body = {}}, 0));
    const CheckedExtension extension = std::move(writer).finish();
    const Act& act = extension.acts().front();
    const crypto::Checkpoint checkpoint{origin, 1, extension.head().tree.root()};
    const std::string cosigner_name = cosigner_verifier(node_origin("H26", node_key.public_key()), cosigner.public_key()).name;
    const auto cosignature = crypto::cosign(checkpoint, cosigner_name, cosigner, crypto::CosignTime{std::chrono::seconds{1'767'225'660}});

    CHECK(blocks.at("text origin") == origin + "\n");
    CHECK(digits_of(blocks.at("hex log-id")) == to_hex(extension.head().id.view()));
    CHECK(digits_of(blocks.at("hex entry-0")) == to_hex(act.envelope));
    CHECK(act.envelope.size() == 279);
    CHECK(to_hex(act.signed_bytes()).starts_with(digits_of(blocks.at("hex signed-bytes-begin"))));
    CHECK(digits_of(blocks.at("hex act-id")) == to_hex(id.view()));
    CHECK(blocks.at("text checkpoint") == extension.checkpoint().format());
    CHECK(blocks.at("text cosignature") == cosignature.line());
    const RootPin pin = value_of(RootPin::parse(blocks.at("text root").substr(0, blocks.at("text root").size() - 1)));
    CHECK(pin.root == root_verifier(origin, root.public_key()));
    CHECK(Registry(pin).apply(act));
}

TEST_CASE("FORMAT.md lists every kind with its number") {
    const std::string document = read_text(std::string(MOTCUA_SOURCE_DIR) + "/sync/FORMAT.md");
    for (unsigned number = 0; number < 256; ++number) {
        const auto kind = static_cast<Kind>(number);
        const std::string row = "| " + std::to_string(number) + " | " + std::string(name_of(kind)) + " |";
        INFO(row);
        CHECK((document.find(row) != std::string::npos) == (class_of(kind) != KindClass::unknown));
    }
}
