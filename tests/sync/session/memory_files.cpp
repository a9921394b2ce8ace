#include "memory_replica.hpp"

namespace motcua::session_tests {

Result<bool> MemoryReplica::may_have_body(const LogId& log, std::uint64_t seq, const OfficeId& office) const {
    const auto found = reach.find({log, seq});
    return found == reach.end() || found->second.contains(office);
}

Result<std::optional<NodeRecord>> MemoryReplica::admitted(const Extension& extension) const {
    if (!judge) return std::nullopt;
    return judge(extension);
}

BlobId MemoryReplica::add_file(std::uint64_t size_bytes, std::uint64_t number) {
    StoredFile file{.size_bytes = size_bytes, .manifest = std::nullopt, .chunks = {}};
    Manifest manifest{.size_bytes = size_bytes, .chunks = {}};
    for (std::uint64_t at = 0; at < size_bytes; at += chunk_bytes) {
        Bytes chunk(std::min<std::uint64_t>(chunk_bytes, size_bytes - at), std::byte(number & 0xFFU));
        for (std::size_t byte = 0; byte < std::min<std::size_t>(8, chunk.size()); ++byte)
            chunk[byte] = std::byte((at + number) >> 8 * byte & 0xFFU);
        manifest.chunks.push_back(crypto::sha256(chunk));
        file.chunks.push_back(std::move(chunk));
    }
    file.manifest = encode_manifest(manifest);
    const BlobId blob = blob_id(*file.manifest);
    files[blob] = std::move(file);
    return blob;
}

bool MemoryReplica::has_file(const BlobId& blob) const {
    const auto found = files.find(blob);
    if (found == files.end() || !found->second.manifest) return false;
    return found->second.chunks.size() == decode_manifest(*found->second.manifest)->chunks.size();
}

Result<std::vector<FileWish>> MemoryReplica::wanted_files(const LinkEnds&, const std::set<BlobId>& skip,
                                                          std::size_t count_max) const {
    std::vector<FileWish> wishes;
    for (const auto& [blob, file] : files) {
        if (!file.wanted || skip.contains(blob) || has_file(blob) || wishes.size() >= count_max) continue;
        wishes.push_back({blob, file.size_bytes, file.manifest, static_cast<std::uint32_t>(file.chunks.size())});
    }
    return wishes;
}

Result<bool> MemoryReplica::may_have_file(const BlobId& blob, const LinkEnds&) const {
    const auto found = files.find(blob);
    return found != files.end() && found->second.given;
}

Result<std::optional<Bytes>> MemoryReplica::chunk(const BlobId& blob, std::uint32_t index) const {
    const auto found = files.find(blob);
    if (found == files.end()) return std::nullopt;
    const StoredFile& file = found->second;
    if (index == manifest_index) return file.manifest;
    return index < file.chunks.size() ? std::optional(file.chunks[index]) : std::nullopt;
}

}  // namespace motcua::session_tests
