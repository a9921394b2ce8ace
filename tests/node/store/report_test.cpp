// The stored sums behind reports: whatever arrives in whatever portions, they answer as a fold of all acts from scratch does.

#include <catch2/catch.hpp>

#include <set>

#include "node/store/report_reader.hpp"
#include "tests/node/store/stored_world.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::Column;
using sync::Kind;

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
const std::int64_t today = sync::report_day(World::start_ms);

/// What two communes do with their dossiers, one step at a time.
class Town {
  public:
    Town(World& world, SeededRandom& random) : world_(world), random_(random) {}

    void step() {
        if (open_.empty() || random_.below(3) == 0) return receive();
        auto& dossier = open_[random_.below(open_.size())];
        const auto next = [&](Kind kind) { dossier.prior = world_.state(node(dossier), kind, dossier.id, dossier.prior).id; };
        switch (random_.below(6)) {
            case 0: return next(Kind::assign);
            case 1: return next(Kind::ask_supplement);
            case 2: return next(Kind::complete);
            case 3: return next(Kind::return_unresolved);
            case 4:
                world_.state(node(dossier), Kind::rated, dossier.id, dossier.prior, sync::RatedContent{{{7, random_.below(3)}, {4, random_.below(3)}}});
                return;
            default: world_.state(node(dossier), Kind::result_handed_over, dossier.id, dossier.prior); return;
        }
    }
    [[nodiscard]] std::vector<sync::DossierId> ids() const {
        std::vector<sync::DossierId> ids;
        for (const auto& dossier : open_) ids.push_back(dossier.id);
        return ids;
    }

  private:
    struct Known {
        sync::DossierId id;
        std::optional<sync::ActId> prior;
        bool is_first = false;
    };
    TestNode& node(const Known& dossier) { return dossier.is_first ? world_.first() : world_.second(); }
    [[nodiscard]] std::uint64_t around() { return World::start_ms + random_.below(60) * day_ms - 30 * day_ms; }

    void receive() {
        Known dossier{.id = {}, .prior = std::nullopt, .is_first = random_.below(2) == 0};
        dossier.id = world_.next_dossier(node(dossier));
        auto content = World::received("code-" + std::to_string(open_.size()), around());
        if (random_.below(5) != 0) content.due_ms = around();
        if (random_.below(3) == 0) content.channel = sync::ReceptionChannel::online;
        dossier.prior = world_.state(node(dossier), Kind::receive, dossier.id, std::nullopt, content).id;
        open_.push_back(dossier);
    }

    World& world_;
    SeededRandom& random_;
    std::vector<Known> open_;
};

node::ReportQuery query_of(std::int64_t from, std::int64_t to, std::string_view rules, const sync::Registry& registry) {
    return {.period = {from, to}, .as_of_ms = sync::ms_of({to, sync::minutes_per_day - 1}), .rules = value_of(sync::rule_set_of(registry, rules, to))};
}

}  // namespace

TEST_CASE("report: stored sums are those of a fold from scratch of every act, in whatever portions it came, and a rebuild changes nothing") {
    const auto seed = GENERATE(range(0, 6));
    INFO("seed " << seed);
    SeededRandom random("stored report " + std::to_string(seed));
    StoredWorld stored;
    auto& world = stored.world;
    Town town(world, random);
    for (std::uint64_t portion = 0; portion < 4; ++portion) {
        for (std::uint64_t step = 0; step < scaled(40); ++step) town.step();
        // One after the other, an extension an entry or all in one.
        for (const auto* node : {&world.first(), &world.second()}) {
            if (stored.stored_size(node->id()) == node->log.acts.size()) continue;
            random.below(2) == 0 ? stored.store_all(*node) : stored.store_at_once(*node);
        }
    }
    std::vector<sync::Act> acts = world.first().log.acts;
    acts.insert(acts.end(), world.second().log.acts.begin(), world.second().log.acts.end());
    const sync::Rulebook rulebook(world.registry);
    sync::DayBook book;
    std::map<sync::DossierId, sync::Contribution> contributions;
    for (const auto& id : town.ids()) {
        std::vector<sync::Act> own;
        std::ranges::copy_if(acts, std::back_inserter(own), [&](const sync::Act& act) { return act.payload.subject == to_bytes(id.view()); });
        const auto contribution = sync::contribution_of(sync::fold_dossier(id, own, rulebook), own, rulebook);
        if (!contribution) continue;
        book.add(*contribution);
        contributions.emplace(id, *contribution);
    }
    REQUIRE(contributions.size() > 3);

    node::ReportReader reports(stored.store->reader(), world.registry);
    const auto compare = [&] {
        for (int count = 0; count < 12; ++count) {
            const auto from = today - 40 + static_cast<std::int64_t>(random.below(60));
            const auto rules = random.below(2) == 0 ? sync::form_rules : sync::strict_rules;
            // Now and then years, so that their sums are read too.
            const auto query = query_of(count == 0 ? 0 : from, count == 0 ? today + 900 : from + static_cast<std::int64_t>(random.below(50)), rules, world.registry);
            CHECK(value_of(reports.totals(query)) == book.totals(query.period));
            for (const auto column : sync::all_columns) {
                std::set<std::string> behind, wanted;
                value_of(reports.each_behind(query, {{column}, sync::GroupBy::city, std::nullopt}, [&](const sync::Dossier& dossier, const sync::Contribution& found) {
                    CHECK(found.place == contributions.at(dossier.id).place);
                    return behind.insert(to_hex(dossier.id.view())).second;
                }));
                for (const auto& [id, contribution] : contributions) {
                    if (sync::form_row(sync::totals_of(contribution, query.period), query.rules).of(column) != 0) wanted.insert(to_hex(id.view()));
                }
                CHECK(behind == wanted);
            }
        }
    };
    compare();
    stored.digest_through_rebuild();
    compare();
}

TEST_CASE("report: what is due this afternoon is past due only after it, and the list of overdue dossiers agrees") {
    StoredWorld stored;
    auto& world = stored.world;
    const auto due = sync::ms_of({today + 1, 17 * 60});
    auto content = World::received("code", World::start_ms);
    content.due_ms = due;
    world.state(world.first(), Kind::receive, world.next_dossier(world.first()), std::nullopt, content);
    stored.store_all(world.first());
    node::ReportReader reports(stored.store->reader(), world.registry);
    const auto overdue_at = [&](std::uint64_t as_of_ms) {
        auto query = query_of(today, sync::report_day(as_of_ms), sync::form_rules, world.registry);
        query.as_of_ms = as_of_ms;
        const auto past_due = sync::form_row(sync::sum_of(value_of(reports.totals(query))), query.rules).past_due;
        std::int64_t behind = 0, listed = 0;
        value_of(reports.each_behind(query, {{Column::past_due}, sync::GroupBy::city, std::nullopt},
                                     [&](const sync::Dossier&, const sync::Contribution&) { return ++behind > 0; }));
        value_of(reports.each_in_trouble(as_of_ms, query.rules, [&](const sync::Dossier&, const sync::Attention& attention) {
            listed += attention.trouble == sync::Trouble::overdue ? 1 : 0;
            return true;
        }));
        CHECK(behind == past_due);
        CHECK(listed == past_due);
        return past_due;
    };
    CHECK(overdue_at(due - 8 * 3'600'000) == 0);
    CHECK(overdue_at(due) == 0);
    CHECK(overdue_at(due + 60'000) == 1);
    CHECK(overdue_at(due + day_ms) == 1);
}

TEST_CASE("report: sums that cancel out leave no row behind") {
    StoredWorld stored;
    auto& world = stored.world;
    const auto id = world.next_dossier(world.first());
    auto content = World::received("code", World::start_ms - 5 * day_ms);
    content.due_ms = World::start_ms - 3 * day_ms;
    const auto received = world.state(world.first(), Kind::receive, id, std::nullopt, content);
    stored.store_all(world.first());
    const auto rows = [&] {
        auto statement = value_of(stored.store->database().prepare("SELECT count(*) FROM report_sum WHERE span = 0"));
        REQUIRE(value_of(statement.step()));
        return statement.integer(0);
    };
    CHECK(rows() == 2);  // received, and overdue since
    const auto assigned = world.state(world.first(), Kind::assign, id, received.id);
    world.state(world.first(), Kind::complete, id, assigned.id);
    stored.store_all(world.first());
    CHECK(rows() == 3);
    // The officer's key turns out to be stolen: neither the reception nor the result stands.
    world.revoke(world.registrar, world.first().officer->public_key(), {});
    value_of(stored.store->begin());
    value_of(node::refresh_views(*stored.store, world.registry, node::RegistryReach{.every_act = true, .merged = {}, .tree_moved = false}));
    value_of(stored.store->commit());
    CHECK(rows() == 0);
}
