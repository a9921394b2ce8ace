#pragma once
/// The file of rows that an import could not take: a CSV of line, reason and the row as it stands.

#include <filesystem>

#include "node/intake/event_reader.hpp"

namespace motcua::node {

/// Made with the first rejected row, mode 0600 since it holds what people wrote; an earlier file of that name is replaced.
class RejectFile {
  public:
    explicit RejectFile(std::filesystem::path path) : path_(std::move(path)) {}

    /// Errors: storage.
    [[nodiscard]] Result<void> write(const RejectedRow& rejected);
    /// Flushes and fsyncs what was written.
    [[nodiscard]] Result<void> close();
    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    [[nodiscard]] std::unexpected<Error> storage_error() const;

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t rows_ = 0;
};

}  // namespace motcua::node
