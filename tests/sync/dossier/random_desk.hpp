#pragma once
/// Acts drawn at random on one dossier: any kind, any node, any prior, clones included. Most make no sense, some do.

#include "tests/sync/dossier/desk_case.hpp"

namespace motcua::tests {

inline sync::Position any_position(const DeskCase& desk, SeededRandom& random) { return desk.acts[random.below(desk.acts.size())].position(); }

inline cbor::Item any_content(const DeskCase& desk, SeededRandom& random, sync::Kind kind, const sync::Act& prior) {
    using sync::Kind;
    const std::array offices{desk.world.top, desk.world.hub_office, desk.world.first_office, desk.world.second_office};
    const auto any_office = [&] { return offices[random.below(offices.size())]; };
    if (kind == Kind::hand_over) return sync::to_item(sync::HandOverContent{any_office(), std::nullopt, std::nullopt, std::nullopt});
    if (kind == Kind::consult) return sync::to_item(sync::ConsultContent{any_office(), std::nullopt});
    if (kind == Kind::opinion) return sync::to_item(sync::OpinionContent{any_position(desk, random)});
    if (kind == Kind::resume) return sync::to_item(sync::ResumeContent{any_position(desk, random)});
    if (kind == Kind::contact_corrected) return sync::to_item(sync::ContactCorrectedContent{{any_position(desk, random)}});
    if (kind == Kind::erase) return sync::to_item(sync::EraseContent{{any_position(desk, random)}, "Luật 91/2025/QH15"});
    if (kind == Kind::correct_result || kind == Kind::revoke_result) return sync::to_item(sync::MendResultContent{any_position(desk, random), random.below(2) == 0});
    if (kind == Kind::stop) return sync::to_item(sync::StopContent{static_cast<sync::StopGround>(1 + random.below(3)), std::nullopt});
    if (kind == Kind::notice_sent) return sync::to_item(sync::NoticeSentContent{static_cast<sync::NoticeAbout>(1 + random.below(6)), "phone"});
    if (kind == Kind::confirm) return sync::to_item(sync::ConfirmContent{desk.acts[random.below(desk.acts.size())].id});
    if (kind == Kind::arbitrate) {
        std::vector<sync::ActId> cites;
        if (random.below(2) == 0) cites.push_back(desk.acts[random.below(desk.acts.size())].id);
        return sync::to_item(sync::ArbitrateContent{prior.payload.prior, prior.id, cites});
    }
    return sync::empty_content(kind);
}

/// One more act; a clone of the first node goes on from the same place now and then.
inline sync::Act state_at_random(DeskCase& desk, SeededRandom& random) {
    using sync::Kind;
    constexpr std::array kinds{
        Kind::assign, Kind::assign, Kind::hand_over, Kind::hand_over, Kind::take_over, Kind::take_over, Kind::hand_back, Kind::seize, Kind::seize,
        Kind::complete, Kind::complete, Kind::ask_supplement, Kind::resume, Kind::stop, Kind::extend, Kind::ask_payment, Kind::sign,
        Kind::correct_result, Kind::revoke_result, Kind::note, Kind::paid, Kind::result_handed_over, Kind::withdrawal_asked,
        Kind::supplement_handed_in, Kind::consult, Kind::opinion, Kind::contact_corrected, Kind::notice_sent, Kind::erase, Kind::confirm,
        Kind::arbitrate, Kind::arbitrate, static_cast<Kind>(190)};
    const std::array<TestNode*, 6> nodes{&desk.first, &desk.first, &desk.twin, &desk.second, &desk.hub, &desk.city};
    // Mostly on what came last, so that chains grow.
    const std::size_t count = desk.acts.size();
    const sync::Act prior = desk.acts[random.below(3) == 0 ? random.below(count) : count - 1 - random.below(std::min<std::size_t>(count, 3))];
    TestNode& node = *nodes[random.below(nodes.size())];
    const Kind kind = kinds[random.below(kinds.size() - (random.below(8) == 0 ? 0 : 1))];
    const TestLog before = node.log;
    const sync::Act act = desk.keep(desk.world.state_item(node, kind, desk.id, prior.id, any_content(desk, random, kind, prior)));
    if (random.below(6) == 0) node.log = before;
    return act;
}

/// One more act at the tip that the dossier allows, by a node that may state it.
inline void state_sensibly(DeskCase& desk, SeededRandom& random) {
    using sync::Kind;
    const sync::Dossier dossier = desk.fold();
    std::vector<Kind> allowed;
    for (const Kind kind : sync::known_kinds()) {
        if (sync::allows(dossier, kind) && kind != Kind::seize && kind != Kind::arbitrate && kind != Kind::confirm) allowed.push_back(kind);
    }
    if (allowed.empty()) return;
    const Kind kind = allowed[random.below(allowed.size())];
    const std::array<TestNode*, 5> nodes{&desk.first, &desk.twin, &desk.second, &desk.hub, &desk.city};
    const auto tip = std::ranges::find(desk.acts, *dossier.tip, &sync::Act::id);
    for (TestNode* node : nodes) {
        if (!sync::allows(dossier, kind, node->id(), desk.world.registry)) continue;
        cbor::Item content = any_content(desk, random, kind, *tip);
        if (dossier.end.result && (kind == Kind::correct_result || kind == Kind::revoke_result)) {
            content = sync::to_item(sync::MendResultContent{*dossier.end.result, random.below(2) == 0});
        }
        desk.keep(desk.world.state_item(*node, kind, desk.id, tip->id, std::move(content)));
        return;
    }
}

}  // namespace motcua::tests
