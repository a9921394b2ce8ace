// Offices from a list of administrative units.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "node/enrolment.hpp"
#include "node/rules/read.hpp"

namespace motcua::node {
namespace {

struct Unit {
    std::string code, name;
    sync::OfficeKind kind{};
    std::optional<sync::OfficeId> parent;  // as the file says; else as the registry has it
};

sync::OfficeKind kind_of(std::string_view word, std::string_view name) {
    static constexpr std::string_view districts[] = {"Quận", "Huyện", "Thị xã", "Thành phố"};
    const auto is_district = [](std::string_view text) {
        return std::ranges::any_of(districts, [&](std::string_view begin) { return text.starts_with(begin); });
    };
    return is_district(word.empty() ? name : word) ? sync::OfficeKind::hub : sync::OfficeKind::commune;
}

class UnitReader {
  public:
    UnitReader(const ReadingOptions& options, const sync::Registry& registry) : options_(options), registry_(registry) {}

    Result<Reading> read(ByteView file) {
        const auto table = Table::read(file, reading_.report);
        if (!table) return std::unexpected(table.error());
        const auto code = table->column({"unit_code", "ward_code", "code"}), name = table->column({"unit", "ward", "name"});
        if (!code) return std::unexpected(code.error());
        if (!name) return std::unexpected(name.error());
        if (!options_.parent.empty()) {
            const auto* parent = registry_.find_office(options_.parent);
            if (parent == nullptr) return fail(ErrorKind::not_found, fmt::format("the registry has no office {}", options_.parent));
            parent_ = parent->id;
        }
        const auto kind = table->find_column({"kind"}), district_code = table->find_column({"district_code"}), district = table->find_column({"district"});
        for (const auto& row : table->rows()) {
            auto above = parent_;
            if (!cell_of(row, district_code).empty()) {
                const std::string district_name(cell_of(row, district));
                const auto hub = take(row, {.code = options_.prefix + std::string(cell_of(row, district_code)), .name = district_name,
                                            .kind = sync::OfficeKind::hub, .parent = parent_});
                if (!hub) continue;
                above = *hub;
            }
            (void)take(row, {.code = options_.prefix + row.cells[*code], .name = row.cells[*name], .kind = kind_of(cell_of(row, kind), row.cells[*name]), .parent = above});
        }
        return std::move(reading_);
    }

  private:
    // The office that the unit is; nothing when it is rejected. Said of the whole row once, however often its district comes.
    std::optional<sync::OfficeId> take(const Table::Row& row, Unit unit) {
        const auto seen = seen_.find(unit.code);
        if (seen != seen_.end()) {
            if (seen->second.name == unit.name) return seen->second.office;
            return reject(row, fmt::format("{} was another unit above ({})", unit.code, seen->second.name));
        }
        if (!sync::is_office_code(unit.code)) return reject(row, fmt::format("\"{}\" is no office code: capital letters, digits and single dots", unit.code));
        if (auto ok = check_name("the name", unit.name); !ok) return reject(row, ok.error().message);
        const auto* known = known_as(unit.code);
        sync::OfficeId id{.code = unit.code, .since_day = options_.since_day.value_or(options_.today)};
        if (known != nullptr && (known->name == unit.name || known->id.since_day == id.since_day)) {
            id = known->id;
        } else if (known != nullptr && !options_.since_day) {
            return reject(row, fmt::format("{} is {} in the registry; if the code names another unit now, say from which day: --since", unit.code, known->name));
        } else if (known != nullptr) {
            reading_.report.note("the code named another unit before: a new office from --since on", row.line);
        }
        const auto* stands = registry_.find_office(id);
        auto parent = unit.parent;
        if (!parent && stands != nullptr) parent = stands->parent;
        else if (!parent && registry_.top() != nullptr) parent = registry_.top()->id;
        const sync::OfficeContent content{.office = id, .name = unit.name, .kind = unit.kind, .parent = parent};
        reading_.add(row.line, sync::Kind::office, cbor::encode(id), sync::to_item(content));
        seen_.emplace(unit.code, Seen{unit.name, id});
        return id;
    }

    // What the code names on the day in question.
    [[nodiscard]] const sync::Office* known_as(const std::string& code) {
        if (!options_.since_day) return registry_.find_office(code);
        if (offices_.empty()) offices_ = registry_.offices();  // by code, then day
        const sync::Office* known = nullptr;
        for (const auto& office : offices_) {
            if (office.id.code == code && office.id.since_day <= *options_.since_day) known = &office;
        }
        return known;
    }

    std::nullopt_t reject(const Table::Row& row, std::string reason) {
        reading_.report.reject({.line = row.line, .reason = std::move(reason), .row = row.text});
        return std::nullopt;
    }

    struct Seen {
        std::string name;
        sync::OfficeId office;
    };
    const ReadingOptions& options_;
    const sync::Registry& registry_;
    std::vector<sync::Office> offices_;
    std::optional<sync::OfficeId> parent_;
    std::map<std::string, Seen> seen_;
    Reading reading_;
};

}  // namespace

Result<Reading> read_units(ByteView file, const ReadingOptions& options, const sync::Registry& registry) { return UnitReader(options, registry).read(file); }

}  // namespace motcua::node
