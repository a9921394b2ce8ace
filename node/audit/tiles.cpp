#include "node/audit/tiles.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "crypto/note.hpp"

namespace motcua::node {
namespace {

std::string indexed_path(std::string_view folder, std::uint64_t index, std::size_t width) {
    ensure(width >= 1 && width <= tile_width, "a tile has 1 to 256 hashes");
    std::string number = fmt::format("{:03}", index % 1000);
    for (index /= 1000; index > 0; index /= 1000) number = fmt::format("x{:03}/{}", index % 1000, number);
    const auto path = fmt::format("tile/{}/{}", folder, number);
    return width == tile_width ? path : fmt::format("{}.p/{}", path, width);
}

std::unexpected<Error> bad(const std::filesystem::path& file, std::string_view cause) {
    return fail(ErrorKind::verification, fmt::format("{}: {}", file.string(), cause));
}

struct CloseFd {
    int fd;
    ~CloseFd() { ::close(fd); }
};

}  // namespace

std::string hash_tile_path(unsigned level, std::uint64_t index, std::size_t width) { return indexed_path(std::to_string(level), index, width); }
std::string entry_bundle_path(std::uint64_t index, std::size_t width) { return indexed_path("entries", index, width); }

// --- bytes ---

Bytes encode_hash_tile(std::span<const sync::Hash> hashes) {
    Bytes tile;
    tile.reserve(hashes.size() * sync::Hash::size);
    for (const auto& hash : hashes) append(tile, hash.view());
    return tile;
}

Result<std::vector<sync::Hash>> decode_hash_tile(ByteView tile, std::size_t width) {
    if (tile.size() != width * sync::Hash::size)
        return fail(ErrorKind::verification, fmt::format("{} bytes are not {} hashes", tile.size(), width));
    std::vector<sync::Hash> hashes(width);
    for (std::size_t index = 0; index < width; ++index)
        std::memcpy(hashes[index].bytes.data(), tile.data() + index * sync::Hash::size, sync::Hash::size);
    return hashes;
}

void append_to_bundle(Bytes& bundle, ByteView entry) {
    ensure(entry.size() <= 65535, "an entry of a bundle is shorter than 64 KiB");
    append_be(bundle, entry.size(), 2);
    append(bundle, entry);
}

Result<std::vector<ByteView>> decode_entry_bundle(ByteView bundle, std::size_t width) {
    std::vector<ByteView> entries;
    while (!bundle.empty()) {
        if (entries.size() == width) return fail(ErrorKind::verification, fmt::format("more than {} entries", width));
        if (bundle.size() < 2) return fail(ErrorKind::verification, fmt::format("entry {} has no length", entries.size()));
        const auto length = static_cast<std::size_t>(load_be(bundle.first(2)));
        bundle = bundle.subspan(2);
        if (bundle.size() < length) return fail(ErrorKind::verification, fmt::format("entry {} is cut off", entries.size()));
        entries.push_back(bundle.first(length));
        bundle = bundle.subspan(length);
    }
    if (entries.size() != width) return fail(ErrorKind::verification, fmt::format("{} entries, not {}", entries.size(), width));
    return entries;
}

// --- the builder ---

Result<void> TileBuilder::add(unsigned level, const sync::Hash& hash) {
    if (levels_.size() == level) levels_.emplace_back();
    levels_[level].hashes.push_back(hash);
    if (levels_[level].hashes.size() < tile_width) return {};
    auto full = std::exchange(levels_[level].hashes, {});
    if (auto taken = each_(level, levels_[level].index++, full); !taken) return taken;
    return add(level + 1, crypto::root_of(full));
}

Result<void> TileBuilder::finish() {
    for (unsigned level = 0; level < levels_.size(); ++level) {
        if (levels_[level].hashes.empty()) continue;
        if (auto taken = each_(level, levels_[level].index, levels_[level].hashes); !taken) return taken;
    }
    return {};
}

// --- files ---

Result<Bytes> read_exported_file(const std::filesystem::path& file, std::size_t bytes_max) {
    // Whoever gave us the export may have put a device or a pipe there.
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return fail(ErrorKind::not_found, fmt::format("{} is missing", file.string()));
    if (fd < 0) return fail(ErrorKind::storage, fmt::format("{} cannot be read: {}", file.string(), std::strerror(errno)));
    const CloseFd close_fd{fd};
    struct stat status{};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return bad(file, "not a regular file");
    if (status.st_size < 0 || static_cast<std::uint64_t>(status.st_size) > bytes_max) return bad(file, fmt::format("longer than {} bytes", bytes_max));
    Bytes bytes(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto count = ::read(fd, bytes.data() + filled, bytes.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(ErrorKind::storage, fmt::format("{} cannot be read: {}", file.string(), std::strerror(errno)));
        if (count == 0) return bad(file, "it became shorter while it was read");
        filled += static_cast<std::size_t>(count);
    }
    return bytes;
}

Result<std::string> TileReader::checkpoint() const {
    const auto bytes = read_exported_file(folder_ / "checkpoint", crypto::Note::bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    return std::string(as_text(*bytes));
}

Result<std::string> TileReader::verifier_key() const {
    constexpr std::size_t line_bytes_max = 1024;
    const auto bytes = read_exported_file(folder_ / "vkey", line_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    return std::string(as_text(*bytes));
}

Result<std::vector<sync::Hash>> TileReader::hash_tile(unsigned level, std::uint64_t index, std::size_t width) const {
    const auto file = folder_ / hash_tile_path(level, index, width);
    auto bytes = read_exported_file(file, tile_width * sync::Hash::size);
    if (bytes) {
        auto hashes = decode_hash_tile(*bytes, width);
        return hashes ? hashes : bad(file, hashes.error().message);
    }
    if (bytes.error().kind != ErrorKind::not_found || width == tile_width) return std::unexpected(bytes.error());
    auto full = hash_tile(level, index, tile_width);
    if (!full) return full.error().kind == ErrorKind::not_found ? Result<std::vector<sync::Hash>>(std::unexpected(bytes.error())) : full;
    full->resize(width);
    return full;
}

Result<Bytes> TileReader::entry_bundle(std::uint64_t index, std::size_t width) const {
    auto bytes = read_exported_file(folder_ / entry_bundle_path(index, width), bundle_bytes_max);
    if (bytes || bytes.error().kind != ErrorKind::not_found || width == tile_width) return bytes;
    auto full = read_exported_file(folder_ / entry_bundle_path(index, tile_width), bundle_bytes_max);
    if (!full) return full.error().kind == ErrorKind::not_found ? bytes : full;
    const auto entries = decode_entry_bundle(*full, tile_width);
    if (!entries) return bad(folder_ / entry_bundle_path(index, tile_width), entries.error().message);
    Bytes partial;
    for (const ByteView entry : std::span(*entries).first(width)) append_to_bundle(partial, entry);
    return partial;
}

std::uint64_t check_tiles(const TileReader& reader, std::uint64_t size, const std::function<void(ByteView entry)>& each_entry,
                          const std::function<void(const std::string& path, std::uint64_t first_entry, const std::string& cause)>& each_trouble) {
    const auto span_of = [](unsigned level) {
        std::uint64_t span = 1;
        for (unsigned step = 0; step < level; ++step) span *= tile_width;
        return span;
    };
    TileBuilder builder([&](unsigned level, std::uint64_t index, std::span<const sync::Hash> expected) -> Result<void> {
        const auto first_entry = index * tile_width * span_of(level);
        const auto path = hash_tile_path(level, index, expected.size());
        const auto tile = reader.hash_tile(level, index, expected.size());
        if (!tile) {
            each_trouble(path, first_entry, tile.error().message);
            return {};
        }
        const auto differs = std::mismatch(expected.begin(), expected.end(), tile->begin()).first;
        if (differs != expected.end()) {
            const auto hash = static_cast<std::uint64_t>(differs - expected.begin());
            each_trouble(path, first_entry + hash * span_of(level), fmt::format("hash {} is not that of the entries below it", hash));
        }
        return {};
    });
    std::uint64_t done = 0;
    while (done < size) {
        const auto index = done / tile_width;
        const auto width = static_cast<std::size_t>(std::min<std::uint64_t>(tile_width, size - done));
        const auto path = entry_bundle_path(index, width);
        const auto bundle = reader.entry_bundle(index, width);
        if (!bundle) {
            each_trouble(path, done, bundle.error().message);
            return done;
        }
        const auto entries = decode_entry_bundle(*bundle, width);
        if (!entries) {
            each_trouble(path, done, entries.error().message);
            return done;
        }
        for (const ByteView entry : *entries) {
            each_entry(entry);
            ensure(builder.add(crypto::leaf_hash(entry)).has_value(), "checking a tile goes on after trouble");
            ++done;
        }
    }
    ensure(builder.finish().has_value(), "checking a tile goes on after trouble");
    return done;
}

}  // namespace motcua::node
