#include "node/keep/sealed_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "node/files.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t piece_bytes = crypto::sealed_piece_bytes_max;
constexpr std::size_t piece_tag_bytes_max = 64;  ///< more than any cipher adds

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::unexpected<Error> system_error(const std::filesystem::path& file, std::string_view doing) {
    return fail(ErrorKind::storage, fmt::format("{}: {}: {}", file.string(), doing, std::strerror(errno)));
}
std::unexpected<Error> cut(const std::filesystem::path& file) {
    return fail(ErrorKind::verification, fmt::format("{}: it was cut off, or altered; use another copy", file.string()));
}
std::unexpected<Error> in_file(const std::filesystem::path& file, const Error& error) {
    return fail(error.kind, fmt::format("{}: {}", file.string(), error.message));
}

/// A new file of the owner's alone.
Result<File> create_private(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return fail(ErrorKind::refused, file.string() + " exists already and is never replaced; move it away first");
    if (fd < 0) return system_error(file, "cannot create");
    return File(::fdopen(fd, "wb"));
}

Result<File> open_for_reading(const std::filesystem::path& file) {
    File opened(std::fopen(file.c_str(), "rbe"));
    if (opened) return opened;
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::not_found, file.string() + " does not exist");
    return system_error(file, "cannot open");
}

Result<void> put(std::FILE* target, const std::filesystem::path& file, ByteView bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), target) != bytes.size()) return system_error(file, "cannot write");
    return {};
}

Result<void> flush_and_sync(std::FILE* target, const std::filesystem::path& file) {
    if (std::fflush(target) != 0 || ::fsync(::fileno(target)) != 0) return system_error(file, "cannot write");
    return {};
}

/// Exactly so many bytes; nothing at the clean end of the file.
Result<std::optional<Bytes>> take(std::FILE* source, const std::filesystem::path& file, std::size_t size) {
    Bytes bytes(size);
    const auto got = std::fread(bytes.data(), 1, size, source);
    if (std::ferror(source) != 0) return system_error(file, "cannot read");
    if (got == 0 && size > 0) return std::nullopt;
    if (got < size) return cut(file);
    return bytes;
}

std::size_t number_of(ByteView big_endian) {
    std::size_t number = 0;
    for (const std::byte byte : big_endian) number = number << 8U | std::to_integer<std::size_t>(byte);
    return number;
}

Result<Bytes> take_head(std::FILE* source, const std::filesystem::path& file) {
    const auto length = take(source, file, 2);
    if (!length) return std::unexpected(length.error());
    const std::size_t size = *length ? number_of(**length) : 0;
    if (size == 0 || size > crypto::sealed_head_bytes_max) return fail(ErrorKind::verification, fmt::format("{} is no sealed file of motcua", file.string()));
    auto head = take(source, file, size);
    if (!head) return std::unexpected(head.error());
    if (!*head) return cut(file);
    return std::move(**head);
}

}  // namespace

// --- writing ---

struct SealedFileWriter::State {
    std::filesystem::path target, beside;
    crypto::StreamSealer sealer;
    File file;
    Bytes pending;  ///< less than a piece, so that a last piece is left to be final

    Result<void> put_piece(bool is_last) {
        const Bytes sealed = sealer.seal(pending, is_last);
        pending.clear();
        return put(file.get(), beside, sealed);
    }
};

SealedFileWriter::SealedFileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedFileWriter::SealedFileWriter(SealedFileWriter&&) noexcept = default;
SealedFileWriter::~SealedFileWriter() {
    if (state_ && state_->file) ::unlink(state_->beside.c_str());
}

Result<SealedFileWriter> SealedFileWriter::create(const std::filesystem::path& target, crypto::StreamSealer sealer) {
    std::error_code ignored;
    if (std::filesystem::exists(target, ignored)) {
        return fail(ErrorKind::refused, target.string() + " exists already and is never replaced; move it away first");
    }
    auto beside = target;
    beside += ".part";
    auto file = create_private(beside);
    if (!file) return std::unexpected(std::move(file).error());
    SealedFileWriter writer(std::unique_ptr<State>(
        new State{.target = target, .beside = std::move(beside), .sealer = std::move(sealer), .file = std::move(*file), .pending = {}}));
    auto& state = *writer.state_;
    if (auto ok = put(state.file.get(), state.beside, state.sealer.head()); !ok) return std::unexpected(std::move(ok).error());
    return writer;
}

Result<void> SealedFileWriter::write(ByteView bytes) {
    while (!bytes.empty()) {
        if (state_->pending.size() == piece_bytes) {
            if (auto ok = state_->put_piece(false); !ok) return ok;
        }
        const auto part = bytes.first(std::min(bytes.size(), piece_bytes - state_->pending.size()));
        append(state_->pending, part);
        bytes = bytes.subspan(part.size());
    }
    return {};
}

Result<void> SealedFileWriter::write_file(const std::filesystem::path& file, std::uint64_t size) {
    auto source = open_for_reading(file);
    if (!source) return std::unexpected(std::move(source).error());
    while (size > 0) {
        const auto part = take(source->get(), file, static_cast<std::size_t>(std::min<std::uint64_t>(size, piece_bytes)));
        if (!part || !*part) return fail(ErrorKind::storage, fmt::format("{}: it became shorter while it was read; try again", file.string()));
        if (auto ok = write(**part); !ok) return ok;
        size -= (*part)->size();
    }
    return {};
}

Result<void> SealedFileWriter::finish() {
    if (auto ok = state_->put_piece(true); !ok) return ok;
    if (auto ok = flush_and_sync(state_->file.get(), state_->beside); !ok) return ok;
    // link, not rename: it never replaces what appeared meanwhile.
    if (::link(state_->beside.c_str(), state_->target.c_str()) != 0) return system_error(state_->target, "cannot give the finished file its name");
    ::unlink(state_->beside.c_str());
    state_->file.reset();
    return sync_directory(state_->target.has_parent_path() ? state_->target.parent_path() : std::filesystem::path("."));
}

// --- reading ---

struct SealedFileReader::State {
    std::filesystem::path path;
    File file;
    crypto::StreamOpener opener;
    Bytes piece;  ///< the one that is read from
    std::size_t taken = 0;

    /// False at the end of the stream.
    Result<bool> next_piece() {
        if (opener.is_whole()) return false;
        const auto length = take(file.get(), path, 4);
        if (!length) return std::unexpected(length.error());
        if (!*length) return cut(path);
        const std::size_t size = number_of(**length);
        if (size > piece_bytes + piece_tag_bytes_max) return cut(path);
        const auto sealed = take(file.get(), path, size);
        if (!sealed) return std::unexpected(sealed.error());
        if (!*sealed) return cut(path);
        auto opened = opener.open(**sealed);
        if (!opened) return in_file(path, opened.error());
        piece = std::move(*opened);
        taken = 0;
        return true;
    }
};

SealedFileReader::SealedFileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedFileReader::SealedFileReader(SealedFileReader&&) noexcept = default;
SealedFileReader::~SealedFileReader() = default;

Result<crypto::SealedHead> SealedFileReader::head_of(const std::filesystem::path& path) {
    auto file = open_for_reading(path);
    if (!file) return std::unexpected(std::move(file).error());
    const auto head = take_head(file->get(), path);
    if (!head) return std::unexpected(head.error());
    auto read = crypto::read_sealed_head(*head);
    if (!read) return in_file(path, read.error());
    return read;
}

Result<SealedFileReader> SealedFileReader::open(const std::filesystem::path& path, std::string_view purpose, OpeningKey key) {
    auto file = open_for_reading(path);
    if (!file) return std::unexpected(std::move(file).error());
    const auto head = take_head(file->get(), path);
    if (!head) return std::unexpected(head.error());
    const auto* passphrase = std::get_if<const crypto::Secret*>(&key);
    auto opener = passphrase != nullptr ? crypto::StreamOpener::with_passphrase(purpose, *head, **passphrase)
                                        : crypto::StreamOpener::with_key(purpose, *head, *std::get<const crypto::NoiseKeyPair*>(key));
    if (!opener) return in_file(path, opener.error());
    return SealedFileReader(std::unique_ptr<State>(
        new State{.path = path, .file = std::move(*file), .opener = std::move(*opener), .piece = {}, .taken = 0}));
}

Result<Bytes> SealedFileReader::read(std::size_t size) {
    ensure(size <= piece_bytes, "read piece by piece");
    Bytes bytes;
    while (bytes.size() < size) {
        if (state_->taken == state_->piece.size()) {
            const auto more = state_->next_piece();
            if (!more) return std::unexpected(more.error());
            if (!*more) return cut(state_->path);
            continue;
        }
        const auto part = ByteView(state_->piece).subspan(state_->taken).first(std::min(size - bytes.size(), state_->piece.size() - state_->taken));
        append(bytes, part);
        state_->taken += part.size();
    }
    return bytes;
}

Result<void> SealedFileReader::read_to_file(const std::filesystem::path& target, std::uint64_t size) {
    auto file = create_private(target);
    if (!file) return std::unexpected(std::move(file).error());
    while (size > 0) {
        const auto part = read(static_cast<std::size_t>(std::min<std::uint64_t>(size, piece_bytes)));
        if (!part) return std::unexpected(part.error());
        if (auto ok = put(file->get(), target, *part); !ok) return ok;
        size -= part->size();
    }
    return flush_and_sync(file->get(), target);
}

bool SealedFileReader::is_at_end() {
    while (state_->taken == state_->piece.size()) {
        if (state_->opener.is_whole()) return true;
        const auto more = state_->next_piece();
        if (!more || !*more) return false;  // whoever reads on is told why
    }
    return false;
}

Result<void> SealedFileReader::expect_end() {
    while (state_->taken == state_->piece.size()) {
        const auto more = state_->next_piece();
        if (!more) return std::unexpected(more.error());
        if (*more) continue;
        const auto behind = take(state_->file.get(), state_->path, 1);
        if (behind && !*behind) return {};
        break;
    }
    return fail(ErrorKind::verification, fmt::format("{}: something follows its end", state_->path.string()));
}

}  // namespace motcua::node
