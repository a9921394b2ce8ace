/// Mapping files, and the times that a mapping lets through.

#include "node/intake/event_time.hpp"
#include "node/intake/mapping.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace motcua;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto mapping = node::Mapping::parse(text)) {
        ensure(!mapping->column(node::Field::case_name).empty(), "a mapping names the case");
        ensure(mapping->find_field(mapping->column(node::Field::time)) == node::Field::time, "a column has one field");
    }
    if (const auto time = node::parse_event_time(text, std::nullopt)) ensure(time->offset_minutes >= -1080 && time->offset_minutes <= 1080, "offsets are bounded");
    return 0;
}
