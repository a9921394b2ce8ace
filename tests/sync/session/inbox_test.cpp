/// What goes down a link: the inbox that the upper keeps for the lower's office.

#include <catch2/catch.hpp>

#include "scene.hpp"
#include "tests/support/scale.hpp"

namespace motcua::session_tests {
namespace {

constexpr auto initiator = crypto::NoiseRole::initiator;
constexpr auto responder = crypto::NoiseRole::responder;

/// A hub with two communes; both have sent up what they have, and the hub puts the first one's acts into the second one's inbox.
struct Post {
    City city{2, true};
    const Site& sender = city.commune(0);
    const Site& receiver = city.commune(1);
    const Site& hub = *city.hub;
    InboxName inbox = *inbox_name(*city.at(hub).registry(), *city.at(hub).registry()->find_node(hub.log), receiver.office);

    Post() {
        city.at(sender).write(sender, 12);
        city.at(receiver).write(receiver, 2);
        city.reconcile(sender, hub);
        city.reconcile(receiver, hub);
    }
    void post(std::uint64_t from, std::uint64_t to) { city.at(hub).post(hub, receiver.office, sender.log, from, to); }
    /// A twin of the receiver's hub that signed another inbox.
    MemoryReplica other_hub() {
        MemoryReplica twin = city.at(hub);
        twin.post(hub, receiver.office, sender.log, 7, 9);
        return twin;
    }
};

struct Ends {
    Ends(City& city, const Site& lower, const Site& upper, LinkOptions options = {})
        : a(city.end(lower, initiator, {.once = true})), b(city.end(upper, responder)), link(a, b, city.now, options) {
        link.run();
    }
    End a, b;
    Link link;
};

}  // namespace

TEST_CASE("an inbox goes down with its bodies, from where it was, and only to its office") {
    Post post;
    post.post(1, 5);
    post.city.reconcile(post.receiver, post.hub);
    MemoryReplica& receiver = post.city.at(post.receiver);
    CHECK(receiver.size(post.inbox.log) == 4);
    CHECK(receiver.bodies_missing(post.inbox.log) == 0);
    CHECK(*receiver.root_at(post.inbox.log, 4) == *post.city.at(post.hub).root_at(post.inbox.log, 4));

    post.post(5, 8);
    Ends ends(post.city, post.receiver, post.hub);
    CHECK(ends.a.ok());
    CHECK(ends.b.ok());
    CHECK(ends.b.finished->summary.entries_sent == 3);
    CHECK(receiver.size(post.inbox.log) == 7);

    post.city.reconcile(post.sender, post.hub);
    CHECK(post.city.at(post.sender).size(post.inbox.log) == 0);
    CHECK(post.city.at(post.sender).size(post.receiver.log) == 0);
}

TEST_CASE("it makes no difference to an inbox who dials") {
    Post post;
    post.post(1, 5);
    End upper = post.city.end(post.hub, initiator, {.once = true});
    End lower = post.city.end(post.receiver, responder);
    Link(upper, lower, post.city.now).run();
    CHECK(upper.error() == "");
    CHECK(lower.ok());
    CHECK(post.city.at(post.receiver).size(post.inbox.log) == 4);
}

TEST_CASE("nothing new costs less than a kilobyte with an inbox too, and adds nothing") {
    Post post;
    post.post(1, 5);
    post.city.reconcile(post.receiver, post.hub);
    const auto before = post.city.at(post.receiver).entries();
    Ends ends(post.city, post.receiver, post.hub);
    CHECK(ends.a.ok());
    CHECK(ends.link.bytes() < 1024);
    CHECK(ends.a.finished->summary.entries_received == 0);
    CHECK(post.city.at(post.receiver).entries() == before);
}

TEST_CASE("an open link pushes what is put into the inbox") {
    Post post;
    End lower = post.city.end(post.receiver, initiator);
    End upper = post.city.end(post.hub, responder);
    Link link(lower, upper, post.city.now);
    link.settle();
    post.post(1, 4);
    upper.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(post.city.at(post.receiver).size(post.inbox.log) == 3);
    const std::size_t sent = upper.sent.size();
    upper.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(upper.sent.size() == sent);
}

TEST_CASE("after a cut at any byte the next session brings the inbox level, and nothing is doubled") {
    Post post;
    post.post(1, 4);
    post.post(4, 7);
    post.city.at(post.receiver).write(post.receiver, 3);
    const MemoryReplica lower = post.city.at(post.receiver), upper = post.city.at(post.hub);
    std::uint64_t whole = 0;
    {
        Ends ends(post.city, post.receiver, post.hub);
        REQUIRE(ends.a.ok());
        whole = ends.link.bytes();
    }
    const std::uint64_t cuts = tests::scaled(whole / 3);
    for (std::uint64_t number = 0; number < cuts; ++number) {
        const std::uint64_t cut = number * whole / cuts;
        post.city.at(post.receiver) = lower;
        post.city.at(post.hub) = upper;
        const Ends ends(post.city, post.receiver, post.hub, {.cut_after_bytes = cut});
        INFO("cut after " << cut << " of " << whole << " bytes: " << ends.a.error());
        if (!ends.a.finished || !ends.b.finished) FAIL("a session outlived its stream");
        post.city.reconcile(post.receiver, post.hub);
        if (post.city.at(post.receiver).size(post.inbox.log) != 6) FAIL("the inbox is not level");
        if (post.city.at(post.hub).size(post.receiver.log) != 5) FAIL("the log is not level");
    }
}

TEST_CASE("bodies of an inbox that the hub lacked are asked for, and come if it has them by then") {
    Post post;
    post.post(1, 5);
    MemoryReplica& hub = post.city.at(post.hub);
    const auto body = *hub.body(post.inbox.log, 2);
    hub.forget_bodies(post.inbox.log);
    hub.put_body(post.inbox.log, 2, *body);
    const Ends ends(post.city, post.receiver, post.hub);
    CHECK(ends.a.ok());
    CHECK(post.city.at(post.receiver).size(post.inbox.log) == 4);
    CHECK(post.city.at(post.receiver).bodies_missing(post.inbox.log) == 3);
}

TEST_CASE("an inbox of equal size and another root is evidence against the hub, and its log still goes up") {
    Post post;
    post.post(1, 3);
    const MemoryReplica twin = [&] {
        Post same;
        return same.other_hub();
    }();
    post.city.reconcile(post.receiver, post.hub);
    post.city.at(post.hub) = twin;
    post.city.at(post.receiver).write(post.receiver, 2);
    const Ends ends(post.city, post.receiver, post.hub);
    CHECK(ends.a.ok());
    REQUIRE(ends.a.evidence.size() == 1);
    CHECK(ends.a.evidence[0].log == post.inbox.log);
    for (const std::string& text : {ends.a.evidence[0].ours, ends.a.evidence[0].theirs}) {
        const auto note = crypto::Note::parse(text);
        REQUIRE(note);
        CHECK(crypto::open_checkpoint(*note, log_verifier(post.inbox.origin, post.inbox.log_key))->size == 2);
    }
    CHECK(post.city.at(post.receiver).size(post.inbox.log) == 2);
    CHECK(post.city.at(post.hub).size(post.receiver.log) == 4);
}

TEST_CASE("a hub that states less of an inbox than it signed is shown its signature, writes no more, and still takes logs") {
    for (const std::uint64_t left : {0U, 2U}) {
        Post post;
        if (left > 0) post.post(1, 1 + left);
        const MemoryReplica old = post.city.at(post.hub);
        post.post(1 + left, 6);
        post.city.reconcile(post.receiver, post.hub);
        post.city.at(post.hub) = old;
        post.city.at(post.receiver).write(post.receiver, 2);
        const Ends ends(post.city, post.receiver, post.hub);
        CHECK(ends.a.ok());
        REQUIRE(ends.b.halts.size() == 1);
        CHECK(ends.b.halts[0].log == post.inbox.log);
        CHECK(ends.b.halts[0].size_here == left);
        CHECK(ends.b.halts[0].size_there == 5);
        CHECK_FALSE(ends.a.finished->summary.refusals.empty());
        CHECK(post.city.at(post.receiver).size(post.inbox.log) == 5);
        CHECK(post.city.at(post.hub).size(post.receiver.log) == 4);
    }
}

TEST_CASE("an inbox that is refused is left alone, and the rest of the session goes on") {
    Post post;
    post.post(1, 5);
    post.city.at(post.receiver).write(post.receiver, 2);
    End lower = post.city.end(post.receiver, initiator, {.once = true});
    End upper = post.city.end(post.hub, responder);
    lower.refuse_log = post.inbox.log;
    Link(lower, upper, post.city.now).run();
    CHECK(lower.ok());
    CHECK(upper.ok());
    CHECK(post.city.at(post.receiver).size(post.inbox.log) == 0);
    CHECK(post.city.at(post.hub).size(post.receiver.log) == 4);
    CHECK_FALSE(upper.finished->summary.refusals.empty());
}

TEST_CASE("only a hub directly above keeps an inbox for an office") {
    const City city(2, true);
    const Registry& registry = *city.replicas.at(city.city.log)->registry();
    const NodeRecord& top = *registry.find_node(city.city.log);
    const NodeRecord& hub = *registry.find_node(city.hub->log);
    const NodeRecord& commune = *registry.find_node(city.commune(0).log);
    CHECK(inbox_name(registry, top, city.hub->office));
    CHECK(inbox_name(registry, hub, city.commune(0).office));
    CHECK_FALSE(inbox_name(registry, top, city.commune(0).office));
    CHECK_FALSE(inbox_name(registry, hub, city.hub->office));
    CHECK_FALSE(inbox_name(registry, commune, city.commune(1).office));
    CHECK_FALSE(inbox_name(registry, commune, city.hub->office));
    const InboxName inbox = *inbox_name(registry, hub, city.commune(0).office);
    CHECK(inbox.origin == city.hub->origin + "/inbox/" + city.commune(0).office.code);
    CHECK(find_inbox(registry, inbox.origin)->log == inbox.log);
    CHECK_FALSE(find_inbox(registry, city.hub->origin));
    CHECK_FALSE(find_inbox(registry, city.hub->origin + "/inbox/H26.NOBODY"));
    CHECK(inboxes_of(registry, city.city.office).empty());
}

}  // namespace motcua::session_tests
