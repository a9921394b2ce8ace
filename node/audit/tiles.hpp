#pragma once
/// A log as static files, C2SP tlog-tiles: hash tiles of height 8, entry bundles, and the checkpoint they belong to.
///
///     <log>/checkpoint                     the signed note
///     <log>/tile/<L>/<N>[.p/<W>]           W (1 to 256, full if not said) hashes of level 8*L, from N*256 on
///     <log>/tile/entries/<N>[.p/<W>]       the entries of tile 0/<N>, each after its length as u16 BE
///
/// N is written in groups of three digits, all but the last with an x: 1234067 is x001/x234/067.

#include <filesystem>
#include <functional>

#include "crypto/merkle.hpp"
#include "sync/act/ids.hpp"

namespace motcua::node {

inline constexpr std::size_t tile_width = 256;
inline constexpr std::size_t bundle_bytes_max = tile_width * (2 + 65535);

/// Paths below the log's folder. `width` is 1 to 256.
[[nodiscard]] std::string hash_tile_path(unsigned level, std::uint64_t index, std::size_t width);
[[nodiscard]] std::string entry_bundle_path(std::uint64_t index, std::size_t width);

[[nodiscard]] Bytes encode_hash_tile(std::span<const sync::Hash> hashes);
/// Errors: verification, unless it is exactly `width` hashes.
[[nodiscard]] Result<std::vector<sync::Hash>> decode_hash_tile(ByteView tile, std::size_t width);
/// Appends an entry of at most 65535 bytes.
void append_to_bundle(Bytes& bundle, ByteView entry);
/// Exactly `width` entries, pointing into `bundle`. Errors: verification.
[[nodiscard]] Result<std::vector<ByteView>> decode_entry_bundle(ByteView bundle, std::size_t width);

/// Makes every hash tile of a tree from its leaves in order. Memory: one unfinished tile a level.
class TileBuilder {
  public:
    /// A tile, full or (at the end) partial. An error stops the building.
    using EachTile = std::function<Result<void>(unsigned level, std::uint64_t index, std::span<const sync::Hash> hashes)>;
    explicit TileBuilder(EachTile each) : each_(std::move(each)) {}

    [[nodiscard]] Result<void> add(const sync::Hash& leaf) { return add(0, leaf); }
    /// Gives out the partial tiles.
    [[nodiscard]] Result<void> finish();

  private:
    struct Level {
        std::uint64_t index = 0;
        std::vector<sync::Hash> hashes;
    };
    [[nodiscard]] Result<void> add(unsigned level, const sync::Hash& hash);

    EachTile each_;
    std::vector<Level> levels_;
};

/// Reads the files of one log, each bounded; a partial tile may be answered by the full one that replaced it.
class TileReader {
  public:
    explicit TileReader(std::filesystem::path log_folder) : folder_(std::move(log_folder)) {}

    // Errors: not_found; verification, when a file is no regular one, too long or not what it should be; storage.
    [[nodiscard]] Result<std::string> checkpoint() const;
    [[nodiscard]] Result<std::string> verifier_key() const;
    [[nodiscard]] Result<std::vector<sync::Hash>> hash_tile(unsigned level, std::uint64_t index, std::size_t width) const;
    [[nodiscard]] Result<Bytes> entry_bundle(std::uint64_t index, std::size_t width) const;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

/// A whole regular file that an export may hold. Errors: as TileReader.
[[nodiscard]] Result<Bytes> read_exported_file(const std::filesystem::path& file, std::size_t bytes_max);

/// Every entry of a tree of `size`, in order, each held against its hash tiles on the way; then the tiles of higher levels.
/// `each_entry` gets the entry; `each_trouble` a path and what is wrong there. Returns the number of entries that were read:
/// less than `size` when a bundle is missing or broken.
[[nodiscard]] std::uint64_t check_tiles(const TileReader& reader, std::uint64_t size, const std::function<void(ByteView entry)>& each_entry,
                                        const std::function<void(const std::string& path, std::uint64_t first_entry, const std::string& cause)>& each_trouble);

}  // namespace motcua::node
