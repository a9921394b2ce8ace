#include "ends.hpp"
#include "sync/session/peer.hpp"
#include "tests/support/scale.hpp"

namespace motcua::session_tests {
namespace {

constexpr auto initiator = crypto::NoiseRole::initiator;
constexpr auto responder = crypto::NoiseRole::responder;

}  // namespace

TEST_CASE("a session delivered a byte at a time comes to the same end") {
    City city;
    city.at(city.commune()).write(city.commune(), 12);
    Ends ends(city, city.commune(), city.city, {.once = true}, {.chunk_bytes = 1});
    ends.link.run();
    CHECK(ends.a.ok());
    CHECK(ends.b.ok());
    CHECK(city.at(city.city).size(city.commune().log) == 12);
}

TEST_CASE("after a cut at any byte the next session brings both level, and nothing is doubled") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 3);
    city.at(commune).write(commune, 3);
    const MemoryReplica lower = city.at(commune), upper = city.at(*city.hub);
    std::uint64_t whole = 0;
    {
        Ends ends(city, commune, *city.hub);
        ends.link.run();
        REQUIRE(ends.a.ok());
        whole = ends.link.bytes();
    }
    const std::uint64_t cuts = tests::scaled(whole);
    for (std::uint64_t number = 0; number < cuts; ++number) {
        const std::uint64_t cut = number * whole / cuts;
        city.at(commune) = lower;
        city.at(*city.hub) = upper;
        Ends ends(city, commune, *city.hub, {.once = true}, {.cut_after_bytes = cut});
        ends.link.run();
        INFO("cut after " << cut << " of " << whole << " bytes: " << ends.a.error());
        if (!ends.a.finished || !ends.b.finished) FAIL("a session outlived its stream");
        // Only the last byte of the peer's BYE may be missed by one side.
        if (ends.a.ok() && cut + 60 < whole) FAIL("a cut session passed for a whole one");
        city.reconcile(commune, *city.hub);
        if (city.at(*city.hub).entries() != city.at(commune).entries()) FAIL("not level");
        if (city.at(commune).cosignature_lines(commune.log, 6) != 1) FAIL("not held");
    }
}

TEST_CASE("what the store refuses is reported to the sender, is not sent again, and holds up no other log") {
    City city(3, true);
    for (const auto& site : city.communes) city.at(*city.hub).write(*site, 4);
    Ends ends(city, *city.hub, city.city);
    ends.b.refuse_log = city.commune(1).log;
    ends.link.run();
    CHECK(ends.a.ok());
    CHECK(ends.b.ok());
    CHECK(ends.a.finished->summary.level);
    CHECK(city.at(city.city).size(city.commune(0).log) == 4);
    CHECK(city.at(city.city).size(city.commune(1).log) == 0);
    CHECK(city.at(city.city).size(city.commune(2).log) == 4);
    REQUIRE(ends.a.finished->summary.refusals.size() == 1);
    CHECK_THAT(ends.a.finished->summary.refusals[0],
               Catch::Contains(city.commune(1).origin) && Catch::Contains("refused by the test"));
    REQUIRE(ends.b.finished->summary.refusals.size() == 1);
    CHECK_THAT(ends.b.finished->summary.refusals[0], Catch::Contains(city.commune(1).origin));
}

TEST_CASE("on an open link a refused log is left alone however often it changes") {
    City city;
    const Site& commune = city.commune();
    city.at(commune).write(commune, 4);
    End lower = city.end(commune, initiator);
    End upper = city.end(city.city, responder);
    upper.refuse_log = commune.log;
    Link link(lower, upper, city.now);
    link.settle();
    const std::size_t sent = lower.sent.size();
    for (int round = 0; round < 5; ++round) {
        city.at(commune).write(commune, 1);
        lower.session.changed(link.now());
        link.advance(std::chrono::milliseconds(300));
    }
    CHECK(lower.sent.size() == sent);
    CHECK_FALSE(lower.finished);
}

TEST_CASE("equal sizes with other roots are a fork: both sides keep both signed checkpoints, other logs go on") {
    City city(2, true);
    const Site& forked = city.commune(0);
    const Site& honest = city.commune(1);
    city.at(*city.hub) = twin_of(city, forked, 3, 2);
    city.at(*city.hub).write(honest, 4);
    city.at(city.city) = twin_of(city, forked, 5, 0);
    Ends ends(city, *city.hub, city.city);
    ends.link.run();
    CHECK(ends.a.error() == "");
    for (const End* end : {&ends.a, &ends.b}) {
        REQUIRE(end->evidence.size() == 1);
        const StoreEvidence& evidence = end->evidence[0];
        CHECK(evidence.log == forked.log);
        const auto ours = open_log_checkpoint(*city.at(city.city).registry(), forked.log, evidence.ours);
        const auto theirs = open_log_checkpoint(*city.at(city.city).registry(), forked.log, evidence.theirs);
        REQUIRE(ours);
        REQUIRE(theirs);
        CHECK(ours->size == 5);
        CHECK(theirs->size == 5);
        CHECK(ours->root != theirs->root);
        REQUIRE(end->finished->summary.refusals.size() == 1);
        CHECK_THAT(end->finished->summary.refusals[0], Catch::Contains(forked.origin));
    }
    CHECK(city.at(city.city).size(honest.log) == 4);
}

TEST_CASE("a fork below the longer side's end is found by its root and nothing of it is sent") {
    City city(1, true);
    const Site& forked = city.commune(0);
    city.at(*city.hub) = twin_of(city, forked, 3, 4);
    city.at(city.city) = twin_of(city, forked, 5, 0);
    Ends ends(city, *city.hub, city.city);
    ends.link.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.finished->summary.entries_sent == 0);
    CHECK(ends.a.evidence.size() == 1);
    CHECK(ends.b.evidence.size() == 1);
}

TEST_CASE("a commune put back to an earlier day is shown its own signature and halts") {
    City city;
    const Site& commune = city.commune();
    city.at(commune).write(commune, 4);
    const MemoryReplica backup = city.at(commune);
    city.at(commune).write(commune, 3);
    city.reconcile(commune, city.city);
    city.at(commune) = backup;

    SECTION("when it dials") {
        Ends ends(city, commune, city.city);
        ends.link.run();
        REQUIRE(ends.a.halts.size() == 1);
        CHECK(ends.a.halts[0].log == commune.log);
        CHECK(ends.a.halts[0].size_here == 4);
        CHECK(ends.a.halts[0].size_there == 7);
        CHECK(ends.a.finished->error->kind == ErrorKind::refused);
        CHECK_THAT(ends.a.error(), Catch::Contains("restored or cloned"));
        CHECK(ends.b.finished->error);
    }
    SECTION("when it is dialled") {
        End upper = city.end(city.city, initiator, {.once = true});
        End lower = city.end(commune, responder);
        Link(upper, lower, city.now).run();
        CHECK(lower.halts.size() == 1);
    }
    SECTION("when it has already written on") {
        SeededRandom random(5);
        city.at(commune).write(commune, 5, 40, &random);
        Ends ends(city, commune, city.city);
        ends.link.run();
        CHECK(ends.a.halts.empty());
        CHECK_FALSE(ends.a.evidence.empty());
        CHECK_FALSE(ends.b.evidence.empty());
        CHECK(city.at(city.city).size(commune.log) == 7);
    }
}

TEST_CASE("a claim to hold more of our own log than we have halts nothing without our signature") {
    City city;
    const Site& commune = city.commune();
    city.at(commune).write(commune, 4);
    End lower = city.end(commune, initiator, {.once = true});
    Channel city_channel(responder, city.city.noise, city.random);
    const auto to_city = [&] {
        lower.pump(city.now);
        const Bytes bytes(lower.sent.begin() + static_cast<std::ptrdiff_t>(lower.sent_taken), lower.sent.end());
        lower.sent_taken = lower.sent.size();
        REQUIRE(city_channel.receive(bytes));
        while (*city_channel.next_message()) {
        }
    };
    const auto to_lower = [&] {
        if (auto bytes = city_channel.next_output()) lower.session.receive(*bytes, city.now);
    };
    to_city();
    to_lower();
    to_city();
    const Registry& registry = *city.at(city.city).registry();
    const RegistryHead registry_head{registry.log_id(), registry.size(), *registry.root_at(registry.size())};
    HeadRange range;
    range.heads = {{commune.log, 9, Hash{}, 0, 0}};
    city_channel.send(
        encode_message(Hello{.software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U}));
    city_channel.send(encode_message(Heads{1, registry_head, {range}}));
    to_lower();
    lower.pump(city.now);
    CHECK_FALSE(lower.finished);
    for (const auto later : {std::chrono::seconds(11), std::chrono::seconds(17)}) {
        lower.session.tick(city.now + later);
        lower.pump(city.now + later);
    }
    REQUIRE(lower.finished);
    CHECK(lower.halts.empty());
    CHECK(lower.finished->error->kind == ErrorKind::refused);
    CHECK_THAT(lower.error(), Catch::Contains("without a proof"));
}

TEST_CASE("a cosignature that does not verify, or is not of a node above, is a broken link and is not stored") {
    City city(2, true);
    const Site& commune = city.commune(0);
    city.at(commune).write(commune, 4);
    city.at(*city.hub).write(commune, 4);
    Site other("H26.HUB", true, city.random);
    other.origin = city.hub->origin;
    SECTION("signed by another key") {
        city.at(*city.hub).cosign(commune.log, other);
    }
    SECTION("over another root") {
        Cosigned cosigned = city.at(*city.hub).cosign(commune.log, *city.hub);
        cosigned.root.bytes[0] ^= std::byte{1};
        city.at(*city.hub).add_cosignatures(cosigned);
    }
    Ends ends(city, commune, *city.hub);
    ends.link.run();
    REQUIRE(ends.a.finished);
    REQUIRE(ends.a.finished->error);
    CHECK(ends.a.finished->error->kind == ErrorKind::verification);
    CHECK(city.at(commune).cosignature_lines(commune.log, 4) == 0);
}

TEST_CASE("a good cosignature over a root that is not ours is kept as evidence") {
    City city(1, true);
    const Site& commune = city.commune();
    const MemoryReplica twin = twin_of(city, commune, 2, 3);
    MemoryReplica hub = twin;
    const Cosigned over_twin = hub.cosign(commune.log, *city.hub);
    city.at(commune).write(commune, 5);
    city.at(*city.hub).write(commune, 5);
    city.at(*city.hub).add_cosignatures(over_twin);
    Ends ends(city, commune, *city.hub);
    ends.link.run();
    CHECK(ends.a.error() == "");
    REQUIRE(ends.a.evidence.size() == 1);
    CHECK(city.at(commune).cosignature_lines(commune.log, 5) == 0);
    CHECK_THAT(ends.a.evidence[0].theirs, Catch::Contains(city.hub->origin + "/cosigner"));
}

TEST_CASE("a peer that gets past its credit, its role or the order of words is cut off with the reason") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 2);
    const Registry& registry = *city.at(city.city).registry();
    const RegistryHead registry_head{registry.log_id(), registry.size(), *registry.root_at(registry.size())};
    const Message hello = Hello{.software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U};
    HeadRange all;
    all.answer_wanted = true;
    const Message heads = Heads{0, registry_head, {all}};
    const auto error_after = [&](const Site& speaker, const Site& listener, const std::vector<Message>& messages) {
        End end = city.end(listener, responder);
        end.hold_stores = true;
        Channel channel(initiator, speaker.noise, city.random);
        end.session.receive(*channel.next_output(), city.now);
        end.pump(city.now);
        REQUIRE(channel.receive(end.sent));
        for (const Message& message : messages) {
            channel.send(encode_message(message));
            end.session.receive(*channel.next_output(), city.now);
            end.pump(city.now);
        }
        const MonoTime later = city.now + std::chrono::seconds(5);  // a peer that answers no BYE is waited for so long
        end.session.tick(later);
        end.pump(later);
        if (!end.finished) return std::string("none");
        return end.error();
    };
    const auto from_lower = [&](std::vector<Message> messages) {
        messages.insert(messages.begin(), {hello, heads});
        return error_after(commune, *city.hub, messages);
    };
    const auto from_upper = [&](std::vector<Message> messages) {
        messages.insert(messages.begin(), {hello, heads});
        return error_after(*city.hub, commune, messages);
    };
    Extension acts{.log = commune.log,
                   .from = 0,
                   .entries = std::vector<Bytes>(100, Bytes(9'000)),
                   .bodies = std::vector<std::optional<Bytes>>(100),
                   .checkpoint = ""};
    CHECK(from_lower({}) == "none");
    CHECK(from_lower({Extend{acts}, Extend{acts}}) == "none");
    CHECK_THAT(from_lower({Extend{acts}, Extend{acts}, Extend{acts}, Extend{acts}, Extend{acts}}),
               Catch::Contains("granted"));
    Extension of_city = acts;
    of_city.log = city.city.log;
    CHECK_THAT(from_lower({Extend{of_city}}), Catch::Contains("does not come over this link"));
    CHECK_THAT(from_upper({Extend{acts}}), Catch::Contains("does not come over this link"));
    CHECK_THAT(from_lower({Want{commune.log, {0}}}), Catch::Contains("not entitled"));
    CHECK_THAT(from_lower({Cosign{{commune.log, 2, Hash{}, {}}, {}}}), Catch::Contains("COSIGN"));
    CHECK_THAT(from_upper({Want{city.city.log, {0}}}), Catch::Contains("not entitled"));
    CHECK_THAT(from_lower({Credit{1}}), Catch::Contains("credit"));
    CHECK_THAT(from_lower({Blob{commune.log, 1, Bytes(3)}}), Catch::Contains("not asked for"));
    CHECK_THAT(from_lower({hello}), Catch::Contains("may not send"));
    CHECK_THAT(from_lower({heads}), Catch::Contains("HEADS"));
    CHECK_THAT(from_upper({Fork{commune.log, "nonsense", 0, Hash{}, {}}}), !Catch::Equals("none"));
    CHECK_THAT(error_after(commune, *city.hub, {hello, Heads{3, registry_head, {all}}}),
               Catch::Contains("out of turn"));
    CHECK_THAT(error_after(commune, *city.hub, {hello, Heads{0, registry_head, {all, all}}}),
               Catch::Contains("not in order"));
    CHECK_THAT(
        error_after(commune, *city.hub, {Hello{.software = "x", .credit_bytes = 10, .message_bytes_max = 1U << 20U}}),
        Catch::Contains("limits"));
    CHECK_THAT(
        error_after(commune, *city.hub,
                    {Hello{.protocol = 2, .software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U}}),
        Catch::Contains("protocol 2"));
    CHECK_THAT(from_lower({Bye{5, "no\nmore"}}), Catch::EndsWith("no more"));
    CHECK(from_lower({Bye{0, ""}}) == "");
}

}  // namespace motcua::session_tests
