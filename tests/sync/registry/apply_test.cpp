// What the registry's own acts change, and whose they may be. The World holds 14 entries that all took effect.
#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

Reason reason_of(const World& world, const Act& act) {
    const Verdict verdict = world.registry.judge(act);
    return verdict.effective() ? Reason::none : verdict.reason;
}

// A registrar of the hub's subtree alone.
crypto::SigningKey hub_registrar(World& world) {
    auto key = signing_key("hub registrar");
    REQUIRE(reason_of(world, world.state_officer(world.registrar, key.public_key(), {world.hub_office, 32, world.hub_office})) == Reason::none);
    return key;
}

const OfficeId new_office{"H26.1.03", 0};
OfficeContent third_commune(const World& world) { return {new_office, "Phường Giảng Võ", OfficeKind::commune, world.hub_office}; }

}  // namespace

TEST_CASE("the registry tells who exists") {
    World world;
    const Registry& registry = world.registry;
    for (const Act& act : world.registry_log.acts) CHECK(registry.judge(act).effective());
    CHECK(registry.city_code() == "H26");
    CHECK(registry.top()->id == world.top);
    CHECK(registry.offices().size() == 4);
    CHECK(registry.nodes().size() == 4);
    CHECK(registry.officers().size() == 5);
    CHECK(registry.is_at_or_below(world.first_office, world.top));
    CHECK(registry.is_at_or_below(world.first_office, world.first_office));
    CHECK_FALSE(registry.is_at_or_below(world.hub_office, world.first_office));
    CHECK_FALSE(registry.is_at_or_below(world.first_office, world.second_office));
    CHECK(registry.find_node(world.first().noise->public_key())->log == world.first().id());
    CHECK(registry.find_cosigner(world.hub().cosigner().name)->log == world.hub().id());
    CHECK(registry.find_cosigner("nobody/cosigner") == nullptr);
    CHECK(registry.root_at(registry.size()) == world.registry_log.head.tree.root());
    CHECK(registry.root_at(1).has_value());
    CHECK_FALSE(registry.root_at(0));
    CHECK_FALSE(registry.root_at(registry.size() + 1));
    CHECK(registry.head() == world.registry_log.head);
}

TEST_CASE("a registry begins only as its pin says") {
    World world;
    const Act first = world.registry_log.acts.front();
    CHECK(Registry(world.pin()).apply(first));

    RootPin other_root = world.pin();
    other_root.root.key = signing_key("another root").public_key();
    CHECK_THAT(Registry(other_root).apply(first).error().message, Contains("not signed by the pinned root key"));

    RootPin other_registry = world.pin();
    other_registry.root.name = registry_origin("H26", signing_key("another registry").public_key()) + "/root";
    CHECK_THAT(Registry(other_registry).apply(first).error().message, Contains("another registry"));

    CHECK_FALSE(Registry(world.pin()).apply(world.registry_log.acts[1]));

    const auto refused_first = [&](const RootSetContent& content) {
        TestLog log;
        log.key = &world.registry_key;
        log.head = LogHead::empty(world.registry.origin(), world.registry_key.public_key(), LogClass::registry);
        const auto act = log.append({.signer = &world.root, .at = {}, .kind = Kind::root_set, .subject = {}, .prior = {},
                                     .content = to_item(content), .body = {}}, 0);
        Registry registry(world.pin());
        const auto verdict = registry.apply(*act);
        CHECK(registry.size() == (verdict ? 1U : 0U));
        return verdict ? std::string() : verdict.error().message;
    };
    const RootSetContent good{"H26", "Hà Nội", world.registry_key.public_key(), {world.root.public_key()}, 1};
    CHECK(refused_first(good).empty());
    RootSetContent bad = good;
    bad.root_keys = {signing_key("another root").public_key()};
    CHECK_THAT(refused_first(bad), Contains("does not list"));
    bad = good;
    bad.threshold = 2;
    CHECK_THAT(refused_first(bad), Contains("limits"));
    bad = good;
    bad.root_keys.push_back(world.root.public_key());
    CHECK_THAT(refused_first(bad), Contains("limits"));
    bad = good;
    bad.city_code = "H27";
    CHECK_THAT(refused_first(bad), Contains("another registry"));
}

TEST_CASE("the first extension of a registry says which log it is, and the pin agrees or it does not") {
    World world;
    const Registry empty(world.pin());
    const auto head = empty.head_for(world.registry_log.all());
    REQUIRE(head);
    CHECK(head->id == world.registry.log_id());
    CHECK(head->log_key == world.registry_key.public_key());
    CHECK(*world.registry.head_for(Extension{}) == world.registry.head());
    CHECK_FALSE(empty.head_for(Extension{}));
    Extension junk = world.registry_log.all();
    junk.entries.front().resize(50);
    CHECK_FALSE(empty.head_for(junk));
    CHECK_FALSE(empty.head_for(world.registry_log.extension(1, 3)));
    RootPin other = world.pin();
    other.root.name = registry_origin("H26", signing_key("another registry").public_key()) + "/root";
    CHECK_FALSE(Registry(other).head_for(world.registry_log.all()));
}

TEST_CASE("an act that is not the next of the registry is no act of it") {
    World world;
    Registry registry(world.pin());
    REQUIRE(registry.apply(world.registry_log.acts[0]));
    CHECK_FALSE(registry.apply(world.registry_log.acts[2]));
    CHECK_FALSE(registry.apply(world.registry_log.acts[0]));
    CHECK(registry.size() == 1);
}

TEST_CASE("a void act of the registry counts and changes nothing") {
    World world;
    const std::uint64_t size = world.registry.size();
    const Act act = world.state_office(signing_key("nobody"), third_commune(world));
    CHECK(world.registry.judge(act) == Verdict{Standing::void_act, Reason::not_a_registrar});
    CHECK(world.registry.size() == size + 1);
    CHECK(world.registry.find_office(new_office) == nullptr);
}

TEST_CASE("offices are changed by root keys and by registrars of the subtree alone") {
    World world;
    const auto registrar = hub_registrar(world);
    CHECK(reason_of(world, world.state_office(*world.first().officer, third_commune(world))) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_office(registrar, third_commune(world))) == Reason::none);
    const OfficeContent beside{{"H26.2", 0}, "Trung tâm hai", OfficeKind::hub, world.top};
    CHECK(reason_of(world, world.state_office(registrar, beside)) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_office(world.registrar, beside)) == Reason::none);
    OfficeContent renamed = beside;
    renamed.name = "Tên khác";
    CHECK(reason_of(world, world.state_office(registrar, renamed)) == Reason::not_a_registrar);
    OfficeContent taken_over = beside;
    taken_over.parent = world.hub_office;
    CHECK(reason_of(world, world.state_office(registrar, taken_over)) == Reason::not_a_registrar);
    OfficeContent moved_out{new_office, "Phường Giảng Võ", OfficeKind::commune, beside.office};
    CHECK(reason_of(world, world.state_office(registrar, moved_out)) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_office(world.registrar, moved_out)) == Reason::none);
    CHECK(world.registry.is_at_or_below(new_office, beside.office));
}

TEST_CASE("the offices stay one tree") {
    World world;
    CHECK(reason_of(world, world.state_office(world.root, {{"H27", 0}, "Another", OfficeKind::city, std::nullopt})) == Reason::already_taken);
    CHECK(reason_of(world, world.state_office(world.registrar, {{"H27", 0}, "Another", OfficeKind::city, std::nullopt})) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_office(world.root, {world.hub_office, "Hub", OfficeKind::hub, world.first_office})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_office(world.root, {world.hub_office, "Hub", OfficeKind::hub, world.hub_office})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_office(world.root, {new_office, "Lost", OfficeKind::commune, OfficeId{"H99", 0}})) == Reason::unknown_office);
    CHECK(world.registry.find_office(world.hub_office)->parent == world.top);
}

TEST_CASE("content that does not fit its kind or subject is void") {
    World world;
    OfficeContent office = third_commune(world);
    const Bytes other_subject = cbor::encode(world.first_office);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::office, other_subject, office)) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::office, cbor::encode(new_office), StepContent{})) == Reason::bad_content);
    office.kind = static_cast<OfficeKind>(9);
    CHECK(reason_of(world, world.state_office(world.root, office)) == Reason::bad_content);
    office = third_commune(world);
    office.office.code = "h26";
    CHECK(reason_of(world, world.state_office(world.root, office)) == Reason::bad_content);
    office = third_commune(world);
    office.name.clear();
    CHECK(reason_of(world, world.state_office(world.root, office)) == Reason::bad_content);

    const PublicKey key = signing_key("someone").public_key();
    CHECK(reason_of(world, world.state_officer(world.root, key, {world.first_office, 0, std::nullopt})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_officer(world.root, key, {world.first_office, 64, std::nullopt})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_officer(world.root, key, {world.first_office, 32, std::nullopt})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_officer(world.root, key, {world.first_office, 1, world.first_office})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_officer(world.root, key, {new_office, 1, std::nullopt})) == Reason::unknown_office);
    CHECK(reason_of(world, world.state_officer(world.root, key, {world.first_office, 32, new_office})) == Reason::unknown_office);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::officer, to_bytes(key.view()), StepContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::officer, Bytes(31), OfficerContent{world.first_office, 1, std::nullopt})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::note, {}, StepContent{})) == Reason::wrong_log);
    CHECK(world.registry.judge(world.state_registry(world.root, static_cast<Kind>(60), {}, StepContent{})) == Verdict{Standing::opaque, Reason::unknown_kind});
}

TEST_CASE("a node is listed under its own log id, in an office that exists, by who may change that office") {
    World world;
    const auto registrar = hub_registrar(world);
    const NodeContent good{world.first_office, "another", signing_key("a log").public_key(), noise_key("a noise").public_key(), std::nullopt};
    NodeContent content = good;
    content.name.clear();
    CHECK(reason_of(world, world.state_node(world.root, content)) == Reason::bad_content);
    content = good;
    content.office = new_office;
    CHECK(reason_of(world, world.state_node(world.root, content)) == Reason::unknown_office);
    content.office = world.top;
    CHECK(reason_of(world, world.state_node(registrar, content)) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::node, to_bytes(world.first().id().view()), good)) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::node, to_bytes(world.first().id().view()), StepContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_node(registrar, good)) == Reason::none);
}

TEST_CASE("who is retired or revoked is listed, or is refused by the whole city before it ever is") {
    World world;
    const PublicKey unlisted = signing_key("unlisted").public_key(), listed = world.first().officer->public_key();
    CHECK(reason_of(world, world.retire(world.root, Bytes(5))) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::retire, to_bytes(listed.view()), StepContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.revoke(hub_registrar(world), unlisted, {})) == Reason::unknown_signer);
    CHECK(reason_of(world, world.revoke(world.root, world.first().log_key->public_key(), {})) == Reason::unknown_signer);
    CHECK(reason_of(world, world.revoke(world.root, unlisted, {{world.first().id(), 5}})) == Reason::none);
    CHECK(world.registry.is_cut(unlisted, {world.first().id(), Seq{5}}));
    CHECK_FALSE(world.registry.is_cut(unlisted, {world.first().id(), Seq{4}}));
    CHECK(reason_of(world, world.revoke(world.root, unlisted, {{world.first().id(), 3}})) == Reason::none);  // the stricter one holds
    CHECK(world.registry.is_cut(unlisted, {world.first().id(), Seq{4}}));
    CHECK(reason_of(world, world.state_officer(world.root, unlisted, {world.first_office, 1, std::nullopt})) == Reason::revoked_key);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::revoke, Bytes(5), RevokeContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::revoke, to_bytes(listed.view()), StepContent{})) == Reason::bad_content);
    CHECK(world.registry.officer_at(listed, world.registry.size()));
    CHECK(reason_of(world, world.retire(world.root, listed.view())) == Reason::none);
    CHECK(reason_of(world, world.retire(world.root, listed.view())) == Reason::unknown_signer);  // already
    CHECK(reason_of(world, world.revoke(world.root, listed, {})) == Reason::none);  // a key found stolen after its officer left
}

TEST_CASE("a registrar gives nobody more than the own subtree") {
    World world;
    const auto registrar = hub_registrar(world);
    const PublicKey key = signing_key("someone").public_key();
    CHECK(reason_of(world, world.state_officer(registrar, key, {world.first_office, 32, world.top})) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_officer(registrar, key, {world.top, 1, std::nullopt})) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_officer(registrar, key, {world.first_office, 32, world.first_office})) == Reason::none);
    // nor takes it: the city's registrar, named as a clerk of the commune
    CHECK(reason_of(world, world.state_officer(registrar, world.registrar.public_key(), {world.first_office, 1, std::nullopt})) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.retire(registrar, world.registrar.public_key().view())) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.revoke(registrar, world.registrar.public_key(), {})) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.retire(registrar, world.city().id().view())) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.retire(registrar, world.second().id().view())) == Reason::none);
}

TEST_CASE("a key has one use and one owner for ever") {
    World world;
    const auto fresh = [](const std::string& name) { return signing_key(name).public_key(); };
    NodeContent content{world.first_office, "another", fresh("a log"), noise_key("a noise").public_key(), fresh("a cosigner")};
    const auto with = [&](auto change) {
        NodeContent changed = content;
        change(changed);
        return reason_of(world, world.state_node(world.root, changed));
    };
    CHECK(with([&](auto& node) { node.log_key = world.first().officer->public_key(); }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.log_key = world.root.public_key(); }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.log_key = world.registry_key.public_key(); }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.noise_key = world.second().noise->public_key(); }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.cosigner_key = world.hub().cosigner_key->public_key(); }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.cosigner_key = node.log_key; }) == Reason::already_taken);
    CHECK(with([&](auto& node) { node.office = world.second_office; }) == Reason::none);
    CHECK(with([](auto&) {}) == Reason::already_taken);  // its log key under another office
    CHECK(reason_of(world, world.state_officer(world.root, content.log_key, {world.first_office, 1, std::nullopt})) == Reason::already_taken);
    CHECK(reason_of(world, world.state_officer(world.root, world.root.public_key(), {world.first_office, 1, std::nullopt})) == Reason::already_taken);
}

TEST_CASE("a node may be renamed and renew its Noise key, but keeps its cosigning key") {
    World world;
    const TestNode& node = world.first();
    NodeContent content{node.office, "tên mới", node.log_key->public_key(), noise_key("renewed").public_key(), node.cosigner_key->public_key()};
    CHECK(reason_of(world, world.state_node(world.registrar, content)) == Reason::none);
    CHECK(world.registry.find_node(content.noise_key)->name == "tên mới");
    CHECK(world.registry.find_node(node.noise->public_key()) == nullptr);
    content.cosigner_key = signing_key("another cosigner").public_key();
    CHECK(reason_of(world, world.state_node(world.registrar, content)) == Reason::already_taken);
    content.cosigner_key = node.cosigner_key->public_key();
    world.retire(world.registrar, node.id().view());
    CHECK(world.registry.is_retired(*world.registry.find_node(node.id())));
    CHECK(reason_of(world, world.state_node(world.registrar, content)) == Reason::already_taken);
}

TEST_CASE("roots hand on to other roots, of the same registry") {
    World world;
    const auto next = signing_key("next root");
    RootSetContent content{"H26", "Thành phố Hà Nội", world.registry_key.public_key(), {next.public_key()}, 1};
    CHECK(reason_of(world, world.state_registry(world.registrar, Kind::root_set, {}, content)) == Reason::not_a_registrar);
    RootSetContent taken = content;
    taken.root_keys = {world.registrar.public_key()};
    CHECK(reason_of(world, world.state_root(taken)) == Reason::already_taken);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::root_set, Bytes(1), content)) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::root_set, {}, StepContent{})) == Reason::bad_content);
    RootSetContent other = content;
    other.registry_key = signing_key("another registry").public_key();
    CHECK(reason_of(world, world.state_root(other)) == Reason::bad_content);
    CHECK(reason_of(world, world.state_root(content)) == Reason::none);
    CHECK(reason_of(world, world.state_office(world.root, third_commune(world))) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_office(next, third_commune(world))) == Reason::none);
}

TEST_CASE("an office is known by its code and the day from which the code names it") {
    World world;
    const OfficeId later{"H26.1.01", 20'000};
    CHECK(reason_of(world, world.state_office(world.registrar, {later, "Phường mới", OfficeKind::commune, world.hub_office})) == Reason::none);
    CHECK(world.registry.find_office("H26.1.01")->id == later);
    CHECK(world.registry.find_office(world.first_office)->name == "Phường Ba Đình");
    CHECK(world.registry.find_office("H26.1.99") == nullptr);
}

TEST_CASE("a root's revocation undoes what a stolen registrar's key did to the registry") {
    World world;
    const std::uint64_t stolen_from = world.registry.size();
    const Act fake = world.state_officer(world.registrar, signing_key("fake").public_key(), {world.first_office, 31, std::nullopt});
    const Act sabotage = world.revoke(world.registrar, world.hub().officer->public_key(), {});
    CHECK(reason_of(world, fake) == Reason::none);
    CHECK(world.registry.is_cut(world.hub().officer->public_key(), {world.hub().id(), Seq{5}}));

    const Act revocation = world.revoke(world.root, world.registrar.public_key(), {{world.registry.log_id(), stolen_from}});
    CHECK(reason_of(world, revocation) == Reason::none);
    CHECK(world.registry.judge(fake) == Verdict{Standing::quarantined, Reason::revoked_key});
    CHECK(world.registry.judge(sabotage).standing == Standing::quarantined);
    CHECK_FALSE(world.registry.is_cut(world.hub().officer->public_key(), {world.hub().id(), Seq{5}}));
    CHECK_FALSE(world.registry.officer_at(signing_key("fake").public_key(), world.registry.size()));
    CHECK(world.registry.nodes().size() == 4);  // earlier acts of the key stand
    CHECK(world.registry.head() == world.registry_log.head);

    const Act after = world.state_officer(world.registrar, signing_key("fake two").public_key(), {world.first_office, 31, std::nullopt});
    CHECK(world.registry.judge(after).standing == Standing::quarantined);

    Registry from_scratch(world.pin());
    for (const Act& act : world.registry_log.acts) REQUIRE(from_scratch.apply(act));
    for (const Act& act : world.registry_log.acts) CHECK(from_scratch.judge(act) == world.registry.judge(act));
}

TEST_CASE("a registrar's revocation does not reach back in the registry") {
    World world;
    const auto registrar = hub_registrar(world);
    const Act before = world.state_office(registrar, third_commune(world));
    CHECK(reason_of(world, world.revoke(world.registrar, registrar.public_key(), {})) == Reason::none);
    CHECK(world.registry.judge(before).effective());
    const OfficeContent later{{"H26.1.04", 0}, "Sau", OfficeKind::commune, world.hub_office};
    CHECK(world.registry.judge(world.state_office(registrar, later)).standing == Standing::quarantined);
    CHECK(reason_of(world, world.state_officer(world.root, registrar.public_key(), {world.hub_office, 1, std::nullopt})) == Reason::revoked_key);
}
