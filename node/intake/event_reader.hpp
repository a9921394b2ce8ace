#pragma once
/// Event logs of earlier systems, read as a stream: bytes in, events and rejected rows out, whatever the size of the file.
///
///     auto reader = make_event_reader(EventFormat::csv, mapping, "receipt", sink);
///     while (…) if (auto fed = reader->feed(chunk); !fed) …      // any pieces
///     reader->finish();
///
/// A row that cannot be taken is given out with its line and the reason, and reading goes on. Memory stays below a few
/// times `row_bytes_max`.

#include <memory>

#include "node/desk/desk.hpp"
#include "node/intake/csv_rows.hpp"
#include "node/intake/mapping.hpp"

namespace motcua::node {

/// One field. Fields of the act (all but resource, responsible and further columns) are limited to `act_field_bytes_max`,
/// so that every act and every body stays within its own limit.
constexpr std::size_t field_bytes_max = 16 * 1024;
constexpr std::size_t act_field_bytes_max = 1024;
constexpr std::size_t body_fields_bytes_max = 24 * 1024;
constexpr std::size_t xml_depth_max = 32;

/// Where rows go. An error stops the reader, which hands it on.
class EventSink {
  public:
    virtual ~EventSink() = default;
    [[nodiscard]] virtual Result<void> take(EventRow row) = 0;
    [[nodiscard]] virtual Result<void> reject(const RejectedRow& rejected) = 0;
};

/// Feed, then finish; after an error nothing more.
class EventReader {
  public:
    virtual ~EventReader() = default;
    /// Errors: usage, when the file as a whole cannot be meant (a column is missing, XML is not well-formed, a DOCTYPE);
    /// what was given out before stands. And what the sink says.
    [[nodiscard]] virtual Result<void> feed(ByteView chunk) = 0;
    [[nodiscard]] virtual Result<void> finish() = 0;
};

enum class EventFormat { csv, xes };
/// By what the file begins with: `<` is XES.
[[nodiscard]] EventFormat format_of(ByteView beginning);
/// `sink` outlives the reader. `source` is the name under which events are known: the same for a log's CSV and its XES.
[[nodiscard]] std::unique_ptr<EventReader> make_event_reader(EventFormat format, const Mapping& mapping, std::string source, EventSink& sink);

}  // namespace motcua::node
