#include "crypto/merkle.hpp"

#include <algorithm>
#include <bit>

namespace motcua::crypto {
namespace {

constexpr std::array<std::byte, 1> leaf_prefix{std::byte{0x00}};
constexpr std::array<std::byte, 1> node_prefix{std::byte{0x01}};

std::unexpected<Error> bad_proof(std::string cause) {
    return fail(ErrorKind::verification, "Merkle proof: " + std::move(cause));
}

/// RFC 6962's split: the largest power of two below `size`, which is at least 2.
std::uint64_t split_of(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

/// SUBPROOF(from, leaves, whole) of RFC 9162 section 2.1.4.1; `whole`: the verifier knows the root of these leaves.
void append_subproof(std::span<const Hash> leaves, std::uint64_t from, bool whole, std::vector<Hash>& proof) {
    if (from == leaves.size()) {
        if (!whole) proof.push_back(root_of(leaves));
        return;
    }
    const std::uint64_t split = split_of(leaves.size());
    if (from <= split) {
        append_subproof(leaves.first(split), from, whole, proof);
        proof.push_back(root_of(leaves.subspan(split)));
    } else {
        append_subproof(leaves.subspan(split), from - split, false, proof);
        proof.push_back(root_of(leaves.first(split)));
    }
}

}  // namespace

Hash leaf_hash(ByteView entry) {
    return sha256({leaf_prefix, entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
    return sha256({node_prefix, left.view(), right.view()});
}

Result<CompactRange> CompactRange::from_parts(std::uint64_t size, std::vector<Hash> nodes) {
    const auto expected = static_cast<std::size_t>(std::popcount(size));
    if (nodes.size() != expected)
        return fail(ErrorKind::verification, "a tree of size " + std::to_string(size) + " has " +
                                                 std::to_string(expected) + " perfect subtrees, not " +
                                                 std::to_string(nodes.size()));
    CompactRange range;
    range.size_ = size;
    range.nodes_ = std::move(nodes);
    return range;
}

void CompactRange::append(const Hash& leaf) {
    nodes_.push_back(leaf);
    for (int merges = std::countr_one(size_); merges > 0; --merges) {
        const Hash right = nodes_.back();
        nodes_.pop_back();
        nodes_.back() = node_hash(nodes_.back(), right);
    }
    ++size_;
}

Hash CompactRange::root() const {
    if (nodes_.empty()) return sha256(ByteView{});
    Hash root = nodes_.back();
    for (std::size_t left = nodes_.size() - 1; left > 0; --left) root = node_hash(nodes_[left - 1], root);
    return root;
}

Hash root_of(std::span<const Hash> leaves) {
    CompactRange range;
    for (const Hash& leaf : leaves) range.append(leaf);
    return range.root();
}

std::vector<Hash> inclusion_proof(std::span<const Hash> leaves, std::uint64_t index, std::uint64_t size) {
    ensure(index < size && size <= leaves.size(), "an inclusion proof is of a leaf in the tree");
    std::vector<Hash> proof;  // from the root down; turned around at the end
    std::span<const Hash> subtree = leaves.first(size);
    while (subtree.size() > 1) {
        const std::uint64_t split = split_of(subtree.size());
        const auto left = subtree.first(split);
        const auto right = subtree.subspan(split);
        proof.push_back(root_of(index < split ? right : left));
        subtree = index < split ? left : right;
        if (index >= split) index -= split;
    }
    std::ranges::reverse(proof);
    return proof;
}

std::vector<Hash> consistency_proof(std::span<const Hash> leaves, std::uint64_t from, std::uint64_t to) {
    ensure(from <= to && to <= leaves.size(), "a consistency proof is between sizes of the tree");
    std::vector<Hash> proof;
    if (from > 0) append_subproof(leaves.first(to), from, true, proof);
    return proof;
}

Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                              const Hash& root) {
    if (index >= size)
        return bad_proof("leaf " + std::to_string(index) + " is not in a tree of size " + std::to_string(size));
    // RFC 9162 section 2.1.3.2, with its names fn and sn spelt out.
    std::uint64_t node = index;
    std::uint64_t last = size - 1;
    Hash computed = leaf;
    for (const Hash& sibling : proof) {
        if (last == 0) return bad_proof("it is longer than the tree is high");
        if (node % 2 == 1 || node == last) {
            computed = node_hash(sibling, computed);
            while (node % 2 == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            computed = node_hash(computed, sibling);
        }
        node >>= 1U;
        last >>= 1U;
    }
    if (last != 0) return bad_proof("it is shorter than the tree is high");
    if (computed != root) return bad_proof("it leads to another root");
    return {};
}

Result<void> verify_consistency(std::uint64_t from, std::uint64_t to, std::span<const Hash> proof,
                                const Hash& from_root, const Hash& to_root) {
    if (from > to)
        return bad_proof("a tree of size " + std::to_string(to) + " does not extend one of " + std::to_string(from));
    if (from == 0 || from == to) {
        if (!proof.empty()) return bad_proof("nothing is to be proven, yet there are hashes");
        if (from == 0 && from_root != root_of({})) return bad_proof("the empty tree has another root");
        if (from == to && from_root != to_root) return bad_proof("equal sizes with different roots");
        return {};
    }
    if (proof.empty()) return bad_proof("it is empty");
    // RFC 9162 section 2.1.4.2. Where `from` is a power of two, its root is itself the first node of the path.
    const bool from_is_perfect = std::has_single_bit(from);
    const int rises = std::countr_one(from - 1);
    std::uint64_t node = rises < 64 ? (from - 1) >> rises : 0;
    std::uint64_t last = (to - 1) >> rises;
    const Hash& first = from_is_perfect ? from_root : proof.front();
    Hash computed_from = first;
    Hash computed_to = first;
    for (const Hash& sibling : from_is_perfect ? proof : proof.subspan(1)) {
        if (last == 0) return bad_proof("it is longer than the tree is high");
        if (node % 2 == 1 || node == last) {
            computed_from = node_hash(sibling, computed_from);
            computed_to = node_hash(sibling, computed_to);
            while (node % 2 == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            computed_to = node_hash(computed_to, sibling);
        }
        node >>= 1U;
        last >>= 1U;
    }
    if (last != 0) return bad_proof("it is shorter than the tree is high");
    if (computed_from != from_root) return bad_proof("it leads to another root for the smaller tree");
    if (computed_to != to_root) return bad_proof("it leads to another root for the larger tree");
    return {};
}

}  // namespace motcua::crypto
