#pragma once
/// XES (IEEE 1849) by expat: the traces of a log, an event at a time. No DOCTYPE, so no entities but XML's own five.

#include <expat.h>

#include <unordered_map>

#include "node/intake/event_row.hpp"

namespace motcua::node {

/// Extensions, globals, classifiers and the attributes of the log are passed over, as are attributes inside attributes
/// and lists. Attributes of a trace come before its events (IEEE 1849); one that comes later is rejected and its trace
/// keeps what it had. Malformed XML ends the reading: there is no telling where the next event would begin.
class XesReader final : public EventReader {
  public:
    XesReader(const Mapping& mapping, std::string source, EventSink& sink);

    [[nodiscard]] Result<void> feed(ByteView chunk) override;
    [[nodiscard]] Result<void> finish() override;

  private:
    enum class Place { outside, log, trace, event, elsewhere };
    /// The attributes of one trace or event, as far as they were read.
    struct Attributes {
        RawEvent raw;
        std::string row;  // for the reject file
        std::size_t bytes = 0, count = 0;
        std::string broken;  // why it cannot be taken
    };

    static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes);
    static void XMLCALL on_end(void* self, const XML_Char* name);
    static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int);

    void start(std::string_view name, const XML_Char** attributes);
    void end();
    void take_attribute(Attributes& owner, std::string_view prefix, std::string_view key, std::string_view value);
    void take_event();
    void reject(std::uint64_t line, std::string reason, std::string row);
    void stop(Result<void> outcome);
    [[nodiscard]] Result<void> parse(ByteView chunk, bool last);
    [[nodiscard]] std::uint64_t line() const { return XML_GetCurrentLineNumber(parser_.get()); }

    Mapping mapping_;
    std::string source_;
    EventSink* sink_;
    std::unordered_map<std::string, Field> field_of_;
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
    std::uint64_t fed_bytes_ = 0;
    std::vector<Place> places_;  // one an open element
    Attributes trace_, event_;
    std::uint64_t event_line_ = 0;
    bool trace_has_events_ = false;
    Result<void> outcome_;
};

}  // namespace motcua::node
