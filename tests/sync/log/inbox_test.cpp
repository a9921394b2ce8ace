/// Extensions of an inbox: what makes one whole, and each way to be none.

#include <catch2/catch.hpp>

#include "sync/log/inbox.hpp"
#include "sync/registry/inbox_name.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

/// The hub's inbox for the second commune, and a dossier of the first one that goes into it.
struct Inbox {
    World world;
    Act creating = world.receive(world.first());
    Act handed_over = world.state(world.first(), Kind::hand_over, dossier_of(creating), creating.id, HandOverContent{world.second_office, {}, {}, {}});
    InboxName name = *inbox_name(world.registry, *world.registry.find_node(world.hub().id()), world.second_office);
    LogHead head = name.empty_head();
    SequentialSignatureChecker checker;

    /// Leaves under a tree and checkpoint that are right, whatever the leaves are.
    [[nodiscard]] Extension signed_over(std::vector<Bytes> leaves, const crypto::SigningKey* key = nullptr) {
        Extension extension{.log = head.id, .from = head.size(), .entries = {}, .bodies = {}, .checkpoint = {}};
        LogHead after = head;
        for (Bytes& leaf : leaves) {
            advance_inbox(after, leaf);
            extension.entries.push_back(std::move(leaf));
            extension.bodies.emplace_back();
        }
        extension.checkpoint = crypto::sign_checkpoint({head.origin, after.size(), after.tree.root()}, key == nullptr ? *world.hub().log_key : *key).format();
        return extension;
    }
    Result<CheckedInboxExtension> check(Extension extension) { return check_inbox_extension(head, std::move(extension), checker); }
    std::string trouble(Extension extension) {
        const auto checked = check(std::move(extension));
        return checked ? "" : checked.error().message;
    }
};

Bytes leaf_of(const LogId& log, std::uint64_t seq, ByteView envelope) { return encode_inbox_leaf(Position{log, Seq{seq}}, envelope); }

}  // namespace

TEST_CASE("an inbox is what its hub wrote, leaf by leaf, and what a checker makes of it") {
    Inbox inbox;
    InboxWriter writer(inbox.head, *inbox.world.hub().log_key);
    writer.append(inbox.creating, 100);
    writer.append(inbox.handed_over, 0);
    const CheckedInboxExtension written = std::move(writer).finish();
    Extension extension = to_extension(written);
    extension.bodies[0] = inbox.world.first().log.bodies[1];
    const auto checked = inbox.check(extension);
    REQUIRE(checked);
    CHECK(checked->head() == written.head());
    CHECK(checked->acts()[1].id == inbox.handed_over.id);
    CHECK(to_extension(*checked).entries == extension.entries);
    CHECK(parse_inbox_leaf(extension.entries[0])->position() == inbox.creating.position());

    inbox.head = written.head();
    InboxWriter more(inbox.head, *inbox.world.hub().log_key);
    more.append(inbox.world.second().log.acts[0], 0);
    CHECK(inbox.check(to_extension(std::move(more).finish()))->head().size() == 3);
}

TEST_CASE("an inbox with a leaf that is not of its form is refused and accuses the hub") {
    Inbox inbox;
    const Act& act = inbox.creating;
    const LogId log = inbox.world.first().id();
    CHECK_THAT(inbox.trouble(inbox.signed_over({leaf_of(log, 2, act.envelope)})), Contains("another place"));
    CHECK_THAT(inbox.trouble(inbox.signed_over({leaf_of(inbox.world.second().id(), 1, act.envelope)})), Contains("another place"));
    CHECK_THAT(inbox.trouble(inbox.signed_over({leaf_of(log, 1, Bytes(40))})), Contains("entry 0"));
    CHECK_THAT(inbox.trouble(inbox.signed_over({act.envelope})), Contains("no [log, seq, envelope]"));
    CHECK_THAT(inbox.trouble(inbox.signed_over({Bytes(inbox_leaf_bytes_max + 1)})), Contains("longer"));
    Bytes trailing = leaf_of(log, 1, act.envelope);
    trailing.push_back(std::byte{0});
    CHECK_THAT(inbox.trouble(inbox.signed_over({trailing})), Contains("no [log, seq, envelope]"));
    CHECK_THAT(inbox.trouble(inbox.signed_over({leaf_of(log, 1, act.envelope), leaf_of(log, 1, act.envelope)})), Contains("come already"));
    CHECK(inbox.check(inbox.signed_over({act.envelope})).error().kind == ErrorKind::verification);
}

TEST_CASE("an inbox that carries an act which nobody signed is refused") {
    Inbox inbox;
    Payload payload = inbox.handed_over.payload;
    payload.at_ms += 1;
    payload.signer = inbox.world.second().officer->public_key();
    Bytes forged = sign_act(payload, *inbox.world.second().officer)->envelope;
    forged[forged.size() - 10] ^= std::byte{1};
    const auto checked = inbox.check(inbox.signed_over({encode_inbox_leaf(inbox.creating), leaf_of(payload.log, payload.seq, forged)}));
    REQUIRE_FALSE(checked);
    CHECK_THAT(checked.error().message, Contains("entry 1") && Contains("bad signature"));
}

TEST_CASE("an inbox that another key signed, or over another root or size, is refused") {
    Inbox inbox;
    const std::vector<Bytes> leaves{encode_inbox_leaf(inbox.creating)};
    CHECK_THAT(inbox.trouble(inbox.signed_over(leaves, inbox.world.city().log_key.get())), Contains("checkpoint"));
    Extension longer = inbox.signed_over({encode_inbox_leaf(inbox.creating), encode_inbox_leaf(inbox.handed_over)});
    longer.entries.pop_back();
    longer.bodies.pop_back();
    CHECK_THAT(inbox.trouble(longer), Contains("size 2"));
    Extension other = inbox.signed_over(leaves);
    other.entries[0] = encode_inbox_leaf(inbox.handed_over);
    CHECK_THAT(inbox.trouble(other), Contains("another root"));
}

TEST_CASE("a body in an inbox is the one that the carried act names, or none") {
    Inbox inbox;
    Extension extension = inbox.signed_over({encode_inbox_leaf(inbox.creating), encode_inbox_leaf(inbox.handed_over)});
    CHECK(inbox.check(extension));
    Extension wrong = extension;
    wrong.bodies[0] = cbor::encode(StepBody{inbox.world.next_salt(), "another"});
    CHECK_THAT(inbox.trouble(wrong), Contains("not the one"));
    wrong = extension;
    wrong.bodies[1] = inbox.world.first().log.bodies[1];
    CHECK_THAT(inbox.trouble(wrong), Contains("names none"));
    extension.from = 1;
    CHECK(inbox.check(extension).error().kind == ErrorKind::refused);
}

TEST_CASE("a node's log is never taken for an inbox, nor an inbox for a node's log") {
    Inbox inbox;
    const auto roots = inbox.world.registry_roots();
    CHECK(check_extension(inbox.head, inbox.signed_over({encode_inbox_leaf(inbox.creating)}), inbox.checker, roots).error().kind == ErrorKind::refused);
    CHECK(inbox.check(inbox.world.first().log.all()).error().kind == ErrorKind::refused);
}

TEST_CASE("an inbox has a checkpoint at least every extension's worth, bodies counted") {
    Inbox inbox;
    InboxWriter writer(inbox.head, *inbox.world.hub().log_key);
    std::size_t count = 0;
    while (!writer.full_for(inbox.creating, 30'000)) {
        writer.append(inbox.creating, 30'000);
        ++count;
    }
    CHECK(count > 10);
    CHECK(count * 30'000 <= extension_bytes_max);
}
