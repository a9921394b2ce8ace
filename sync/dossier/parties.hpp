#pragma once
/// The offices and lines that take part in a dossier, as small numbers, and sets of offices that only grow along a chain. A
/// point of a chain holds a number for its set, so that 100,000 moves cost no 100,000 copies.

#include <cstdint>
#include <map>
#include <vector>

#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// Numbers of this fold, given in order of first mention; they never leave it.
using OfficeNo = std::uint32_t;
using LineNo = std::uint32_t;
using OfficeSetNo = std::uint32_t;
constexpr std::uint32_t nobody = 0xffffffff;
constexpr OfficeSetNo no_offices = 0;

class Parties {
  public:
    /// `registry` outlives it.
    explicit Parties(const Registry& registry) : registry_(&registry) {}

    [[nodiscard]] OfficeNo number_of(const OfficeId& office);
    /// The line that the log belongs to: the same for a log and for those that continue it. Nobody's where the registry does not know the log.
    [[nodiscard]] LineNo number_of(const LogId& log);
    [[nodiscard]] const OfficeId& office(OfficeNo number) const { return offices_[number]; }
    /// The first log of the line.
    [[nodiscard]] const LogId& line(LineNo number) const { return lines_[number].log; }
    [[nodiscard]] const Registry& registry() const { return *registry_; }
    [[nodiscard]] OfficeNo office_of(LineNo number) const { return lines_[number].office; }

    [[nodiscard]] OfficeSetNo with(OfficeSetNo set, OfficeNo office);
    [[nodiscard]] const std::vector<OfficeNo>& members(OfficeSetNo set) const { return sets_[set]; }
    [[nodiscard]] std::size_t sets() const { return sets_.size(); }

    /// The office into which this one has merged by the registry of that size, through all mergers; itself when it stands.
    [[nodiscard]] OfficeNo heir(OfficeNo office, std::uint64_t size);

  private:
    struct Line {
        LogId log;
        OfficeNo office = nobody;
    };
    const Registry* registry_;
    std::vector<OfficeId> offices_;
    std::vector<Line> lines_;
    std::vector<std::vector<OfficeNo>> sets_{{}};
    std::map<std::pair<OfficeSetNo, OfficeNo>, OfficeSetNo> larger_;
    std::map<LogId, LineNo> line_numbers_;
    std::map<OfficeId, OfficeNo> office_numbers_;
};

}  // namespace motcua::sync
