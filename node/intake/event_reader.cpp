#include "node/intake/event_reader.hpp"

#include "node/intake/csv_reader.hpp"
#include "node/intake/xes_reader.hpp"

namespace motcua::node {

EventFormat format_of(ByteView beginning) {
    std::string_view text = as_text(beginning);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != text.npos && text[first] == '<' ? EventFormat::xes : EventFormat::csv;
}

std::unique_ptr<EventReader> make_event_reader(EventFormat format, const Mapping& mapping, std::string source, EventSink& sink) {
    switch (format) {
        case EventFormat::csv: return std::make_unique<CsvReader>(mapping, std::move(source), sink);
        case EventFormat::xes: return std::make_unique<XesReader>(mapping, std::move(source), sink);
    }
    ensure(false, "every format has a reader");
    return nullptr;
}

}  // namespace motcua::node
