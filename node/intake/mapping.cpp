#include "node/intake/mapping.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "node/intake/event_time.hpp"
#include "node/toml.hpp"

namespace motcua::node {
namespace {

struct FieldNames {
    std::string_view field, column;
};
// In the order of Field.
constexpr std::array<FieldNames, field_count> names{{
    {"case", "case:concept:name"},
    {"activity", "concept:name"},
    {"time", "time:timestamp"},
    {"event_id", "concept:instance"},
    {"lifecycle", "lifecycle:transition"},
    {"group", "org:group"},
    {"resource", "org:resource"},
    {"responsible", "case:responsible"},
    {"channel", "case:channel"},
    {"department", "case:department"},
    {"case_start", "case:startdate"},
    {"case_deadline", "case:deadline"},
    {"case_end_planned", "case:enddate_planned"},
    {"case_end", "case:enddate"},
}};

std::unexpected<Error> bad(const toml::node& node, std::string_view cause) {
    return fail(ErrorKind::usage, fmt::format("mapping, line {}: {}", node.source().begin.line, cause));
}

Result<std::string> text_of(const toml::node& node, std::string_view name) {
    const auto* text = node.as_string();
    if (text == nullptr) return bad(node, fmt::format("{} must be a text in quotes", name));
    return text->get();
}

Result<void> read_columns(Mapping& mapping, const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return bad(node, "columns must be a table, [columns]");
    for (const auto& [key, value] : *table) {
        const auto* known = std::ranges::find(names, key.str(), &FieldNames::field);
        if (known == names.end()) {
            std::string all;
            for (const auto& name : names) all += fmt::format(" {}", name.field);
            return bad(value, fmt::format("columns.{} is no field; the fields are{}", key.str(), all));
        }
        auto column = text_of(value, key.str());
        if (!column) return std::unexpected(column.error());
        const auto index = static_cast<std::size_t>(known - names.begin());
        mapping.named.set(index, !column->empty());
        mapping.columns[index] = *std::move(column);
    }
    for (const Field required : {Field::case_name, Field::activity, Field::time})
        if (mapping.column(required).empty()) return bad(node, fmt::format("columns.{} may not be empty", name_of(required)));
    for (std::size_t index = 0; index < field_count; ++index) {
        const auto twice = std::find(mapping.columns.begin(), mapping.columns.begin() + static_cast<std::ptrdiff_t>(index), mapping.columns[index]);
        if (!mapping.columns[index].empty() && twice != mapping.columns.begin() + static_cast<std::ptrdiff_t>(index))
            return bad(node, fmt::format("two fields read the column {}", mapping.columns[index]));
    }
    return {};
}

Result<void> read_field(Mapping& mapping, std::string_view key, const toml::node& node) {
    if (key == "columns") return read_columns(mapping, node);
    auto text = text_of(node, key);
    if (!text) return std::unexpected(text.error());
    if (key == "source") {
        if (text->empty() || text->size() > Mapping::source_bytes_max) return bad(node, "source must have 1 to 256 bytes");
        mapping.source = *std::move(text);
        return {};
    }
    if (key == "utc_offset") {
        const auto offset = parse_utc_offset(*text);
        if (!offset) return bad(node, "utc_offset: " + offset.error().message);
        mapping.utc_offset_minutes = *offset;
        return {};
    }
    if (key == "delimiter") {
        if (text->size() != 1 || (*text)[0] == '"' || (*text)[0] == '\n' || (*text)[0] == '\r')
            return bad(node, "delimiter must be one ASCII character, and neither a quote nor a line end");
        mapping.delimiter = (*text)[0];
        return {};
    }
    return bad(node, fmt::format("{} is no field; the fields are source, utc_offset, delimiter and the table columns", key));
}

}  // namespace

std::string_view name_of(Field field) { return names[static_cast<std::size_t>(field)].field; }

Mapping::Mapping() {
    for (std::size_t index = 0; index < field_count; ++index) columns[index] = names[index].column;
}

std::optional<Field> Mapping::find_field(std::string_view column) const {
    const auto found = std::ranges::find(columns, column);
    if (column.empty() || found == columns.end()) return std::nullopt;
    return static_cast<Field>(found - columns.begin());
}

Result<Mapping> Mapping::parse(std::string_view toml) {
    if (const auto plain = check_plain_toml(toml); !plain) return fail(ErrorKind::usage, "mapping, " + plain.error().message);
    const toml::parse_result parsed = toml::parse(toml);
    if (!parsed) {
        const auto& error = parsed.error();
        return fail(ErrorKind::usage, fmt::format("mapping, line {}: {}", error.source().begin.line, error.description()));
    }
    Mapping mapping;
    for (const auto& [key, value] : parsed.table())
        if (auto read = read_field(mapping, key.str(), value); !read) return std::unexpected(read.error());
    return mapping;
}

}  // namespace motcua::node
