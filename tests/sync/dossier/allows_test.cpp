#include <catch2/catch.hpp>
#include <set>

#include "sync/dossier/lifecycle.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

constexpr std::array all_steps{Kind::imported, Kind::submitted, Kind::note, Kind::supplement_handed_in, Kind::withdrawal_asked,
                               Kind::result_handed_over, Kind::receive, Kind::decline, Kind::ask_supplement, Kind::resume, Kind::assign,
                               Kind::submit_for_signature, Kind::sign, Kind::number, Kind::complete, Kind::return_unresolved, Kind::stop};

// What may follow a reception and then these.
std::set<Kind> allowed_after(std::initializer_list<Kind> kinds) {
    World world;
    TestNode& node = world.first();
    std::vector<Act> acts{world.receive(node)};
    ActId tip = acts[0].id;
    for (const Kind kind : kinds) {
        acts.push_back(world.state(node, kind, dossier_of(acts[0]), tip));
        if (class_of(kind) == KindClass::move) tip = acts.back().id;
    }
    const Dossier dossier = fold_dossier(dossier_of(acts[0]), acts, world.registry);
    std::set<Kind> allowed;
    for (const Kind kind : all_steps) {
        if (allows(dossier, kind)) allowed.insert(kind);
    }
    return allowed;
}

using Kinds = std::set<Kind>;

}  // namespace

TEST_CASE("what an officer may do next follows the state of the dossier") {
    CHECK(allowed_after({}) == Kinds{Kind::note, Kind::withdrawal_asked, Kind::assign, Kind::stop});
    const Kinds handling{Kind::note, Kind::withdrawal_asked, Kind::ask_supplement, Kind::assign, Kind::submit_for_signature,
                         Kind::sign, Kind::number, Kind::complete, Kind::return_unresolved, Kind::stop};
    CHECK(allowed_after({Kind::assign}) == handling);
    CHECK(allowed_after({Kind::assign, Kind::ask_supplement}) ==
          Kinds{Kind::note, Kind::supplement_handed_in, Kind::withdrawal_asked, Kind::resume, Kind::stop});
    CHECK(allowed_after({Kind::assign, Kind::ask_supplement, Kind::resume}) == handling);
    CHECK(allowed_after({Kind::withdrawal_asked}) == Kinds{Kind::note, Kind::stop});
    CHECK(allowed_after({Kind::stop}) == Kinds{Kind::note});
    CHECK(allowed_after({Kind::assign, Kind::complete}) == Kinds{Kind::note, Kind::result_handed_over});
    CHECK(allowed_after({Kind::assign, Kind::complete, Kind::result_handed_over}) == Kinds{Kind::note});
}

TEST_CASE("a refusal says in Vietnamese what stands in the way and what can be done") {
    World world;
    const Act creating = world.receive(world.first());
    const Dossier dossier = fold_dossier(dossier_of(creating), std::vector{creating}, world.registry);
    const auto refused = allows(dossier, Kind::complete);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK_THAT(refused.error().message, Contains("Hồ sơ đang ở trạng thái “Được tiếp nhận” nên không thể hoàn thành xử lý."));
    CHECK_THAT(refused.error().message, Contains("Lúc này có thể: chuyển xử lý, dừng xử lý."));
    CHECK_FALSE(allows(dossier, Kind::retire));
    CHECK_FALSE(allows(dossier, static_cast<Kind>(999)));
}

TEST_CASE("nothing is allowed on a dossier whose creating act is not here") {
    World world;
    const Act creating = world.receive(world.first());
    const Act note = world.state(world.first(), Kind::note, dossier_of(creating), creating.id);
    const Dossier dossier = fold_dossier(dossier_of(creating), std::vector{note}, world.registry);
    for (const Kind kind : all_steps) CHECK_FALSE(allows(dossier, kind));
}

TEST_CASE("no move leads out of a final state") {
    for (const DossierStatus status : {DossierStatus::declined, DossierStatus::stopped, DossierStatus::resolved, DossierStatus::returned}) {
        for (const Kind kind : all_steps) CHECK_FALSE(state_after({.status = status, .was_received = true}, kind));
    }
}
