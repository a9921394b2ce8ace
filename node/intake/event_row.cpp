#include "node/intake/event_row.hpp"

#include <fmt/format.h>

#include "crypto/cbor.hpp"
#include "node/intake/event_time.hpp"

namespace motcua::node {
namespace {

std::unexpected<Error> reject(std::string_view column, std::string_view cause) {
    return fail(ErrorKind::usage, fmt::format("{}: {}", column, cause));
}

bool is_in_act(Field field) { return field != Field::resource && field != Field::responsible; }

Result<void> check_text(std::string_view column, std::string_view value, std::size_t bytes_max) {
    if (value.size() > bytes_max) return reject(column, fmt::format("{} bytes, at most {} are taken", value.size(), bytes_max));
    if (!is_utf8(value)) return reject(column, "not UTF-8");
    return {};
}

Result<void> check_texts(const RawEvent& raw, const Mapping& mapping) {
    std::size_t body_bytes = 0;
    for (std::size_t index = 0; index < field_count; ++index) {
        const bool in_act = is_in_act(static_cast<Field>(index));
        const auto checked = check_text(mapping.columns[index], raw.fields[index], in_act ? act_field_bytes_max : field_bytes_max);
        if (!checked) return checked;
        if (!in_act) body_bytes += raw.fields[index].size();
    }
    for (const auto& other : raw.others) {
        if (!is_utf8(other.name)) return reject("a column", "its name is not UTF-8");
        if (const auto checked = check_text(other.name, other.value, field_bytes_max); !checked) return checked;
        body_bytes += other.name.size() + other.value.size() + 8;
    }
    if (body_bytes > body_fields_bytes_max)
        return reject("further columns", fmt::format("{} bytes together, at most {} are taken", body_bytes, body_fields_bytes_max));
    return {};
}

/// What identifies an event that its source gave no id.
struct KeyOfRow {
    const std::string &case_name, &activity, &lifecycle;
    const sync::OriginalTime& time;
    const std::string &group, &resource;
    template <class A>
    void serialize(A& a) {
        a(case_name, activity, lifecycle, time, group, resource);
    }
};

std::string event_key_of(const std::string& event_id, KeyOfRow row) {
    if (event_id.empty()) return to_hex(crypto::sha256(cbor::encode(row)).view());
    // concept:instance names an instance of an activity, whose start and completion are two events.
    if (row.lifecycle.empty() || row.lifecycle == "complete") return event_id;
    return fmt::format("{}/{}", event_id, row.lifecycle);
}

}  // namespace

Result<EventRow> make_event_row(RawEvent raw, const Mapping& mapping, const std::string& source) {
    if (const auto checked = check_texts(raw, mapping); !checked) return std::unexpected(checked.error());
    const auto text = [&](Field field) -> std::string& { return raw.fields[static_cast<std::size_t>(field)]; };
    for (const Field required : {Field::case_name, Field::activity, Field::time})
        if (text(required).empty()) return reject(mapping.column(required), "missing");

    const auto time = parse_event_time(text(Field::time), mapping.utc_offset_minutes);
    if (!time) return reject(mapping.column(Field::time), time.error().message);

    EventRow row;
    for (const auto& [field, target] : {std::pair{Field::case_start, &row.content.case_start},
                                        std::pair{Field::case_deadline, &row.content.case_deadline},
                                        std::pair{Field::case_end_planned, &row.content.case_end_planned},
                                        std::pair{Field::case_end, &row.content.case_end}}) {
        if (text(field).empty()) continue;
        const auto parsed = parse_event_time(text(field), mapping.utc_offset_minutes);
        if (!parsed) return reject(mapping.column(field), parsed.error().message);
        *target = *parsed;
    }

    row.content.source = source;
    row.content.time = *time;
    row.content.event_key = event_key_of(text(Field::event_id), {.case_name = text(Field::case_name),
                                                                 .activity = text(Field::activity),
                                                                 .lifecycle = text(Field::lifecycle),
                                                                 .time = *time,
                                                                 .group = text(Field::group),
                                                                 .resource = text(Field::resource)});
    row.content.case_name = std::move(text(Field::case_name));
    row.content.activity = std::move(text(Field::activity));
    row.content.lifecycle = std::move(text(Field::lifecycle));
    row.content.group = std::move(text(Field::group));
    row.content.channel = std::move(text(Field::channel));
    row.content.department = std::move(text(Field::department));
    row.resource = std::move(text(Field::resource));
    row.responsible = std::move(text(Field::responsible));
    row.others = std::move(raw.others);
    return row;
}

}  // namespace motcua::node
