#pragma once
/// Small files that are whole or absent, and durable on return.

#include <filesystem>

#include "crypto/bytes.hpp"

namespace motcua::node {

/// Errors: not_found; usage, when it is larger than `bytes_max`; storage.
[[nodiscard]] Result<Bytes> read_whole_file(const std::filesystem::path& file, std::size_t bytes_max);
/// A new file, mode 0600, fsynced with its directory. Errors: refused (it exists), storage.
[[nodiscard]] Result<void> create_file(const std::filesystem::path& file, ByteView bytes);
/// Written beside (mode 0600), fsynced, renamed over what is there, and the directory fsynced. Errors: storage.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& file, ByteView bytes);
/// What this process may still write where `directory` lies, in bytes. Errors: not_found, storage.
[[nodiscard]] Result<std::uint64_t> free_bytes(const std::filesystem::path& directory);
/// What somebody else wrote. Errors: storage.
[[nodiscard]] Result<void> sync_file(const std::filesystem::path& file);
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace motcua::node
