#pragma once
/// From named fields to an event: what CSV and XES have in common.

#include <array>

#include "node/intake/event_reader.hpp"

namespace motcua::node {

/// One event as its file has it; an absent field is empty.
struct RawEvent {
    std::array<std::string, field_count> fields;
    std::vector<sync::ImportedBody::Other> others;
};

/// The event; or why it is rejected (Error::message, kind usage). Its key is the source's own id of the event, else the
/// hash of what was parsed, so that the same event of a log has one key whether it was read from CSV or XES.
[[nodiscard]] Result<EventRow> make_event_row(RawEvent raw, const Mapping& mapping, const std::string& source);

}  // namespace motcua::node
