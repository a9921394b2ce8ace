#pragma once
/// The Merkle tree of RFC 6962 section 2.1 over SHA-256: as a compact range for appending, and proofs (RFC 9162 section 2.1.3).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/hash.hpp"

namespace motcua::crypto {

/// SHA-256(00 ‖ entry).
[[nodiscard]] Hash leaf_hash(ByteView entry);
/// SHA-256(01 ‖ left ‖ right).
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);

/// The roots of the perfect subtrees that cover the first `size` leaves, largest first: all that appending needs.
class CompactRange {
  public:
    CompactRange() = default;
    /// Errors: verification, unless there are exactly popcount(size) nodes.
    static Result<CompactRange> from_parts(std::uint64_t size, std::vector<Hash> nodes);

    void append(const Hash& leaf);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::vector<Hash>& nodes() const { return nodes_; }
    /// SHA-256 of the empty string for the empty tree.
    [[nodiscard]] Hash root() const;

    bool operator==(const CompactRange&) const = default;

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash> nodes_;
};

/// Proofs over leaf hashes held in memory. `index < size <= leaves.size()`; `from <= to <= leaves.size()`.
[[nodiscard]] std::vector<Hash> inclusion_proof(std::span<const Hash> leaves, std::uint64_t index, std::uint64_t size);
[[nodiscard]] std::vector<Hash> consistency_proof(std::span<const Hash> leaves, std::uint64_t from, std::uint64_t to);
[[nodiscard]] Hash root_of(std::span<const Hash> leaves);

/// Both compute the roots as RFC 9162 sections 2.1.3.2 and 2.1.4.2 do. A tree extends itself and the empty tree by the
/// empty proof alone. Errors: verification, with the reason.
[[nodiscard]] Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                            std::span<const Hash> proof, const Hash& root);
[[nodiscard]] Result<void> verify_consistency(std::uint64_t from, std::uint64_t to, std::span<const Hash> proof,
                                              const Hash& from_root, const Hash& to_root);

}  // namespace motcua::crypto
