/// XES event logs, cut into pieces of two sizes.

#include "tests/node/intake/intake_test.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace motcua;
    const auto read = [&](std::size_t piece_bytes) {
        tests::ReadLog log;
        const auto reader = node::make_event_reader(node::EventFormat::xes, {}, "log", log.sink);
        auto rest = ByteView(reinterpret_cast<const std::byte*>(data), size);
        while (!rest.empty() && log.outcome) {
            const auto piece = rest.first(std::min(piece_bytes, rest.size()));
            rest = rest.subspan(piece.size());
            log.outcome = reader->feed(piece);
        }
        if (log.outcome) log.outcome = reader->finish();
        return log;
    };
    const auto whole = read(size + 1), pieces = read(1 + size % 13);
    ensure(whole.outcome.has_value() == pieces.outcome.has_value(), "the cut of the pieces changes nothing");
    ensure(whole.sink.rows.size() == pieces.sink.rows.size(), "the cut of the pieces changes no event");
    for (const auto& row : whole.sink.rows) ensure(cbor::encode(row.content).size() < sync::act_bytes_max, "an event fits an act");
    return 0;
}
