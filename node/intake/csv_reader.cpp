#include "node/intake/csv_reader.hpp"

#include <fmt/format.h>

namespace motcua::node {

CsvReader::CsvReader(const Mapping& mapping, std::string source, EventSink& sink)
    : mapping_(mapping), source_(std::move(source)), sink_(&sink), rows_(mapping.delimiter, *this) {}

Result<void> CsvReader::take_header(std::vector<std::string> names) {
    std::bitset<field_count> found;
    for (std::string& name : names) {
        const auto field = mapping_.find_field(name);
        if (field) found.set(static_cast<std::size_t>(*field));
        columns_.push_back({.name = std::move(name), .field = field});
    }
    for (std::size_t index = 0; index < field_count; ++index) {
        const auto field = static_cast<Field>(index);
        const bool required = field == Field::case_name || field == Field::activity || field == Field::time || mapping_.named[index];
        if (required && !found[index])
            return fail(ErrorKind::usage, fmt::format("the header has no column {}, which would be the {}; say in a --mapping file which column is",
                                                      mapping_.columns[index], name_of(field)));
    }
    return {};
}

Result<void> CsvReader::take_row(std::vector<std::string> cells, std::uint64_t line, std::string_view row) {
    RawEvent raw;
    for (std::size_t index = 0; index < cells.size(); ++index) {
        const Column& column = columns_[index];
        if (column.field)
            raw.fields[static_cast<std::size_t>(*column.field)] = std::move(cells[index]);
        else if (!cells[index].empty())
            raw.others.push_back({.name = column.name, .value = std::move(cells[index])});
    }
    auto event = make_event_row(std::move(raw), mapping_, source_);
    if (!event) return sink_->reject({.line = line, .reason = event.error().message, .row = std::string(row)});
    return sink_->take(*std::move(event));
}

Result<void> CsvReader::reject_row(const RejectedRow& rejected) { return sink_->reject(rejected); }

}  // namespace motcua::node
