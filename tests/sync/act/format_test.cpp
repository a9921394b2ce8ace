// sync/FORMAT.md opens with a whole log in hex. Every block of it is made anew here and compared.
#include <catch2/catch.hpp>
#include <sstream>

#include "sync/act/adoption.hpp"
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

TEST_CASE("the two logs of one line in FORMAT.md are what this code writes") {
    const auto blocks = blocks_of(read_text(std::string(MOTCUA_SOURCE_DIR) + "/sync/FORMAT.md"));
    const auto root = key_of_seed(std::byte{1}), registry_key = key_of_seed(std::byte{2}), old_key = key_of_seed(std::byte{5}), head = key_of_seed(std::byte{6}),
               next_key = key_of_seed(std::byte{7});
    const OfficeId office{"H26.1", 0};
    const WallTime at{std::chrono::milliseconds{1'767'225'600'000}};
    const auto noise = [](std::byte every_byte) {
        NoiseKey key;
        key.bytes.fill(every_byte);
        return key;
    };
    TestLog registry_log{.head = LogHead::empty(registry_origin("H26", registry_key.public_key()), registry_key.public_key(), LogClass::registry),
                         .key = &registry_key, .acts = {}, .bodies = {}, .checkpoints = {}};
    Registry registry({root_verifier(registry_log.head.origin, root.public_key())});
    const auto state = [&](Kind kind, Bytes subject, const auto& content) {
        const Act act = value_of(registry_log.append({.signer = &root, .at = at, .kind = kind, .subject = std::move(subject), .prior = {},
                                                      .content = to_item(content), .body = {}}, registry_log.acts.size()));
        CHECK(value_of(registry.apply(act)).effective());
        return act;
    };
    const auto log_of = [&](const crypto::SigningKey& key) {
        return TestLog{.head = LogHead::empty(node_origin(office.code, key.public_key()), key.public_key(), LogClass::node), .key = &key, .acts = {}, .bodies = {},
                       .checkpoints = {}};
    };
    const auto open = [&](TestLog& log, std::byte noise_byte, std::optional<Predecessor> predecessor) {
        const OpenContent content{office, "Ba Đình", log.key->public_key(), noise(noise_byte), std::nullopt, predecessor, registry_log.checkpoints.back()};
        value_of(log.append({.signer = log.key, .at = at, .kind = Kind::open, .subject = to_bytes(log.head.id.view()), .prior = {}, .content = to_item(content),
                             .body = {}}, 0));
    };
    TestLog old = log_of(old_key), next = log_of(next_key);
    state(Kind::root_set, {}, RootSetContent{"H26", "Hà Nội", registry_key.public_key(), {root.public_key()}, 1});
    state(Kind::office, cbor::encode(office), OfficeContent{office, "Phường Ba Đình", OfficeKind::commune, std::nullopt});
    state(Kind::node, to_bytes(old.head.id.view()), NodeContent{office, "Ba Đình", old_key.public_key(), noise(std::byte{0x15}), std::nullopt});
    state(Kind::officer, to_bytes(head.public_key().view()), OfficerContent{office, 4, std::nullopt});
    open(old, std::byte{0x15}, std::nullopt);
    DossierId dossier;
    ActId prior;
    dossier.bytes.fill(std::byte{0x22});
    prior.bytes.fill(std::byte{0x33});
    const Act lost = value_of(old.append({.signer = &head, .at = at, .kind = Kind::note, .subject = to_bytes(dossier.view()), .prior = prior,
                                          .content = to_item(StepContent{}), .body = {}}, 4));
    state(Kind::node, to_bytes(next.head.id.view()), NodeContent{office, "Ba Đình", next_key.public_key(), noise(std::byte{0x17}), std::nullopt});
    const Hash left_root{old.acts[0].id.bytes};
    const Act seal = state(Kind::seal, to_bytes(old.head.id.view()), SealContent{1, left_root, next.head.id});
    open(next, std::byte{0x17}, Predecessor{old.head.id, 1, left_root});
    CHECK(registry.judge(lost) == Verdict{Standing::quarantined, Reason::beyond_seal});
    const AdoptContent content{lost.envelope, head.public_key(), countersign(head, next.head.id, lost.id)};
    const Act adopting = value_of(next.append({.signer = &next_key, .at = at, .kind = Kind::adopt, .subject = lost.payload.subject, .prior = {},
                                               .content = to_item(content), .body = {}}, 6));
    CHECK(registry.judge(adopting).effective());
    CHECK(digits_of(blocks.at("hex seal")) == to_hex(seal.envelope));
    CHECK(digits_of(blocks.at("hex lost")) == to_hex(lost.envelope));
    CHECK(blocks.at("text countersigned") == std::string(as_text(countersigned_bytes(next.head.id, lost.id))));
    CHECK(digits_of(blocks.at("hex adopt")) == to_hex(adopting.envelope));
}
