#pragma once
/// The program's text journal (the "log" is always the signed one): what an operator reads after something went wrong.
/// Never personal data, never a secret: nodes, offices, sizes and causes only.

#include <memory>
#include <string_view>

#include "node/config.hpp"

namespace spdlog {
class logger;
}

namespace motcua::node {

/// Passed to whatever writes it. May be written by several threads; lines do not mix. Copies write to the same place.
class Journal {
  public:
    /// To `config.journal_file` (appended to; relative to `directory`) or stderr, from `config.journal_level` up.
    /// Errors: usage (an unknown level), storage (the file cannot be opened).
    [[nodiscard]] static Result<Journal> open(const Config& config, const std::filesystem::path& directory);
    /// Writes nowhere.
    [[nodiscard]] static Journal silent();

    void debug(std::string_view line) const;
    void info(std::string_view line) const;
    void warn(std::string_view line) const;
    void error(std::string_view line) const;

  private:
    explicit Journal(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}
    std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace motcua::node
