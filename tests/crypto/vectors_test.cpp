/// Other people's vectors, where ../shared has them.

#include <sodium.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "crypto/cbor.hpp"
#include "crypto/cose.hpp"
#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"
#include "crypto/noise.hpp"
#include "crypto/note.hpp"
#include "tests/crypto/seeded_random.hpp"
#include "tests/support/vectors.hpp"

using namespace motcua;
using namespace motcua::crypto;
using nlohmann::json;
using tests::find_shared;
using tests::read_text;

namespace {

Bytes hex(const json& text) {
    return from_hex(text.get<std::string>()).value();
}

std::optional<json> shared_json(const std::string& relative) {
    const auto path = find_shared("vectors/" + relative);
    if (!path) return std::nullopt;
    return json::parse(read_text(*path));
}

NoiseKeyPair noise_key(const json& text) {
    return NoiseKeyPair::from_secret(Secret::copy_of(hex(text))).value();
}

/// Runs one of the published handshakes with both sides ours; true where every message has the published bytes.
void check_noise_vector(const json& vector) {
    tests::SeededRandom random;
    const NoiseKeyPair initiator_key = noise_key(vector["init_static"]);
    const NoiseKeyPair responder_key = noise_key(vector["resp_static"]);
    NoiseHandshake initiator(NoiseRole::initiator, initiator_key, hex(vector["init_prologue"]), random,
                             noise_key(vector["init_ephemeral"]));
    NoiseHandshake responder(NoiseRole::responder, responder_key, hex(vector["resp_prologue"]), random,
                             noise_key(vector["resp_ephemeral"]));
    const json& messages = vector["messages"];
    for (std::size_t index = 0; index < 3; ++index) {
        NoiseHandshake& writer = index % 2 == 0 ? initiator : responder;
        NoiseHandshake& reader = index % 2 == 0 ? responder : initiator;
        const Bytes message = writer.write(hex(messages[index]["payload"])).value();
        CHECK(to_hex(message) == messages[index]["ciphertext"].get<std::string>());
        CHECK(reader.read(message).value() == hex(messages[index]["payload"]));
    }
    NoiseTransport ends[] = {initiator.split(), responder.split()};
    CHECK(ends[0].peer == responder_key.public_key());
    CHECK(ends[1].peer == initiator_key.public_key());
    for (const NoiseTransport& end : ends)
        if (vector.contains("handshake_hash"))
            CHECK(to_hex(end.handshake_hash.view()) == vector["handshake_hash"].get<std::string>());
    for (std::size_t index = 3; index < messages.size(); ++index) {
        NoiseTransport& writer = ends[index % 2];
        NoiseTransport& reader = ends[1 - index % 2];
        const Bytes message = writer.send.encrypt({}, hex(messages[index]["payload"])).value();
        CHECK(to_hex(message) == messages[index]["ciphertext"].get<std::string>());
        CHECK(reader.receive.decrypt({}, message).value() == hex(messages[index]["payload"]));
    }
}

/// The hash of a vector, which may have any length there; another than 32 bytes can be no hash of ours.
std::optional<Hash> hash_of(const json& text) {
    const auto bytes = from_base64(text.get<std::string>());
    const auto hash = bytes ? Hash::from(*bytes) : std::unexpected(bytes.error());
    return hash ? std::optional(*hash) : std::nullopt;
}

std::optional<std::vector<Hash>> proof_of(const json& list) {
    std::vector<Hash> proof;
    if (list.is_null()) return proof;
    for (const json& text : list) {
        const auto hash = hash_of(text);
        if (!hash) return std::nullopt;
        proof.push_back(*hash);
    }
    return proof;
}

std::vector<json> json_files_under(const std::filesystem::path& folder) {
    std::vector<json> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".json") files.push_back(json::parse(read_text(entry.path())));
    return files;
}

}  // namespace

TEST_CASE("the Noise handshakes of cacophony, noise-c and snow come out byte for byte") {
    const auto file = shared_json("noise/noise_xx_25519_chachapoly_sha256.json");
    if (!file) return;
    REQUIRE((*file)["vectors"].size() == 3);
    for (const json& vector : (*file)["vectors"]) check_noise_vector(vector);
}

TEST_CASE("Ed25519 decides as Wycheproof expects, all 151") {
    const auto file = shared_json("wycheproof/ed25519_test.json");
    if (!file) return;
    int cases = 0;
    for (const json& group : (*file)["testGroups"]) {
        const PublicKey key = PublicKey::from(hex(group["publicKey"]["pk"])).value();
        for (const json& test : group["tests"]) {
            const auto signature = Signature::from(hex(test["sig"]));
            CAPTURE(test["tcId"].get<int>(), test["comment"].get<std::string>());
            CHECK((signature && verify(key, hex(test["msg"]), *signature)) == (test["result"] == "valid"));
            ++cases;
        }
    }
    CHECK(cases == 151);
}

TEST_CASE("Ed25519 decides the 914 edge cases by our rule, with no exception") {
    const auto file = shared_json("ed25519/ed25519vectors.json");
    if (!file) return;
    REQUIRE(file->size() == 914);
    // The rule of signature.hpp in the words of the vectors: components of small order pass where nothing is left of
    // them.
    const std::set<std::string> refused_flags = {"low_order_A",     "low_order_R",       "non_canonical_A",
                                                 "non_canonical_R", "low_order_residue", "reencoded_k"};
    std::string verdicts;
    for (const json& test : *file) {
        bool expected = true;
        if (test["flags"].is_array())
            for (const json& flag : test["flags"])
                expected = expected && !refused_flags.contains(flag.get<std::string>());
        const PublicKey key = PublicKey::from(hex(test["key"])).value();
        const bool accepted =
            verify(key, as_bytes(test["msg"].get<std::string>()), Signature::from(hex(test["sig"])).value());
        CAPTURE(test["number"].get<int>());
        CHECK(accepted == expected);
        verdicts += accepted ? '1' : '0';
    }
    CHECK(std::ranges::count(verdicts, '1') == 43);
    CHECK(to_hex(sha256(as_bytes(verdicts)).view()) ==
          "9111cd3acbe211e15031707588bc9d68cb7b0c2d8f500fad1ebfedfc4362ffab");
}

TEST_CASE("X25519 computes Wycheproof's secrets and refuses the 31 that are all zeros") {
    const auto file = shared_json("wycheproof/x25519_test.json");
    if (!file) return;
    int computed = 0;
    int refused = 0;
    for (const json& group : (*file)["testGroups"]) {
        for (const json& test : group["tests"]) {
            const auto secret = shared_secret(noise_key(test["private"]), NoiseKey::from(hex(test["public"])).value());
            CAPTURE(test["tcId"].get<int>());
            if (hex(test["shared"]) == Bytes(32)) {
                CHECK(test["result"] == "acceptable");
                CHECK_FALSE(secret);
                ++refused;
            } else {
                REQUIRE(secret);
                CHECK(to_hex(secret->view()) == test["shared"].get<std::string>());
                ++computed;
            }
        }
    }
    CHECK(computed == 487);
    CHECK(refused == 31);
}

TEST_CASE("ChaCha20-Poly1305 as Noise calls it opens Wycheproof's messages and no forged one") {
    const auto file = shared_json("wycheproof/chacha20_poly1305_test.json");
    if (!file) return;
    int opened = 0;
    int refused = 0;
    for (const json& group : (*file)["testGroups"]) {
        if (group["ivSize"] != 96) continue;  // other nonces cannot be written down in our interface
        for (const json& test : group["tests"]) {
            const Bytes key = hex(test["key"]), nonce = hex(test["iv"]), ad = hex(test["aad"]),
                        plaintext = hex(test["msg"]);
            Bytes sealed = hex(test["ct"]);
            append(sealed, hex(test["tag"]));
            const auto raw = [](const Bytes& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
            Bytes result(sealed.size() - crypto_aead_chacha20poly1305_ietf_ABYTES);
            const int status = crypto_aead_chacha20poly1305_ietf_decrypt(
                reinterpret_cast<unsigned char*>(result.data()), nullptr, nullptr, raw(sealed), sealed.size(), raw(ad),
                ad.size(), raw(nonce), raw(key));
            CAPTURE(test["tcId"].get<int>());
            CHECK((status == 0) == (test["result"] == "valid"));
            if (status == 0) CHECK(result == plaintext);
            ++(status == 0 ? opened : refused);
            if (nonce != Bytes(12) || status != 0) continue;
            CipherState cipher(Secret::copy_of(key));  // its first message has that nonce
            CHECK(cipher.encrypt(ad, plaintext).value() == sealed);
        }
    }
    CHECK(opened == 256);
    CHECK(refused == 60);
}

TEST_CASE("transparency-dev's inclusion proofs are decided as expected") {
    const auto folder = find_shared("vectors/merkle/testdata/inclusion");
    if (!folder) return;
    int accepted_count = 0;
    for (const json& test : json_files_under(*folder)) {
        const auto leaf = hash_of(test["leafHash"]);
        const auto root = hash_of(test["root"]);
        const auto proof = proof_of(test["proof"]);
        const bool accepted = leaf && root && proof &&
                              verify_inclusion(*leaf, test["leafIdx"].get<std::uint64_t>(),
                                               test["treeSize"].get<std::uint64_t>(), *proof, *root);
        CAPTURE(test["desc"].get<std::string>());
        CHECK(accepted == !test["wantErr"].get<bool>());
        accepted_count += accepted;
    }
    CHECK(accepted_count == 6);
}

TEST_CASE("transparency-dev's consistency proofs are decided as expected") {
    const auto folder = find_shared("vectors/merkle/testdata/consistency");
    if (!folder) return;
    int accepted_count = 0;
    int without_hashes = 0;
    for (const json& test : json_files_under(*folder)) {
        const auto from_root = hash_of(test["root1"]);
        const auto to_root = hash_of(test["root2"]);
        const auto proof = proof_of(test["proof"]);
        CAPTURE(test["desc"].get<std::string>());
        if (!from_root || !to_root || !proof) {  // some roots are just "don't care": no hash of ours, nothing to decide
            ++without_hashes;
            continue;
        }
        const bool accepted = verify_consistency(test["size1"].get<std::uint64_t>(), test["size2"].get<std::uint64_t>(),
                                                 *proof, *from_root, *to_root)
                                  .has_value();
        CHECK(accepted == !test["wantErr"].get<bool>());
        accepted_count += accepted;
    }
    CHECK(accepted_count == 5);
    CHECK(without_hashes == 27);
}

TEST_CASE("the COSE working group's signed bytes are ours, and their other headers are refused") {
    const auto ed448 = shared_json("cose/eddsa-examples/eddsa-sig-02.json");
    const auto ed25519 = shared_json("cose/eddsa-examples/eddsa-sig-01.json");
    const auto folder = find_shared("vectors/cose");
    if (!ed448 || !ed25519 || !folder) return;
    // Its protected header is exactly ours; only the curve is another.
    CHECK(sign1_signed_bytes(as_bytes((*ed448)["input"]["plaintext"].get<std::string>())) ==
          hex((*ed448)["intermediates"]["ToBeSign_hex"]));

    const SigningKey key =
        SigningKey::from_seed(Secret::copy_of(hex((*ed25519)["input"]["sign0"]["key"]["d_hex"]))).value();
    const Bytes envelope = hex((*ed25519)["output"]["cbor"]);
    CHECK(to_bytes(key.sign(hex((*ed25519)["intermediates"]["ToBeSign_hex"])).view()) ==
          to_bytes(ByteView(envelope).last(64)));

    int examples = 0;
    for (const json& example : json_files_under(*folder)) {  // none has protected {1: -8} and an empty unprotected map
        CHECK_FALSE(parse_sign1(hex(example["output"]["cbor"])));
        ++examples;
    }
    CHECK(examples == 13);
}

TEST_CASE("RFC 8949's examples are kept verbatim where they are in the profile, else refused") {
    const auto file = shared_json("cbor/appendix_a.json");
    if (!file) return;
    const std::string refused_first = "abcdef";  // maps, tags, floats and simple values by their first hex digit
    const std::set<std::string> simple = {"f4", "f5", "f6"};
    const std::set<std::string> refused_within = {"3bffffffffffffffff", "826161a161626163", "826161bf61626163ff",
                                                  "83018202039f0405ff", "83019f0203ff820405"};
    int kept = 0;
    for (const json& example : *file) {
        const std::string text = example["hex"];
        const bool indefinite = text.starts_with("5f") || text.starts_with("7f") || text.starts_with("9f");
        const bool expected = simple.contains(text) || (refused_first.find(text[0]) == std::string::npos &&
                                                        !indefinite && !refused_within.contains(text));
        CAPTURE(text);
        CHECK(cbor::check(hex(text)).has_value() == expected);
        if (!expected) continue;
        CHECK(cbor::encode(cbor::decode<cbor::Item>(hex(text)).value()) == hex(text));
        ++kept;
        const json& value = example.value("decoded", json());
        if (value.is_number_unsigned())
            CHECK(cbor::decode<std::uint64_t>(hex(text)).value() == value.get<std::uint64_t>());
        else if (value.is_number_integer())
            CHECK(cbor::decode<std::int64_t>(hex(text)).value() == value.get<std::int64_t>());
        else if (value.is_boolean())
            CHECK(cbor::decode<bool>(hex(text)).value() == value.get<bool>());
        else if (value.is_string())
            CHECK(cbor::decode<std::string>(hex(text)).value() == value.get<std::string>());
    }
    CHECK(kept == 31);
}

TEST_CASE("everything not well-formed and everything non-deterministic is refused") {
    const auto not_well_formed = shared_json("cbor/not_well_formed.json");
    const auto nondeterministic = shared_json("cbor/nondeterministic.json");
    if (!not_well_formed || !nondeterministic) return;
    CHECK(not_well_formed->size() == 122);
    CHECK(nondeterministic->size() == 28);
    for (const json& list : {*not_well_formed, *nondeterministic}) {
        for (const json& item : list) {
            CAPTURE(item["hex"].get<std::string>(), item["why"].get<std::string>());
            CHECK_FALSE(cbor::check(hex(item["hex"])));
            CHECK_FALSE(cbor::decode<std::uint64_t>(hex(item["hex"])));
            CHECK_FALSE(cbor::decode<std::vector<cbor::Item>>(hex(item["hex"])));
        }
    }
}

TEST_CASE("Tessera's checkpoints are signed by its key, and its leaves have their roots") {
    const auto folder = find_shared("vectors/tlog_tiles/testdata/log");
    if (!folder) return;
    const VerifierKey key =
        VerifierKey::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx").value();
    const std::string tile = read_text(*folder / "tile/0/000.p/15");
    std::vector<Hash> leaves;
    for (std::size_t offset = 0; offset < tile.size(); offset += Hash::size)
        leaves.push_back(Hash::from(as_bytes(tile).subspan(offset, Hash::size)).value());
    REQUIRE(leaves.size() == 15);
    std::vector<Checkpoint> checkpoints;
    for (std::uint64_t size = 0; size <= 15; ++size) {
        const std::string text = read_text(*folder / ("checkpoint." + std::to_string(size)));
        const auto note = Note::parse(text);
        REQUIRE(note);
        CHECK(note->format() == text);
        const auto checkpoint = open_checkpoint(*note, key);
        REQUIRE(checkpoint);
        CHECK(checkpoint->size == size);
        CHECK(checkpoint->root == root_of(std::span(leaves).first(size)));
        checkpoints.push_back(*checkpoint);
        for (const Checkpoint& earlier : checkpoints)
            CHECK(verify_consistency(earlier.size, size, consistency_proof(leaves, earlier.size, size), earlier.root,
                                     checkpoint->root));
        Note altered = *note;
        altered.text[0] = 'E';
        CHECK_FALSE(open_checkpoint(altered, key));
    }
}
