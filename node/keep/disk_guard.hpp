#pragma once
/// Keeps room for the counter: when the disk fills up, nothing of others is taken any more, and when even that is not enough, a file that was kept
/// in reserve is given up, so that what officers record here goes on being recorded (FAULTS: disk full).

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "node/config.hpp"

namespace motcua::node {

/// What may still be written where the directory lies, in bytes: free_bytes (node/files.hpp), or what a test says.
using DiskProbe = std::function<Result<std::uint64_t>(const std::filesystem::path& directory)>;

enum class DiskRoom {
    plenty,
    low,       ///< nothing of others is taken
    critical,  ///< and the reserve is given up
};

class DiskGuard {
  public:
    static constexpr const char* reserve_file_name = "reserve";

    /// `probe` null: the disk itself; else it outlives the guard.
    DiskGuard(std::filesystem::path directory, const Config& config, const DiskProbe* probe);

    /// Cheap enough to be asked before every act. A disk that cannot be asked has plenty: the write itself will say.
    [[nodiscard]] DiskRoom room() const;
    /// The same; gives the reserve up where that is due, and makes it (again) where there is room for it and `may_make`. Says in words what
    /// became of it, for the journal.
    struct Look {
        DiskRoom room{};
        std::optional<std::string> news;
    };
    [[nodiscard]] Look look(bool may_make);
    [[nodiscard]] bool has_reserve() const;
    /// In words for whoever sends, or asks why nothing comes. Nothing where there is plenty.
    [[nodiscard]] std::optional<std::string> why_not() const;

  private:
    [[nodiscard]] std::uint64_t free() const;

    std::filesystem::path directory_;
    std::uint64_t keep_free_bytes_, reserve_bytes_;
    const DiskProbe* probe_;
};

}  // namespace motcua::node
