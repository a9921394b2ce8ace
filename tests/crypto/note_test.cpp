#include "crypto/note.hpp"

#include <catch2/catch.hpp>

#include "crypto/merkle.hpp"
#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

/// The private key of RFC 8032 test 1; OpenSSL made the signatures below with it.
SigningKey rfc_key() {
    return SigningKey::from_seed(
               Secret::copy_of(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value()))
        .value();
}

const Checkpoint empty_log{.origin = "motcua/H26/0123", .size = 0, .root = root_of({})};
constexpr std::string_view empty_log_vkey = "motcua/H26/0123+09e51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr std::string_view empty_log_note =
    "motcua/H26/0123\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
    "— motcua/H26/0123 CeUVWImJWrw0He8vhwyq9GKgIxtRrAA/n1yhS7d4NFZqzWB7beyufUYPyUU2+1gQG5AUt79NO5pdj9yswS1FsDVwUgA=\n";
constexpr std::string_view cosigner_vkey = "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr std::string_view cosignature_line =
    "— witness.example/w1 "
    "63YswgAAAABpJIEA3jxowcSsGaGUTtzI5C5GPfA2GYZ4qznGJQdPNMID8cdUzwg4oB7cJdaaMU/4xmOPK0yFGPsrJQVGLNsjRTveBw==";

VerifierKey key_of(std::string_view text) {
    return VerifierKey::parse(text).value();
}

}  // namespace

TEST_CASE("the example of the signed-note documents verifies") {
    const VerifierKey key = key_of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    const auto note = Note::parse(
        "This is an example message.\n\n"
        "— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
    REQUIRE(note);
    CHECK(note->text == "This is an example message.\n");
    REQUIRE(note->signatures.size() == 1);
    CHECK(note->signatures[0].key_id == key.key_id());
    CHECK(key.key_id() == 0x530d903a);
    CHECK(verify(key.key, as_bytes(note->text), Signature::from(note->signatures[0].bytes).value()));
}

TEST_CASE("a checkpoint and its key are the same as those made with OpenSSL, byte for byte") {
    const SigningKey key = rfc_key();
    const VerifierKey verifier{.name = empty_log.origin, .type = NoteKeyType::ed25519, .key = key.public_key()};
    CHECK(verifier.text() == empty_log_vkey);
    CHECK(key_of(empty_log_vkey) == verifier);
    CHECK(sign_checkpoint(empty_log, key).format() == empty_log_note);
    const auto opened = open_checkpoint(Note::parse(empty_log_note).value(), verifier);
    REQUIRE(opened);
    CHECK(*opened == empty_log);
}

TEST_CASE("a cosignature is the same as one made with OpenSSL, byte for byte") {
    const CosignTime time{std::chrono::seconds(1764000000)};
    const NoteSignature line = cosign(empty_log, "witness.example/w1", rfc_key(), time);
    CHECK(line.line() == std::string(cosignature_line) + "\n");
    CHECK(NoteSignature::parse_line(cosignature_line).value() == line);
    CHECK(verify_cosignature(empty_log, line, key_of(cosigner_vkey)).value() == time);
}

TEST_CASE("a cosignature of another checkpoint, time, name or key is refused") {
    const VerifierKey cosigner = key_of(cosigner_vkey);
    const NoteSignature line = NoteSignature::parse_line(cosignature_line).value();
    Checkpoint other = empty_log;
    other.size = 1;
    CHECK_FALSE(verify_cosignature(other, line, cosigner));
    NoteSignature later = line;
    later.bytes[7] ^= std::byte{1};
    CHECK_FALSE(verify_cosignature(empty_log, later, cosigner));
    NoteSignature renamed = line;
    renamed.name = "witness.example/w2";
    CHECK_FALSE(verify_cosignature(empty_log, renamed, cosigner));
    NoteSignature without_time = line;
    without_time.bytes.erase(without_time.bytes.begin(), without_time.bytes.begin() + 8);
    CHECK_FALSE(verify_cosignature(empty_log, without_time, cosigner));
    VerifierKey log_key = cosigner;
    log_key.type = NoteKeyType::ed25519;
    CHECK_FALSE(verify_cosignature(empty_log, line, log_key));
}

TEST_CASE("a log's signature cannot pass for a cosignature, nor the other way round") {
    const SigningKey key = rfc_key();
    const Note note = sign_checkpoint(empty_log, key);
    const VerifierKey as_cosigner{.name = empty_log.origin, .type = NoteKeyType::cosignature, .key = key.public_key()};
    CHECK_FALSE(verify_cosignature(empty_log, note.signatures[0], as_cosigner));
    CHECK_FALSE(open_checkpoint(note, as_cosigner));
    Note cosigned{.text = note.text, .signatures = {cosign(empty_log, empty_log.origin, key, CosignTime{})}};
    CHECK_FALSE(open_checkpoint(cosigned, key_of(empty_log_vkey)));
}

TEST_CASE("opening a checkpoint ignores strangers but not a wrong signature of the log") {
    const VerifierKey log = key_of(empty_log_vkey);
    Note note = Note::parse(empty_log_note).value();
    const NoteSignature good = note.signatures[0];
    note.signatures.insert(note.signatures.begin(), NoteSignature::parse_line(cosignature_line).value());
    NoteSignature other_key = good;
    other_key.key_id ^= 1U;
    note.signatures.push_back(other_key);
    CHECK(open_checkpoint(note, log));

    NoteSignature wrong = good;
    wrong.bytes[0] ^= std::byte{1};
    note.signatures.push_back(wrong);
    CHECK_FALSE(open_checkpoint(note, log));
    note.signatures = {NoteSignature::parse_line(cosignature_line).value()};
    CHECK_FALSE(open_checkpoint(note, log));
    note.signatures = {good};
    note.text[16] = '1';
    CHECK_FALSE(open_checkpoint(note, log));
}

TEST_CASE("opening a checkpoint refuses a key whose name is not the origin") {
    const SigningKey key = rfc_key();
    const VerifierKey other{.name = "motcua/H26/4567", .type = NoteKeyType::ed25519, .key = key.public_key()};
    Note note = sign_checkpoint(empty_log, key);
    note.signatures[0].name = other.name;
    note.signatures[0].key_id = other.key_id();
    CHECK_FALSE(open_checkpoint(note, other));
}

TEST_CASE("a note parses to the letter and prints as it was") {
    const std::string signature = "— a AAAAAAA=\n";
    for (const std::string& good : {"text\n\n" + signature, "one\n\ntwo\n\n" + signature + "— b AAAAAAAA\n",
                                    "\n\n\n" + signature, "hồ sơ\n\n" + signature}) {
        CAPTURE(good);
        const auto note = Note::parse(good);
        REQUIRE(note);
        CHECK(note->format() == good);
    }
    for (const std::string& bad : std::vector<std::string>{"",
                                                           "\n",
                                                           "\n\n",
                                                           "text\n",
                                                           "text\n\n",
                                                           "text\n" + signature,
                                                           "text" + signature,
                                                           "\n" + signature,
                                                           "text\n\n" + signature + "\n",
                                                           "text\n\n— a AAAAAAA=",
                                                           "text\n\n- a AAAAAAA=\n",
                                                           "text\n\n—  a AAAAAAA=\n",
                                                           "text\n\n— a  AAAAAAA=\n",
                                                           "text\n\n— a AAAAAAA= \n",
                                                           "text\n\n— a AAAAAA==\n",
                                                           "text\n\n— a AAAAAAB=\n",
                                                           "text\n\n— a AAAAAAA\n",
                                                           "text\n\n— a\n",
                                                           "text\n\n— a \n",
                                                           "text\n\n—  AAAAAAA=\n",
                                                           "text\n\n— a+b AAAAAAA=\n",
                                                           "text\n\n— a\u00A0b AAAAAAA=\n",
                                                           "text\n\n— a\u3000b AAAAAAA=\n",
                                                           "te\txt\n\n" + signature,
                                                           "te\rxt\n\n" + signature,
                                                           std::string("te\0xt\n\n", 7) + signature,
                                                           "te\xFFxt\n\n" + signature,
                                                           "text\n\n" + signature + "trailing\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(Note::parse(bad));
    }
}

TEST_CASE("a note has limits") {
    std::string many = "text\n\n";
    for (std::size_t count = 0; count < Note::signatures_max; ++count) many += "— a AAAAAAA=\n";
    CHECK(Note::parse(many));
    CHECK_FALSE(Note::parse(many + "— a AAAAAAA=\n"));
    CHECK_FALSE(Note::parse(std::string(Note::bytes_max, 'x') + "\n\n— a AAAAAAA=\n"));
}

TEST_CASE("a checkpoint has three lines and each has one form") {
    const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    CHECK(Checkpoint::parse("o\n0\n" + root));
    CHECK(Checkpoint::parse("o\n18446744073709551615\n" + root).value().size == UINT64_MAX);
    for (const std::string& bad : std::vector<std::string>{
             "", "o\n", "o\n0\n", "\n0\n" + root, "\xFF\n0\n" + root, "o\n\n" + root, "o\n00\n" + root,
             "o\n01\n" + root, "o\n+1\n" + root, "o\n-1\n" + root, "o\n 1\n" + root, "o\n1 \n" + root,
             "o\n0x1\n" + root, "o\n18446744073709551616\n" + root, "o\n0\n" + root + "extension\n",
             "o\n0\n" + root + "\n", "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "o\n0\nAAAA\n",
             "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(Checkpoint::parse(bad));
    }
}

TEST_CASE("a verifier key has one text form") {
    CHECK(key_of(empty_log_vkey).text() == empty_log_vkey);
    for (const char* bad : {"", "a", "a+b", "motcua/H26/0123+09e51559+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
                            "motcua/H26/0123+09E51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
                            "motcua/H26/0124+09e51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
                            "motcua/H26/0123+09e51558+AtdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
                            "motcua/H26/0123+09e51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1E=",
                            " motcua/H26/0123+09e51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
                            "motcua/H26/0123+09e51558+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(VerifierKey::parse(bad));
    }
}
