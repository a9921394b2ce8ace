#pragma once
/// A city, two hubs and their communes as real nodes, and links between them without sockets.

#include "node/audit/verify.hpp"
#include "sync/registry/inbox_name.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {

/// Codes and names: city H26; hub H26.1 with a H26.1.01 and b H26.1.02; hub2 H26.2 with c H26.2.01.
class InboxScene {
  public:
    Places places;
    std::map<std::string, node::Node> nodes;

    InboxScene() {
        places.make_city();
        {
            node::Node city = places.open("city");
            places.enrol(city, "hub", "H26.1");
            places.enrol(city, "hub2", "H26.2");
            places.enrol(city, "a", "H26.1.01", "H26.1");
            places.enrol(city, "b", "H26.1.02", "H26.1");
            places.enrol(city, "c", "H26.2.01", "H26.2");
        }
        for (const char* name : {"city", "hub", "hub2", "a", "b", "c"}) nodes.emplace(name, places.open(name));
        give_registry();
    }
    node::Node& at(const std::string& name) { return nodes.at(name); }
    void give_registry() {
        for (auto& [name, node] : nodes)
            if (name != "city") carry(at("city"), node, at("city").registry()->log_id());
    }
    void close(const std::string& name) { nodes.erase(name); }
    node::Node& reopen(const std::string& name) {
        close(name);
        return nodes.emplace(name, places.open(name)).first->second;
    }
    sync::OfficeId office(const std::string& name) { return at(name).identity().office; }
    sync::InboxName inbox(const std::string& keeper, const std::string& name) {
        const auto& registry = *at("city").registry();
        return *sync::inbox_name(registry, *registry.find_node(at(keeper).log_id()), office(name));
    }
    /// What a session would do: logs up, the inbox down.
    void link(const std::string& lower, const std::string& upper) {
        const auto registry = at("city").registry();
        for (const auto& node : registry->nodes())
            if (registry->is_at_or_below(node.office, office(lower)) && size_of(at(lower), node.log) > 0) carry(at(lower), at(upper), node.log);
        carry(at(upper), at(lower), inbox(upper, lower).log);
    }

    // --- acts ---
    node::Recorded receive(const std::string& name) {
        const auto& registry = *at(name).registry();
        const auto code = registry.find_node(at(name).log_id())->office.code + "-251009-" + std::to_string(1000 + size_of(at(name), at(name).log_id()));
        return value_of(record_alone(at(name), places.officer(name), {places.receive(code)})).front();
    }
    template <class Content>
    node::Recorded state(const std::string& name, sync::Kind kind, const node::Recorded& after, const Content& content) {
        const node::Entry entry{.kind = kind, .subject = after.subject, .prior = after.act, .content = sync::to_item(content), .body = std::nullopt};
        return value_of(record_alone(at(name), places.officer(name), {entry})).front();
    }
    node::Recorded hand_over(const std::string& from, const std::string& to, const node::Recorded& after) {
        return state(from, sync::Kind::hand_over, after, sync::HandOverContent{office(to), {}, {}, {}});
    }
    node::Recorded take_over(const std::string& name, const node::Recorded& after) {
        return state(name, sync::Kind::take_over, after, sync::StepContent{});
    }

    // --- what is there ---
    std::vector<sync::ActId> acts_at(const std::string& name, const node::Recorded& of) {
        std::vector<sync::ActId> ids;
        const auto dossier = value_of(at(name).reader().dossier(*sync::DossierId::from(of.subject)));
        if (dossier)
            for (const auto& act : dossier->acts) ids.push_back(act.id);
        return ids;
    }
    bool has(const std::string& name, const node::Recorded& act) {
        const auto acts = acts_at(name, act);
        return std::ranges::find(acts, act.act) != acts.end();
    }
    /// What an audit finds, as text; the views as a rebuild makes them.
    std::string audit(const std::string& name) {
        std::string text;
        const auto report = value_of(node::verify_directory(places.directory(name), std::nullopt, places.checker, {}));
        for (const auto& finding : report.findings.all()) text += finding.origin + ": " + finding.cause + "\n";
        return text;
    }
    bool rebuilds_to_the_same(const std::string& name) {
        const auto before = value_of(at(name).reader().state_digest());
        value_of(at(name).rebuild({}));
        return value_of(at(name).reader().state_digest()) == before;
    }
};

}  // namespace motcua::tests
