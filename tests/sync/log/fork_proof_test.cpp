// A log that signed two histories is convicted by two of its own checkpoints and nothing else.
#include <catch2/catch.hpp>

#include "sync/log/fork_proof.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// A node restored from a copy: both go on from one size, each in its own way.
struct Clones {
    World world;
    TestNode& node = world.first();
    TestLog one, other;

    explicit Clones(std::size_t more_here = 3, std::size_t more_there = 1) {
        world.receive(node);
        const TestLog copy = node.log;
        for (std::size_t act = 0; act < more_here; ++act) world.receive(node);
        one = node.log;
        node.log = copy;
        for (std::size_t act = 0; act < more_there; ++act) world.receive(node, "Trần Thị Bình");
        other = node.log;
    }
    [[nodiscard]] std::string origin() const { return node.log.head.origin; }
    [[nodiscard]] PublicKey key() const { return node.log_key->public_key(); }

    static ForkSide side(const TestLog& log, std::uint64_t size, std::optional<std::uint64_t> index) {
        ForkSide side{.note = log.checkpoints.at(size - 1), .leaf = {}, .path = {}};
        if (!index) return side;
        std::vector<Hash> leaves;
        for (const Act& act : log.acts) leaves.push_back(Hash{act.id.bytes});
        side.leaf = leaves.at(*index);
        side.path = crypto::inclusion_proof(leaves, *index, size);
        return side;
    }
    /// Of the newest checkpoints of both.
    [[nodiscard]] Result<ForkProof> prove() const {
        const auto index = fork_index(one.head.size(), other.head.size());
        return make_fork_proof(side(one, one.head.size(), index), side(other, other.head.size(), index), index, origin(), key());
    }
};

}  // namespace

TEST_CASE("two checkpoints of one size with different roots prove a fork") {
    const Clones clones(2, 2);
    const auto proof = value_of(clones.prove());
    CHECK_FALSE(proof.index);
    CHECK_FALSE(proof.one.leaf);
    CHECK(verify_fork(proof, clones.origin(), clones.key()));
    CHECK(proof.encode().size() < 1000);
}

TEST_CASE("two checkpoints of different sizes prove a fork with the leaves at one index") {
    const Clones clones(5, 2);
    const auto proof = value_of(clones.prove());
    CHECK(proof.index == clones.other.head.size() - 1);
    CHECK(verify_fork(proof, clones.origin(), clones.key()));
    const auto again = value_of(ForkProof::decode(proof.encode()));
    CHECK(again == proof);
    CHECK(verify_fork(again, clones.origin(), clones.key()));
}

TEST_CASE("whichever side makes it, a proof of the same evidence is the same bytes") {
    Clones clones(5, 2);
    const auto proof = value_of(clones.prove());
    std::swap(clones.one, clones.other);
    CHECK(value_of(clones.prove()).encode() == proof.encode());
}

TEST_CASE("a proof keeps the log's signature alone, so that cosignatures do not fill it") {
    Clones clones(2, 2);
    auto note = value_of(crypto::Note::parse(clones.one.checkpoints.back()));
    const auto checkpoint = value_of(crypto::Checkpoint::parse(note.text));
    for (std::size_t count = 0; count + 1 < crypto::Note::signatures_max; ++count) {
        const TestNode& hub = clones.world.hub();
        note.signatures.push_back(crypto::cosign(checkpoint, hub.cosigner().name, *hub.cosigner_key, crypto::CosignTime{std::chrono::seconds{count}}));
    }
    const auto bare = value_of(clones.prove());
    clones.one.checkpoints.back() = note.format();
    REQUIRE(clones.one.checkpoints.back().size() > fork_proof_bytes_max);
    CHECK(value_of(clones.prove()) == bare);
}

TEST_CASE("an honest log cannot be accused") {
    Clones clones(4, 1);
    const std::uint64_t size = clones.one.head.size();
    for (std::uint64_t earlier = 1; earlier <= size; ++earlier) {
        const auto index = fork_index(size, earlier);
        const auto whole = Clones::side(clones.one, size, index), part = Clones::side(clones.one, earlier, index);
        CHECK_FALSE(make_fork_proof(whole, part, index, clones.origin(), clones.key()));
        // Nor by a leaf of another place, or without an index.
        const bool is_there = index == 0;
        if (!is_there) CHECK_FALSE(make_fork_proof(Clones::side(clones.one, size, 0), part, index, clones.origin(), clones.key()));
        CHECK_FALSE(verify_fork({std::nullopt, {whole.note, {}, {}}, {part.note, {}, {}}}, clones.origin(), clones.key()));
    }
}

TEST_CASE("what is changed in a proof makes it none") {
    Clones clones(5, 2);
    const auto proof = value_of(clones.prove());
    const auto is_refused = [&](const ForkProof& changed) { return kind_of(verify_fork(changed, clones.origin(), clones.key())) == ErrorKind::verification; };
    ForkProof changed = proof;
    changed.other = changed.one;
    CHECK(is_refused(changed));
    changed = proof;
    changed.one.leaf->bytes[0] ^= std::byte{1};
    CHECK(is_refused(changed));
    changed = proof;
    changed.one.leaf.reset();
    CHECK(is_refused(changed));
    changed = proof;
    changed.index = *changed.index + 100;
    CHECK(is_refused(changed));
    changed = proof;
    changed.index.reset();
    CHECK(is_refused(changed));
    changed = proof;
    changed.other.note.replace(changed.other.note.find('\n') + 1, 1, "9");
    CHECK(is_refused(changed));
    CHECK(kind_of(verify_fork(proof, clones.world.second().log.head.origin, clones.key())) == ErrorKind::verification);
    CHECK(kind_of(verify_fork(proof, clones.origin(), clones.world.second().log_key->public_key())) == ErrorKind::verification);
}

TEST_CASE("a proof is decoded within 4 KB and in its own form alone") {
    const auto bytes = value_of(Clones(5, 2).prove()).encode();
    CHECK(bytes.size() < fork_proof_bytes_max);
    for (std::size_t length = 0; length < bytes.size(); ++length) CHECK_FALSE(ForkProof::decode(ByteView(bytes).first(length)));
    Bytes longer = bytes;
    longer.resize(fork_proof_bytes_max + 1);
    CHECK(ForkProof::decode(longer).error().message.find("over the limit") != std::string::npos);
    CHECK(kind_of(ForkProof::decode(cbor::encode(std::string("no proof")))) == ErrorKind::verification);
}

TEST_CASE("the longest log's proof still fits") {
    // Paths of 40 hashes each: a log of 2^40 entries.
    const Clones clones(5, 2);
    auto proof = value_of(clones.prove());
    proof.one.path.assign(40, Hash{});
    proof.other.path.assign(40, Hash{});
    CHECK(proof.encode().size() < fork_proof_bytes_max);
}

TEST_CASE("a proof says in words what it proves") {
    const Clones clones(5, 2);
    const auto proof = value_of(clones.prove());
    const std::string text = proof.text();
    CHECK(text.find(clones.origin() + " signed two histories") != std::string::npos);
    CHECK(text.find("size " + std::to_string(clones.one.head.size())) != std::string::npos);
    CHECK(text.find("size " + std::to_string(clones.other.head.size())) != std::string::npos);
    CHECK(text.find("Entry " + std::to_string(*proof.index)) != std::string::npos);
    CHECK(value_of(Clones(2, 2).prove()).text().find("cannot have both") != std::string::npos);
    CHECK(ForkProof{}.text().find("unreadable") != std::string::npos);
}

TEST_CASE("a proof tells how far both histories are surely one") {
    // Entries 0 and 1 are of both. What the proof can tell ends at a subtree's border.
    for (const auto& [here, there, told] : {std::tuple(5, 1, 2), std::tuple(1, 4, 2), std::tuple(7, 5, 0), std::tuple(2, 2, 0)}) {
        const auto proof = value_of(Clones(static_cast<std::size_t>(here), static_cast<std::size_t>(there)).prove());
        CHECK(shared_size(proof) == static_cast<std::uint64_t>(told));
    }
}

TEST_CASE("a proof as a file convinces whoever knows no more than the log's name") {
    const Clones clones(5, 2);
    const ForkDocument document{log_verifier(clones.origin(), clones.key()), value_of(clones.prove())};
    const auto file = document.encode();
    CHECK(file.size() < fork_proof_bytes_max);
    const auto opened = value_of(open_fork_document(file));
    CHECK(opened.log.name == clones.origin());
    CHECK(opened.proof == document.proof);
    for (std::size_t byte = 0; byte < file.size(); byte += 7) {
        Bytes changed = file;
        changed[byte] ^= std::byte{1};
        CHECK_FALSE(open_fork_document(changed));
    }
    // Signed twice by a key of one's own, under another log's name.
    const auto thief = signing_key("thief");
    auto forged = document;
    forged.log.key = thief.public_key();
    std::uint64_t size = 3;
    for (ForkSide* side : {&forged.proof.one, &forged.proof.other}) {
        side->note = crypto::sign_checkpoint({clones.origin(), size, Hash{}}, thief).format();
        side->leaf.reset();
        side->path.clear();
    }
    forged.proof.other.note = crypto::sign_checkpoint({clones.origin(), size, crypto::sha256(as_bytes("another"))}, thief).format();
    forged.proof.index.reset();
    REQUIRE(verify_fork(forged.proof, clones.origin(), thief.public_key()));
    CHECK(open_fork_document(forged.encode()).error().message.find("name") != std::string::npos);
}
