#include "node/intake/xes_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace motcua::node {
namespace {

constexpr std::string_view case_prefix = "case:";

/// Elements may carry a namespace prefix; their names are what counts.
std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

bool is_value_element(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{"string", "date", "int", "float", "boolean", "id"};
    return std::ranges::find(names, name) != names.end();
}

std::optional<std::string_view> find_xml_attribute(const XML_Char** attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2)
        if (attributes[0] == name) return attributes[1];
    return std::nullopt;
}

}  // namespace

XesReader::XesReader(const Mapping& mapping, std::string source, EventSink& sink)
    : mapping_(mapping), source_(std::move(source)), sink_(&sink), parser_(XML_ParserCreate(nullptr), &XML_ParserFree) {
    ensure(parser_ != nullptr, "expat starts");
    for (std::size_t index = 0; index < field_count; ++index)
        if (!mapping_.columns[index].empty()) field_of_.emplace(mapping_.columns[index], static_cast<Field>(index));
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_doctype);
}

void XesReader::on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<XesReader*>(self)->start(local_name(name), attributes);
}
void XesReader::on_end(void* self, const XML_Char*) { static_cast<XesReader*>(self)->end(); }
void XesReader::on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    auto* reader = static_cast<XesReader*>(self);
    reader->stop(fail(ErrorKind::usage, fmt::format("line {}: it has a DOCTYPE, which an event log needs not and which is not read", reader->line())));
}

void XesReader::stop(Result<void> outcome) {
    if (outcome_) outcome_ = std::move(outcome);
    XML_StopParser(parser_.get(), XML_FALSE);
}

void XesReader::start(std::string_view name, const XML_Char** attributes) {
    if (!outcome_) return;
    if (places_.size() == xml_depth_max)
        return stop(fail(ErrorKind::usage, fmt::format("line {}: elements are nested deeper than {}", line(), xml_depth_max)));
    const Place outer = places_.empty() ? Place::outside : places_.back();
    Place place = Place::elsewhere;
    if (outer == Place::outside) {
        if (name != "log") return stop(fail(ErrorKind::usage, fmt::format("line {}: an XES file begins with <log>, not <{}>", line(), name.substr(0, 64))));
        place = Place::log;
    } else if (outer == Place::log && name == "trace") {
        place = Place::trace;
        trace_ = {};
        trace_has_events_ = false;
    } else if (name == "event" && (outer == Place::trace || outer == Place::log)) {
        place = Place::event;
        event_ = {};
        event_line_ = line();
        if (outer == Place::log) event_.broken = "an event outside every trace belongs to no case";
        trace_has_events_ = true;
    } else if ((outer == Place::trace || outer == Place::event) && is_value_element(name)) {
        const auto key = find_xml_attribute(attributes, "key");
        const auto value = find_xml_attribute(attributes, "value");
        if (outer == Place::event)
            take_attribute(event_, "", key.value_or(""), value.value_or(""));
        else if (trace_has_events_)
            reject(line(), "an attribute of a trace after the trace's events", fmt::format("{}={}", key.value_or(""), value.value_or("")));
        else
            take_attribute(trace_, case_prefix, key.value_or(""), value.value_or(""));
    }
    places_.push_back(place);
}

void XesReader::end() {
    if (!outcome_) return;
    const Place place = places_.back();
    places_.pop_back();
    if (place == Place::event) take_event();
}

void XesReader::take_attribute(Attributes& owner, std::string_view prefix, std::string_view key, std::string_view value) {
    owner.bytes += key.size() + value.size();
    if (key.empty()) owner.broken = "an attribute without a key";
    if (++owner.count > columns_max) owner.broken = fmt::format("more than {} attributes", columns_max);
    if (owner.bytes > row_bytes_max) owner.broken = "over 1 MiB of attributes";
    if (!owner.broken.empty()) return;
    owner.row += fmt::format("{}{}={}\n", prefix, key, value);
    auto name = fmt::format("{}{}", prefix, key);
    const auto field = field_of_.find(name);
    if (field == field_of_.end()) {
        if (!value.empty()) owner.raw.others.push_back({.name = std::move(name), .value = std::string(value)});
        return;
    }
    auto& target = owner.raw.fields[static_cast<std::size_t>(field->second)];
    if (!target.empty()) owner.broken = fmt::format("{}: given twice", name);
    target = value;
}

void XesReader::take_event() {
    const bool has_trace = !places_.empty() && places_.back() == Place::trace;
    const std::string row = (has_trace ? trace_.row : std::string()) + event_.row;
    if (!event_.broken.empty()) return reject(event_line_, std::move(event_.broken), row);
    if (!trace_.broken.empty()) return reject(event_line_, "its trace: " + trace_.broken, row);
    RawEvent raw = trace_.raw;
    for (std::size_t index = 0; index < field_count; ++index) {
        if (event_.raw.fields[index].empty()) continue;
        raw.fields[index] = std::move(event_.raw.fields[index]);
    }
    raw.others.insert(raw.others.end(), std::make_move_iterator(event_.raw.others.begin()), std::make_move_iterator(event_.raw.others.end()));
    auto made = make_event_row(std::move(raw), mapping_, source_);
    if (!made) return reject(event_line_, made.error().message, row);
    if (auto taken = sink_->take(*std::move(made)); !taken) stop(std::move(taken));
}

void XesReader::reject(std::uint64_t at_line, std::string reason, std::string row) {
    const RejectedRow rejected{.line = at_line, .reason = std::move(reason), .row = std::move(row)};
    if (auto taken = sink_->reject(rejected); !taken) stop(std::move(taken));
}

Result<void> XesReader::parse(ByteView chunk, bool last) {
    // Pieces small enough that what expat holds of an unfinished tag stays within the limit.
    constexpr std::size_t piece_bytes = 64 * 1024;
    do {
        const auto piece = chunk.first(std::min(chunk.size(), piece_bytes));
        chunk = chunk.subspan(piece.size());
        const bool is_final = last && chunk.empty();
        const auto status = XML_Parse(parser_.get(), as_text(piece).data(), static_cast<int>(piece.size()), is_final ? 1 : 0);
        if (!outcome_) return outcome_;
        if (status != XML_STATUS_OK)
            return fail(ErrorKind::usage, fmt::format("line {}: malformed XML ({}); what stands before it was read", line(),
                                                      XML_ErrorString(XML_GetErrorCode(parser_.get()))));
        fed_bytes_ += piece.size();
        const auto parsed = XML_GetCurrentByteIndex(parser_.get());
        if (!is_final && parsed >= 0 && fed_bytes_ - static_cast<std::uint64_t>(parsed) > row_bytes_max)
            return fail(ErrorKind::usage, fmt::format("line {}: a tag, comment or instruction of over 1 MiB", line()));
    } while (!chunk.empty());
    return {};
}

Result<void> XesReader::feed(ByteView chunk) {
    if (!outcome_) return outcome_;
    return chunk.empty() ? Result<void>{} : parse(chunk, false);
}

Result<void> XesReader::finish() {
    if (!outcome_) return outcome_;
    return parse({}, true);
}

}  // namespace motcua::node
