/// CSV event logs, cut into pieces of two sizes: the pieces must not matter, and every row is an event or a reject.

#include "tests/node/intake/intake_test.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace motcua;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (node::format_of(as_bytes(text)) != node::EventFormat::csv) return 0;
    const auto whole = tests::read_log(text);
    const auto pieces = tests::read_log(text, {}, 1 + size % 13);
    ensure(whole.outcome.has_value() == pieces.outcome.has_value(), "the cut of the pieces changes nothing");
    ensure(whole.sink.rows.size() == pieces.sink.rows.size(), "the cut of the pieces changes no event");
    ensure(whole.sink.rejected.size() == pieces.sink.rejected.size(), "the cut of the pieces changes no reject");
    for (const auto& row : whole.sink.rows) {
        ensure(cbor::encode(row.content).size() < sync::act_bytes_max, "an event fits an act");
        ensure(cbor::decode<sync::ImportedContent>(cbor::encode(row.content)).has_value(), "an event's content decodes");
    }
    return 0;
}
