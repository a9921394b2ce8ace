#include "node/intake/csv_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace motcua::node {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

int never(unsigned char) { return 0; }

/// The line without its end.
std::string_view chomp(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

CsvRows::CsvRows(char delimiter, RowSink& sink) : delimiter_(delimiter), sink_(&sink) {
    ensure(csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0, "libcsv starts");
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
    csv_set_space_func(&parser_, never);  // RFC 4180: spaces are part of a field
}

CsvRows::~CsvRows() { csv_free(&parser_); }

void CsvRows::reset_parser() {
    csv_free(&parser_);
    ensure(csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0, "libcsv starts");
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
    csv_set_space_func(&parser_, never);
    cells_.clear();
}

void CsvRows::begin_row_at(std::size_t offset) {
    row_begin_ = offset;
    scanned_ = offset;
    lines_in_row_ = 0;
    cells_.clear();
}

Result<void> CsvRows::feed(ByteView chunk) {
    buffer_.append(as_text(chunk));
    if (at_file_begin_) {
        if (buffer_.size() < byte_order_mark.size() && byte_order_mark.starts_with(buffer_)) return {};
        if (buffer_.starts_with(byte_order_mark)) buffer_.erase(0, byte_order_mark.size());
        at_file_begin_ = false;
    }
    const auto read = read_lines();
    buffer_.erase(0, row_begin_);
    scanned_ -= row_begin_;
    row_begin_ = 0;
    return read;
}

Result<void> CsvRows::finish() {
    at_file_begin_ = false;
    if (!buffer_.empty() && !buffer_.ends_with('\n')) buffer_ += '\n';
    if (const auto read = read_lines(); !read) return read;
    while (row_begin_ < buffer_.size()) {
        if (const auto rejected = reject_first_line("a quote is not closed"); !rejected) return rejected;
        if (const auto read = read_lines(); !read) return read;
    }
    if (column_count_ == 0) return fail(ErrorKind::usage, "the file is empty: a CSV begins with a line of column names");
    return {};
}

/// Reads every whole line that is in the buffer.
Result<void> CsvRows::read_lines() {
    while (true) {
        const std::size_t line_end = buffer_.find('\n', scanned_);
        if (skipping_line_) {
            const bool ends = line_end != buffer_.npos;
            begin_row_at(ends ? line_end + 1 : buffer_.size());
            if (!ends) return {};
            skipping_line_ = false;
            ++row_line_;
            continue;
        }
        const std::size_t row_bytes = std::min(line_end, buffer_.size()) - row_begin_;
        if (row_bytes > row_bytes_max) {
            const bool is_one_line = lines_in_row_ == 0;
            if (!is_one_line) {
                if (const auto rejected = reject_first_line("a row of over 1 MiB; is a quote not closed?"); !rejected) return rejected;
                continue;
            }
            if (const auto rejected = reject("a line of over 1 MiB", std::string_view(buffer_).substr(row_begin_, row_bytes_max)); !rejected)
                return rejected;
            reset_parser();
            skipping_line_ = true;
            continue;
        }
        if (line_end == buffer_.npos) return {};
        const auto line = std::string_view(buffer_).substr(scanned_, line_end + 1 - scanned_);
        if (const auto read = read_line(line); !read) return read;
    }
}

Result<void> CsvRows::read_line(std::string_view line) {
    if (lines_in_row_ == 0 && chomp(line).empty()) {
        begin_row_at(scanned_ + line.size());
        ++row_line_;
        return {};
    }
    rows_ended_ = 0;
    scanned_ += line.size();
    ++lines_in_row_;
    const std::size_t taken = csv_parse(
        &parser_, line.data(), line.size(),
        [](void* cell, std::size_t size, void* self) {
            auto& cells = static_cast<CsvRows*>(self)->cells_;
            // Beyond that the row is rejected anyway; what is counted is enough.
            if (cells.size() <= columns_max) cells.emplace_back(static_cast<const char*>(cell), size);
        },
        [](int, void* self) { ++static_cast<CsvRows*>(self)->rows_ended_; }, this);
    if (taken != line.size()) return reject_first_line("broken quoting: a quote inside a field must be doubled, and the field quoted");
    if (rows_ended_ == 0) return {};
    // libcsv ends a row at a lone carriage return too; RFC 4180 has none outside quotes. What followed it on this line is
    // either a row of its own or (pstate is not 0: a row has begun) the beginning of one.
    if (rows_ended_ > 1 || parser_.pstate != 0) return reject_first_line("a carriage return outside quotes");
    const auto taken_row = take_row();
    row_line_ += lines_in_row_;
    begin_row_at(scanned_);
    return taken_row;
}

Result<void> CsvRows::take_row() {
    if (column_count_ == 0) return take_header();
    if (cells_.size() != column_count_) return reject(fmt::format("{} columns, the header has {}", cells_.size(), column_count_), row_so_far());
    return sink_->take_row(std::move(cells_), row_line_, chomp(row_so_far()));
}

Result<void> CsvRows::take_header() {
    constexpr std::size_t column_name_bytes_max = 1024;
    if (cells_.size() > columns_max) return fail(ErrorKind::usage, fmt::format("the header has more than {} columns", columns_max));
    for (const std::string& name : cells_) {
        if (!is_utf8(name) || name.size() > column_name_bytes_max) return fail(ErrorKind::usage, "the header is not UTF-8, or a name in it is over 1 KiB long");
        if (std::ranges::count(cells_, name) > 1) return fail(ErrorKind::usage, fmt::format("the header names the column {} twice", name));
    }
    column_count_ = cells_.size();
    return sink_->take_header(std::move(cells_));
}

Result<void> CsvRows::reject(std::string reason, std::string_view row) {
    return sink_->reject_row({.line = row_line_, .reason = std::move(reason), .row = std::string(chomp(row))});
}

Result<void> CsvRows::reject_first_line(std::string reason) {
    const std::size_t line_end = buffer_.find('\n', row_begin_);
    const auto first_line = std::string_view(buffer_).substr(row_begin_, line_end + 1 - row_begin_);
    if (column_count_ == 0) return fail(ErrorKind::usage, "the header cannot be read: " + reason);
    const auto rejected = reject(std::move(reason), first_line);
    reset_parser();
    ++row_line_;
    begin_row_at(line_end + 1);
    return rejected;
}

}  // namespace motcua::node
