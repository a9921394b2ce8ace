#pragma once
/// A file as it travels: its chunks, and the manifest that names them. The file's id is the hash of the manifest, so that
/// whoever knows the id can check every chunk as it comes. FORMAT of both: PROTOCOL.md, "Files".

#include "crypto/cbor.hpp"
#include "crypto/hash.hpp"

namespace motcua::sync {

struct BlobIdTag;
/// SHA-256 of a manifest.
using BlobId = Fixed<BlobIdTag, 32>;

constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr std::uint32_t chunks_max = 800;
constexpr std::uint64_t file_bytes_max = std::uint64_t{chunks_max} * chunk_bytes;  ///< 200 MiB
/// Where a chunk's index stands for the manifest itself.
constexpr std::uint32_t manifest_index = 0xFFFF'FFFF;

struct Manifest {
    std::uint64_t size_bytes = 0;
    std::uint64_t chunk_size = chunk_bytes;
    std::vector<crypto::Hash> chunks;  ///< SHA-256 of each; all but the last are of chunk_size

    bool operator==(const Manifest&) const = default;
    template <class A> void serialize(A& a) { a(size_bytes, chunk_size, chunks); }

    /// Of the chunk at `index`, below chunks.size().
    [[nodiscard]] std::size_t bytes_of(std::uint32_t index) const;
};

[[nodiscard]] Bytes encode_manifest(const Manifest& manifest);
[[nodiscard]] BlobId blob_id(ByteView manifest);
/// Form, limits, and that there are as many chunks as the size needs. Errors: verification.
[[nodiscard]] Result<Manifest> decode_manifest(ByteView bytes);

}  // namespace motcua::sync
