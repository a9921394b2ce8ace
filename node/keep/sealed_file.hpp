#pragma once
/// A sealed stream (crypto/sealed_stream.hpp) as a file: written beside its place and renamed when whole, read once from front to back.

#include <filesystem>
#include <variant>

#include "crypto/sealed_stream.hpp"

namespace motcua::node {

/// Removes what it wrote unless finished. Move-only.
class SealedFileWriter {
  public:
    /// Errors: refused (`target` exists), storage.
    [[nodiscard]] static Result<SealedFileWriter> create(const std::filesystem::path& target, crypto::StreamSealer sealer);
    SealedFileWriter(SealedFileWriter&&) noexcept;
    SealedFileWriter& operator=(SealedFileWriter&&) = delete;
    ~SealedFileWriter();

    [[nodiscard]] Result<void> write(ByteView bytes);
    /// The whole of another file, which must have exactly so many bytes. Errors: storage (also: it changed meanwhile).
    [[nodiscard]] Result<void> write_file(const std::filesystem::path& file, std::uint64_t size);
    /// The last piece; durable, under its name, on return. Errors: refused (`target` appeared meanwhile), storage.
    [[nodiscard]] Result<void> finish();

  private:
    struct State;
    explicit SealedFileWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// What opens a sealed file; outlives the call that it is given to.
using OpeningKey = std::variant<const crypto::Secret*, const crypto::NoiseKeyPair*>;

class SealedFileReader {
  public:
    /// What the head says in the clear: whose it is. Errors: not_found, verification, storage.
    [[nodiscard]] static Result<crypto::SealedHead> head_of(const std::filesystem::path& file);
    /// Errors: as head_of and StreamOpener; a wrong passphrase shows at the first read.
    [[nodiscard]] static Result<SealedFileReader> open(const std::filesystem::path& file, std::string_view purpose, OpeningKey key);
    SealedFileReader(SealedFileReader&&) noexcept;
    SealedFileReader& operator=(SealedFileReader&&) = delete;
    ~SealedFileReader();

    /// Exactly so many bytes, at most a piece's. Errors: verification (cut or altered), refused (wrong passphrase), storage.
    [[nodiscard]] Result<Bytes> read(std::size_t size);
    /// The next `size` bytes into a new file, fsynced. Errors: as read; refused (it exists), storage.
    [[nodiscard]] Result<void> read_to_file(const std::filesystem::path& target, std::uint64_t size);
    /// Whether everything was read that is known to be there; expect_end says whether that was all.
    [[nodiscard]] bool is_at_end();
    /// Nothing may be left. Errors: verification, when something follows, or the end was cut off.
    [[nodiscard]] Result<void> expect_end();

  private:
    struct State;
    explicit SealedFileReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node
