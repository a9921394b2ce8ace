// What was once cosigned needs no second check of its signatures before it is taken; nothing else is spared it.

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

class CountingChecker final : public SignatureChecker {
  public:
    std::size_t asked = 0;
    std::optional<std::size_t> first_bad(std::span<const SignedMessage> messages) override {
        asked += messages.size();
        return SequentialSignatureChecker().first_bad(messages);
    }
};

/// A commune's log of twelve entries, of which the first `size` were cosigned once.
struct Cosigned {
    static constexpr std::uint64_t entries = 12;
    World world;
    TestNode& commune = world.first();
    CountingChecker checker;
    std::vector<Hash> leaves;
    Cosigned() {
        while (commune.log.head.size() < entries) world.receive(commune);
        for (const auto& act : commune.log.acts) leaves.push_back(Hash{act.id.bytes});
    }
    [[nodiscard]] OnceCosigned upto(std::uint64_t size) const { return {.size = size, .root = crypto::root_of(std::span(leaves).first(size))}; }
    [[nodiscard]] Extension part(std::uint64_t from, std::uint64_t to, std::uint64_t proven_to = 0) const {
        auto extension = commune.log.extension(from, to);
        if (proven_to > to) extension.proof = crypto::consistency_proof(leaves, to, proven_to);
        return extension;
    }
    Result<CheckedExtension> check(const LogHead& base, Extension extension, const OnceCosigned& cosigned) {
        checker.asked = 0;
        return check_extension(base, std::move(extension), checker, world.registry_roots(), cosigned);
    }
    [[nodiscard]] LogHead empty() const { return LogHead::empty(commune.log.head.origin, commune.log.head.log_key, LogClass::node); }
};

}  // namespace

TEST_CASE("once cosigned: up to that size hashes suffice, behind it every signature is checked") {
    Cosigned scene;
    const auto checked = value_of(scene.check(scene.empty(), scene.part(0, 12), scene.upto(9)));
    CHECK(checked.deferred() == 9);
    CHECK(scene.checker.asked == 3);
}

TEST_CASE("once cosigned: an extension that ends before needs the proof that leads there") {
    Cosigned scene;
    const auto first = value_of(scene.check(scene.empty(), scene.part(0, 5, 11), scene.upto(11)));
    CHECK(first.deferred() == 5);
    CHECK(scene.checker.asked == 0);
    const auto second = value_of(scene.check(first.head(), scene.part(5, 8, 11), scene.upto(11)));
    CHECK(second.deferred() == 3);
    const auto last = value_of(scene.check(second.head(), scene.part(8, 12), scene.upto(11)));
    CHECK(last.deferred() == 3);
    CHECK(scene.checker.asked == 1);
}

TEST_CASE("once cosigned: without a proof, with another's or with a damaged one, the signatures are checked as ever") {
    Cosigned scene;
    auto damaged = scene.part(0, 5, 11);
    damaged.proof.back().bytes[0] ^= std::byte{1};
    for (auto extension : {scene.part(0, 5), scene.part(0, 5, 10), damaged}) {
        CHECK(value_of(scene.check(scene.empty(), std::move(extension), scene.upto(11))).deferred() == 0);
        CHECK(scene.checker.asked == 5);
    }
    auto other = scene.upto(9);
    other.root.bytes[0] ^= std::byte{1};
    CHECK(value_of(scene.check(scene.empty(), scene.part(0, 12), other)).deferred() == 0);
    CHECK(scene.checker.asked == 12);
}

TEST_CASE("once cosigned: what was cosigned at or below what is stored spares nothing") {
    Cosigned scene;
    const auto base = value_of(scene.check(scene.empty(), scene.part(0, 6), scene.upto(6))).head();
    CHECK(value_of(scene.check(base, scene.part(6, 12), scene.upto(6))).deferred() == 0);
    CHECK(scene.checker.asked == 6);
}

TEST_CASE("once cosigned: another history that the log itself signed is not spared, however it is proven") {
    Cosigned scene;
    World other_world;
    TestNode& other = other_world.first();
    while (other.log.head.size() < Cosigned::entries) other_world.receive(other, "Another");
    REQUIRE(other.log.head.id == scene.commune.log.head.id);
    auto extension = other.log.extension(0, 5);
    extension.proof = crypto::consistency_proof(scene.leaves, 5, 11);
    CHECK(value_of(scene.check(scene.empty(), extension, scene.upto(11))).deferred() == 0);
    CHECK(scene.checker.asked == 5);
}
