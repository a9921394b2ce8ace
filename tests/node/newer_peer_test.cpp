/// An older commune among newer nodes: kinds of acts that it does not know come down in the registry and in its inbox, and stop nothing.

#include <catch2/catch.hpp>

#include "tests/node/inbox_scene.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

constexpr auto newer_move = static_cast<sync::Kind>(190);
constexpr auto newer_registry_act = static_cast<sync::Kind>(60);

/// What a newer city states, with the keys of this one.
void state_newer(InboxScene& scene) {
    scene.close("city");
    const auto directory = scene.places.directory("city");
    const auto registry_key = value_of(node::load_signing_key(node::key_path(directory, crypto::KeyRole::registry, {}), nullptr));
    const auto registrar = scene.places.officer("city");
    {
        auto store = value_of(node::Store::open(directory));
        const auto config = value_of(node::Config::load(directory));
        auto registry = value_of(node::load_registry(store.reader(), value_of(sync::RootPin::parse(config.root))));
        sync::LogWriter writer(registry.head(), registry_key);
        const sync::Draft draft{.signer = &registrar, .at = scene.places.clock.wall(), .kind = newer_registry_act, .subject = Bytes(3), .prior = std::nullopt,
                                .content = sync::to_item(sync::StepContent{}), .body = std::nullopt};
        value_of(writer.append(draft, writer.next_seq().value));
        const auto extension = std::move(writer).finish();
        value_of(registry.apply(extension.acts().front()));
        value_of(store.begin());
        value_of(store.append(extension));
        value_of(node::update_views(store, extension.acts(), registry));
        value_of(store.commit());
    }
    scene.nodes.emplace("city", scene.places.open("city"));
}

}  // namespace

TEST_CASE("an older commune keeps syncing with newer nodes: what it does not know is kept, frozen where it must be, and told") {
    InboxScene scene;
    state_newer(scene);
    scene.give_registry();
    CHECK(scene.at("b").registry()->size() == scene.at("city").registry()->size());

    const auto received = scene.receive("a");
    const auto handed = scene.hand_over("a", "b", received);
    const auto newer = scene.state("a", newer_move, handed, sync::StepContent{});
    const auto other = scene.receive("b");
    for (const char* name : {"a", "b"}) scene.link(name, "hub");
    REQUIRE(scene.has("b", newer));
    const auto dossier = value_of(scene.at("b").reader().dossier(*sync::DossierId::from(received.subject)));
    REQUIRE(dossier);
    CHECK(dossier->is_frozen);
    CHECK_FALSE(sync::allows(*dossier, sync::Kind::take_over, scene.at("b").log_id(), *scene.at("b").registry()));

    // Everything else goes on, up and down.
    scene.state("b", sync::Kind::assign, other, sync::AssignContent{});
    const auto second = scene.hand_over("a", "b", scene.receive("a"));
    for (const char* name : {"a", "b"}) scene.link(name, "hub");
    scene.take_over("b", second);
    scene.link("b", "hub");
    CHECK(size_of(scene.at("hub"), scene.at("b").log_id()) == size_of(scene.at("b"), scene.at("b").log_id()));
    for (const char* name : {"a", "b", "hub", "city"}) {
        CHECK(scene.audit(name).empty());
        CHECK(scene.rebuilds_to_the_same(name));
    }
}
