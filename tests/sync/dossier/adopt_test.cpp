// The tail of a log that turns up after its seal is carried by adopts of the log that continues it.

#include "sync/dossier/concern.hpp"
#include "tests/support/lines.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr Verdict beyond_seal{Standing::quarantined, Reason::beyond_seal};

/// First lost its disk after `assigned`; what it stated then turns up: `lost`, and `below` after it.
struct Tail : DeskCase {
    Act assigned = state(first, Kind::assign, creating);
    std::uint64_t sealed_at = first.log.acts.size();
    Act lost = state(first, Kind::submit_for_signature, assigned);
    Act below = state(first, Kind::complete, lost);
    TestNode& next = add_listed_next(world, "next", first);

    Tail() {
        seal(world, first, sealed_at, next.id());
        world.receipt(next);
        take_away(lost);
        take_away(below);
    }
    Act adopted(const Act& carried, const crypto::SigningKey* head = nullptr) { return keep(adopt(world, next, carried, head)); }
    [[nodiscard]] std::optional<DossierAct> told(const Act& act) const {
        const Dossier dossier = fold();
        const auto found = std::ranges::find(dossier.acts, act.id, &DossierAct::id);
        return found == dossier.acts.end() ? std::nullopt : std::optional(*found);
    }
    [[nodiscard]] crypto::Signature vouched(const Act& carried) const { return countersign(*next.officer, next.id(), carried.id); }
};

Bytes bytes_of(Dossier dossier) {
    std::erase_if(dossier.acts, [](const DossierAct& act) { return act.kind == Kind::adopt; });
    for (DossierAct& act : dossier.acts) act.carried_by.reset();
    return cbor::encode(dossier);
}

}  // namespace

TEST_CASE("an adopted act counts as if it stood in its own log") {
    Tail desk;
    const Act adopt_lost = desk.adopted(desk.lost), adopt_below = desk.adopted(desk.below);
    CHECK(desk.verdict_of(adopt_lost) == effective);
    CHECK(desk.verdict_of(desk.lost) == effective);
    CHECK(desk.verdict_of(desk.below) == effective);
    CHECK(desk.told(desk.lost)->position == desk.lost.position());
    CHECK(desk.told(desk.lost)->carried_by == adopt_lost.position());
    CHECK(desk.told(adopt_lost)->carried_by == std::nullopt);
    CHECK(desk.status() == DossierStatus::resolved);
    CHECK(desk.fold().custody->line == desk.first.id());
    // The very dossier that a world without the accident has.
    const Dossier carried = desk.fold();
    Tail unharmed;
    std::vector<Act> all = unharmed.acts;
    all.push_back(unharmed.lost);
    all.push_back(unharmed.below);
    Registry unsealed(unharmed.world.pin());
    for (const Act& act : unharmed.world.registry_log.acts) {
        if (act.payload.kind != Kind::seal) value_of(unsealed.apply(act));
    }
    CHECK(bytes_of(carried) == bytes_of(fold_dossier(unharmed.id, all, unsealed)));
}

TEST_CASE("without the adopt the tail is quarantined, and with it the copy in its own log counts too, once") {
    Tail desk;
    desk.keep(desk.lost);
    CHECK(desk.verdict_of(desk.lost) == beyond_seal);
    desk.adopted(desk.lost);
    CHECK(desk.verdict_of(desk.lost) == effective);
    CHECK_FALSE(desk.told(desk.lost)->carried_by);
    const Dossier dossier = desk.fold();
    CHECK(std::ranges::count(dossier.acts, desk.lost.id, &DossierAct::id) == 1);
    desk.adopted(desk.lost);
    CHECK(std::ranges::count(desk.fold().acts, desk.lost.id, &DossierAct::id) == 1);
    CHECK(desk.verdict_of(desk.lost) == effective);
}

TEST_CASE("adopt does not lift a revocation") {
    Tail desk;
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), desk.sealed_at}, {desk.next.id(), 1000}});
    const Act adopting = desk.adopted(desk.lost);
    CHECK(desk.verdict_of(adopting) == effective);
    CHECK(desk.verdict_of(desk.lost) == cut);
    desk.state(desk.next, Kind::confirm, desk.assigned, ConfirmContent{desk.lost.id});
    CHECK(desk.verdict_of(desk.lost) == effective);
}

TEST_CASE("adopt does not lift a conviction") {
    Tail desk;
    TestNode clone = desk.first;
    desk.world.receive(clone);
    desk.world.receive(desk.first, "Trần Thị Bình");
    convict(desk.world, desk.world.registrar, desk.first, desk.sealed_at, fork_proof(desk.first, desk.first.log, clone.log));
    REQUIRE(desk.world.registry.find_conviction(desk.first.id()) != nullptr);
    const Act adopting = desk.adopted(desk.lost);
    CHECK(desk.verdict_of(adopting) == effective);
    CHECK(desk.verdict_of(desk.lost) == Verdict{Standing::quarantined, Reason::beyond_conviction});
    desk.state(desk.next, Kind::confirm, desk.assigned, ConfirmContent{desk.lost.id});
    CHECK(desk.verdict_of(desk.lost) == effective);
}

TEST_CASE("a forged countersignature is void and visible, and nothing comes of what it carries") {
    Tail desk;
    const auto forged = signing_key("forger");
    const AdoptContent right{desk.lost.envelope, desk.next.officer->public_key(), desk.vouched(desk.lost)};
    AdoptContent of_another_act = right, of_another_log = right, by_forger = right;
    of_another_act.signature = desk.vouched(desk.below);
    of_another_log.signature = countersign(*desk.next.officer, desk.second.id(), desk.lost.id);
    by_forger.signature = countersign(forged, desk.next.id(), desk.lost.id);
    for (const AdoptContent& content : {of_another_act, of_another_log, by_forger}) {
        const Act act = desk.keep(adopt_as(desk.world, desk.next, desk.lost, content));
        CHECK(desk.verdict_of(act) == void_for(Reason::bad_countersignature));
    }
    CHECK_FALSE(desk.told(desk.lost));
    const Act after = desk.state(desk.next, Kind::complete, desk.lost);
    CHECK(desk.verdict_of(after) == waits_for_prior);
    desk.keep(adopt_as(desk.world, desk.next, desk.lost, right));
    CHECK(desk.verdict_of(desk.lost) == effective);
    CHECK(desk.verdict_of(after) == effective);
}

TEST_CASE("what is carried must be an act of the dossier, as its author signed it") {
    Tail desk;
    const auto void_adopt = [&](Bytes envelope, const Act& like) {
        const ActId carried = act_id(envelope);
        const Act act = desk.keep(adopt_as(desk.world, desk.next, like, {std::move(envelope), desk.next.officer->public_key(), countersign(*desk.next.officer, desk.next.id(), carried)}));
        return desk.verdict_of(act);
    };
    Bytes forged = desk.lost.envelope;
    forged.back() ^= std::byte{1};
    CHECK(void_adopt(forged, desk.lost) == void_for(Reason::bad_carried_act));
    CHECK(void_adopt(Bytes(100), desk.lost) == void_for(Reason::bad_carried_act));
    CHECK(void_adopt(desk.world.receive(desk.first).envelope, desk.lost) == void_for(Reason::bad_carried_act));  // of another dossier
    CHECK(void_adopt(desk.first.log.acts.front().envelope, desk.lost) == void_for(Reason::bad_carried_act));      // an open
    Act other_body = desk.lost;
    other_body.payload.body = BodyHash{};
    CHECK(void_adopt(desk.lost.envelope, other_body) == void_for(Reason::bad_carried_act));
    const Act nested = adopt(desk.world, desk.next, desk.lost);
    CHECK(void_adopt(nested.envelope, desk.lost) == void_for(Reason::bad_carried_act));
    CHECK(void_adopt(desk.state(desk.next, Kind::note, desk.assigned).envelope, desk.lost) == void_for(Reason::bad_carried_act));  // its own log
    CHECK_FALSE(desk.told(desk.lost));
    const Act no_content = desk.keep(desk.world.state_item(desk.next, Kind::adopt, desk.id, std::nullopt, to_item(StepContent{}), desk.next.log_key.get()));
    CHECK(desk.verdict_of(no_content) == void_for(Reason::bad_content));
}

TEST_CASE("a head of the office vouches, and the log key signs") {
    Tail desk;
    const auto clerk = signing_key("clerk");
    desk.world.state_officer(desk.world.registrar, clerk.public_key(), {desk.world.first_office, 3, std::nullopt});
    desk.world.receipt(desk.next);
    CHECK(desk.verdict_of(desk.adopted(desk.lost, &clerk)) == void_for(Reason::lacks_role));
    CHECK(desk.verdict_of(desk.adopted(desk.lost, desk.hub.officer.get())) == void_for(Reason::not_of_this_office));
    const auto nobody_known = signing_key("nobody");
    CHECK(desk.verdict_of(desk.adopted(desk.lost, &nobody_known)) == void_for(Reason::unknown_signer));
    const AdoptContent right{desk.lost.envelope, desk.next.officer->public_key(), desk.vouched(desk.lost)};
    CHECK(desk.verdict_of(desk.keep(adopt_as(desk.world, desk.next, desk.lost, right, desk.next.officer.get()))) == void_for(Reason::not_the_log_key));
    CHECK_FALSE(desk.told(desk.lost));
    CHECK(desk.verdict_of(desk.adopted(desk.lost)) == effective);
}

TEST_CASE("another office does not adopt, another line of the same office may") {
    Tail desk;
    CHECK(desk.verdict_of(desk.keep(adopt(desk.world, desk.second, desk.lost))) == void_for(Reason::not_of_this_office));
    CHECK(desk.verdict_of(desk.keep(adopt(desk.world, desk.hub, desk.lost))) == void_for(Reason::not_of_this_office));
    CHECK_FALSE(desk.told(desk.lost));
    CHECK(desk.verdict_of(desk.keep(adopt(desk.world, desk.twin, desk.lost))) == effective);
    CHECK(desk.verdict_of(desk.lost) == effective);
}

TEST_CASE("an adopt that is itself quarantined brings nothing until a head confirms it") {
    Tail desk;
    const Act adopting = desk.adopted(desk.lost);
    const Act after = desk.state(desk.next, Kind::complete, desk.lost);
    TestNode& last = add_listed_next(desk.world, "last", desk.next);
    seal(desk.world, desk.next, adopting.payload.seq, last.id());
    desk.world.receipt(last);
    CHECK(desk.verdict_of(adopting) == beyond_seal);
    CHECK(desk.verdict_of(desk.lost) == waits_for_prior);
    CHECK(desk.verdict_of(after) == beyond_seal);
    const Act waits = desk.state(last, Kind::complete, desk.lost);
    CHECK(desk.verdict_of(waits) == waits_with_prior);
    desk.state(last, Kind::confirm, desk.assigned, ConfirmContent{adopting.id});
    CHECK(desk.verdict_of(adopting) == effective);
    CHECK(desk.verdict_of(desk.lost) == effective);
    CHECK(desk.verdict_of(waits) == effective);
}

TEST_CASE("a carried confirmation confirms, and a carried admission admits") {
    DeskCase desk;
    const auto guest = signing_key("guest"), thief = signing_key("thief");
    desk.world.state_officer(desk.world.registrar, thief.public_key(), {desk.world.first_office, 7, std::nullopt});
    desk.tell_all();
    const Act stolen = desk.state(desk.first, Kind::assign, desk.creating, AssignContent{"Tư pháp", {}, {}}, &thief);
    const std::uint64_t sealed_at = desk.first.log.acts.size();
    const Act confirmed = desk.state(desk.first, Kind::confirm, stolen, ConfirmContent{stolen.id});
    const Act admission = value_of(desk.first.log.append({.signer = desk.first.officer.get(), .at = desk.world.next_time(), .kind = Kind::admit,
                                                          .subject = to_bytes(guest.public_key().view()), .prior = {}, .content = to_item(AdmitContent{1}), .body = {}},
                                                         desk.first.log.head.registry_size));
    const Act by_guest = desk.state(desk.first, Kind::note, stolen, StepContent{}, &guest);
    TestNode& next = add_listed_next(desk.world, "next", desk.first);
    seal(desk.world, desk.first, sealed_at, next.id());
    desk.world.revoke(desk.world.registrar, thief.public_key(), {});
    desk.world.receipt(next);
    CHECK(desk.verdict_of(stolen) == cut);
    CHECK(desk.verdict_of(by_guest) == beyond_seal);
    desk.keep(adopt(desk.world, next, confirmed));
    CHECK(desk.verdict_of(stolen) == effective);
    desk.keep(adopt(desk.world, next, by_guest));
    CHECK(desk.verdict_of(by_guest) == void_for(Reason::unknown_signer));
    desk.acts.push_back(adopt(desk.world, next, admission));
    CHECK(desk.verdict_of(by_guest) == effective);
    CHECK(desk.world.registry.judge(desk.acts.back()).effective());
}

TEST_CASE("the tail that turns up meets what was done meanwhile, and a head decides") {
    Tail desk;
    const Act meanwhile = desk.state(desk.next, Kind::ask_supplement, desk.assigned);
    CHECK(desk.verdict_of(meanwhile) == effective);
    desk.adopted(desk.lost);
    desk.adopted(desk.below);
    CHECK(desk.verdict_of(meanwhile) == disputed);
    CHECK(desk.verdict_of(desk.lost) == disputed);
    CHECK(desk.verdict_of(desk.below) == disputed);
    REQUIRE(desk.fold().dispute);
    CHECK(desk.fold().dispute->decided_by == desk.world.first_office);
    desk.arbitrate(desk.next, desk.assigned, meanwhile);
    CHECK(desk.verdict_of(meanwhile) == effective);
    CHECK(desk.verdict_of(desk.lost) == late);
    CHECK(desk.status() == DossierStatus::supplement_asked);
}

TEST_CASE("facts of the tail count whatever was done meanwhile") {
    Tail desk;
    const Act paid = desk.world.state(desk.first, Kind::paid, desk.id, desk.lost.id);
    const Act paid_before = desk.world.state(desk.first, Kind::paid, desk.id, desk.assigned.id);
    desk.state(desk.next, Kind::ask_supplement, desk.assigned);
    desk.adopted(paid_before);
    CHECK(desk.verdict_of(paid_before) == effective);
    CHECK(desk.fold().finance == Finance::paid);
    desk.adopted(paid);
    CHECK(desk.verdict_of(paid) == waits_for_prior);
    desk.adopted(desk.lost);
    CHECK(desk.verdict_of(paid) == effective);
}

TEST_CASE("a whole dossier of the tail is carried, its body beside the adopt") {
    Tail desk;
    const Act received = desk.world.receive(desk.first, "Lê Văn Cường");
    const DossierId id = dossier_of(received);
    const Act adopting = adopt(desk.world, desk.next, received);
    REQUIRE(received.payload.body);
    CHECK(adopting.payload.body == received.payload.body);
    const Dossier dossier = fold_dossier(id, std::vector{adopting}, desk.world.registry);
    CHECK(dossier.status == DossierStatus::received);
    CHECK(dossier.created_by == desk.world.first_office);
    CHECK(dossier.tip == received.id);
    CHECK(allows(dossier, Kind::assign, desk.next.id(), desk.world.registry));
}

TEST_CASE("an erasure reaches both copies of a body, whichever it names") {
    Tail desk;
    const Act adopting = desk.adopted(desk.lost);
    const std::vector both = [&] {
        std::vector positions{desk.lost.position(), adopting.position()};
        std::ranges::sort(positions);
        return positions;
    }();
    const Act native = desk.state(desk.next, Kind::erase, desk.assigned, EraseContent{{desk.lost.position()}, "Luật 91/2025/QH15"});
    CHECK(desk.fold().erased == both);
    desk.take_away(native);
    desk.state(desk.next, Kind::erase, desk.assigned, EraseContent{{adopting.position()}, "Luật 91/2025/QH15"});
    CHECK(desk.fold().erased == both);
}

TEST_CASE("a carried hand-over concerns whom it names, and the inbox has the adopt after what it follows") {
    Tail desk;
    const Act over = desk.world.state(desk.first, Kind::hand_over, desk.id, desk.lost.id, HandOverContent{desk.world.second_office, {}, {}, {}});
    CHECK(offices_concerned(desk.id, desk.acts, desk.world.registry) == std::vector{desk.world.first_office});
    const Act adopt_over = desk.adopted(over), adopt_lost = desk.adopted(desk.lost);
    CHECK(offices_concerned(desk.id, desk.acts, desk.world.registry) == std::vector{desk.world.first_office, desk.world.second_office});
    CHECK(desk.fold().concerned == std::vector{desk.world.first_office, desk.world.second_office});
    const auto plans = InboxRouter(desk.world.registry, desk.world.hub_office).plan(desk.id, desk.acts);
    const auto plan = std::ranges::find(plans, desk.world.second_office, &InboxPlan::office);
    REQUIRE(plan != plans.end());
    const auto place = [&](const Act& act) { return std::ranges::find(plan->acts, act.id, [](const Act* one) { return one->id; }) - plan->acts.begin(); };
    CHECK(place(desk.assigned) < place(adopt_lost));
    CHECK(place(adopt_lost) < static_cast<std::ptrdiff_t>(plan->acts.size()));
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::take_over, over)) == effective);
}

TEST_CASE("one line of logs sends up its own acts, two lines get each other's") {
    World world;
    const Act received = world.receive(world.first());
    TestNode& next = add_listed_next(world, "next", world.first());
    const InboxRouter before(world.registry, world.hub_office);
    CHECK(before.plan(dossier_of(received), std::vector{received}).size() == 1);
    seal(world, world.first(), world.first().log.acts.size(), next.id());
    const InboxRouter after(world.registry, world.hub_office);
    CHECK(after.plan(dossier_of(received), std::vector{received}).empty());
}

TEST_CASE("the largest act fits into an adopt") {
    World world;
    const auto filled = [&](std::size_t bytes) {
        return world.first().log.append({.signer = world.first().officer.get(), .at = world.next_time(), .kind = Kind::ask_supplement, .subject = Bytes(16), .prior = {},
                                         .content = to_item(AskSupplementContent{{std::string(bytes, 'x')}, {}}), .body = {}}, world.first().log.head.registry_size);
    };
    std::size_t bytes = act_bytes_max;
    auto largest = filled(bytes);
    for (; !largest; --bytes) largest = filled(bytes - 1);
    REQUIRE(largest->envelope.size() == act_bytes_max);
    TestNode& next = add_listed_next(world, "next", world.first());
    CHECK(world.registry.judge(adopt(world, next, *largest)).standing == Standing::effective);
}

TEST_CASE("nothing goes on from a fold with carried acts but what the whole fold says") {
    Tail desk;
    const Act adopting = desk.adopted(desk.lost);
    const Dossier before = desk.fold();
    const Rulebook rules(desk.world.registry);
    CHECK_FALSE(extend_fold(before, std::vector{desk.lost}, rules));
    CHECK_FALSE(extend_fold(before, std::vector{adopt(desk.world, desk.next, desk.below)}, rules));
    const Act goes_on = desk.world.state(desk.next, Kind::complete, desk.id, desk.lost.id);
    const auto extended = extend_fold(before, std::vector{goes_on}, rules);
    REQUIRE(extended);
    desk.keep(goes_on);
    CHECK(cbor::encode(*extended) == cbor::encode(desk.fold()));
}

TEST_CASE("the order in which seal, open, admission, adopts and acts arrive never matters") {
    Tail desk;
    TestNode& admitted = add_admitted_next(desk.world, "admitted", desk.next);
    desk.adopted(desk.lost);
    desk.keep(adopt(desk.world, admitted, desk.lost));
    desk.keep(adopt(desk.world, admitted, desk.below));
    desk.keep(adopt_as(desk.world, admitted, desk.below, {desk.below.envelope, desk.next.officer->public_key(), {}}));
    desk.state(admitted, Kind::note, desk.below);
    desk.state(admitted, Kind::complete, desk.lost);
    desk.state(desk.next, Kind::ask_supplement, desk.assigned);
    desk.keep(desk.lost);
    const Dossier expected = desk.fold();
    const Bytes bytes = cbor::encode(expected);
    SeededRandom random("arrival");
    const std::uint64_t rounds = scaled(200);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        std::vector<Act> acts = desk.acts;
        for (std::size_t left = acts.size(); left > 1; --left) std::swap(acts[left - 1], acts[random.below(left)]);
        acts.push_back(acts[random.below(acts.size())]);
        // The registry grows act by act, and hears of the admitted log at some point on the way.
        Registry registry(desk.world.pin());
        const std::uint64_t told_at = random.below(desk.world.registry_log.acts.size() + 1);
        for (std::uint64_t size = 0; size <= desk.world.registry_log.acts.size(); ++size) {
            if (size == told_at) registry.admit_node(admitted.log.acts[0], admitted.log.acts[1]);
            if (size < desk.world.registry_log.acts.size()) value_of(registry.apply(desk.world.registry_log.acts[size]));
        }
        INFO(round);
        REQUIRE(cbor::encode(fold_dossier(desk.id, acts, registry)) == bytes);
    }
}
