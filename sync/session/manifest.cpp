#include "sync/session/manifest.hpp"

#include <algorithm>

namespace motcua::sync {

std::size_t Manifest::bytes_of(std::uint32_t index) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, size_bytes - std::uint64_t{index} * chunk_bytes));
}

Bytes encode_manifest(const Manifest& manifest) { return cbor::encode(manifest); }

BlobId blob_id(ByteView manifest) {
    BlobId id;
    id.bytes = crypto::sha256(manifest).bytes;
    return id;
}

Result<Manifest> decode_manifest(ByteView bytes) {
    if (bytes.size() > chunk_bytes) return fail(ErrorKind::verification, "the manifest is longer than a chunk");
    auto manifest = cbor::decode<Manifest>(bytes);
    if (!manifest) return manifest;
    if (manifest->chunk_size != chunk_bytes)
        return fail(ErrorKind::verification, "the manifest has chunks of another size than 262144 bytes");
    if (manifest->size_bytes == 0 || manifest->size_bytes > file_bytes_max)
        return fail(ErrorKind::verification, "the manifest is of an empty file or one above 200 MiB");
    if (manifest->chunks.size() != (manifest->size_bytes + chunk_bytes - 1) / chunk_bytes)
        return fail(ErrorKind::verification, "the manifest has another number of chunks than its size needs");
    return manifest;
}

}  // namespace motcua::sync
