#pragma once
/// Small cities that generated histories play in: a city, two hubs, three communes, one of them with two nodes. Registries are
/// real (Registry::apply) and made once a process; acts of dossiers are neither signed nor verified, since no fold looks.

#include <memory>
#include <string>
#include <vector>

#include "sync/dossier/dossier.hpp"

namespace motcua::tests::properties {

/// A node's log, and who works there.
struct Line {
    std::string name;
    sync::LogId log;
    sync::OfficeId office;
    sync::PublicKey chief;     ///< every role but registrar
    sync::PublicKey clerk;     ///< desk and handler, no head
    sync::PublicKey stranger;  ///< in no registry, until a head admits it
    sync::PublicKey anew;      ///< the clerk's next key, which only some registries list
};

/// What one act of the registry said, as the reference model reads it: from its position on.
struct Placed {
    std::uint64_t from_size = 0;
    std::optional<sync::OfficeContent> office{};
    std::optional<sync::SucceedContent> succession{};
    std::optional<sync::RevokeContent> revocation{};
    sync::PublicKey revoked{};
    std::optional<sync::ProcedureContent> procedure{};
    std::shared_ptr<const sync::CalendarContent> calendar{};
};

/// And what it said of a key: listed with these, or with nothing any more.
struct Listed {
    std::uint64_t from_size = 0;
    sync::PublicKey key;
    std::optional<sync::OfficerContent> officer{};
};
struct StandsIn {
    std::uint64_t from_size = 0;
    sync::PublicKey key;
    sync::DelegateContent content{};
};
struct NodeRetired {
    std::uint64_t from_size = 0;
    sync::LogId log;
};

struct SmallCity {
    std::string name;
    sync::OfficeId top;
    std::vector<Line> lines;                ///< by name: city, first, first2, hub, hub2, second, third
    std::uint64_t base_size = 0;            ///< everyone is listed; later entries change something
    std::vector<sync::Registry> registries; ///< of sizes base_size, base_size + 1, ...
    std::vector<Placed> placed;             ///< in registry order, and so the next three
    std::vector<Listed> listed;
    std::vector<StandsIn> standing_in;
    std::vector<NodeRetired> retired_nodes;
    std::vector<std::uint64_t> report_rules;  ///< sizes from which another rule set for reports holds

    [[nodiscard]] std::uint64_t size() const { return base_size + registries.size() - 1; }
    [[nodiscard]] const sync::Registry& registry() const { return registries.back(); }
    [[nodiscard]] const Line& line(std::string_view line_name) const;
    [[nodiscard]] const Line* find_line(const sync::LogId& log) const;
    /// Whether entry `size` - 1 of the registry revoked a key.
    [[nodiscard]] bool revokes_at(std::uint64_t size) const;
};

/// Each with its own later changes: none, revocations, succession, other parents and retirements, rules and keys, absences, all of it.
[[nodiscard]] const std::vector<SmallCity>& small_cities();
/// The top and two children of it (lines city, hub, hub2), nothing later: for the exhaustive model.
[[nodiscard]] const SmallCity& three_offices();

}  // namespace motcua::tests::properties
