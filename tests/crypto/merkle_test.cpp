#include "crypto/merkle.hpp"

#include <catch2/catch.hpp>

using namespace motcua;
using namespace motcua::crypto;

namespace {

Hash leaf_number(std::uint64_t number) {
    return leaf_hash(as_bytes("entry " + std::to_string(number)));
}

std::vector<Hash> leaves_up_to(std::uint64_t size) {
    std::vector<Hash> leaves;
    for (std::uint64_t index = 0; index < size; ++index) leaves.push_back(leaf_number(index));
    return leaves;
}

/// RFC 6962 section 2.1, word for word.
Hash tree_head(std::span<const Hash> leaves) {
    if (leaves.empty()) return sha256(ByteView{});
    if (leaves.size() == 1) return leaves.front();
    std::size_t split = 1;
    while (2 * split < leaves.size()) split *= 2;
    return node_hash(tree_head(leaves.first(split)), tree_head(leaves.subspan(split)));
}

/// Every way to spoil a proof that a careless verifier would not see.
template <class Verify>
void check_spoilt(const std::vector<Hash>& proof, Verify&& accepts) {
    for (std::size_t index = 0; index < proof.size(); ++index) {
        std::vector<Hash> spoilt = proof;
        spoilt[index].bytes[31] ^= std::byte{1};
        CHECK_FALSE(accepts(spoilt));
        spoilt = proof;
        spoilt.erase(spoilt.begin() + static_cast<std::ptrdiff_t>(index));
        CHECK_FALSE(accepts(spoilt));
    }
    std::vector<Hash> longer = proof;
    longer.push_back(Hash{});
    CHECK_FALSE(accepts(longer));
    longer = proof;
    longer.insert(longer.begin(), Hash{});
    CHECK_FALSE(accepts(longer));
}

constexpr std::uint64_t size_max = 70;

}  // namespace

TEST_CASE("the tree of Certificate Transparency's own example has its roots") {
    const char* entries[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                           "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                           "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                           "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                           "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                           "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                           "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                           "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    CompactRange range;
    CHECK(to_hex(range.root().view()) == roots[0]);
    for (std::size_t index = 0; index < 8; ++index) {
        range.append(leaf_hash(from_hex(entries[index]).value()));
        CHECK(to_hex(range.root().view()) == roots[index + 1]);
    }
}

TEST_CASE("a compact range has the root of the whole tree at every size, and goes on from its parts") {
    const auto leaves = leaves_up_to(300);
    CompactRange range;
    for (std::uint64_t size = 0; size <= leaves.size(); ++size) {
        const auto first = std::span(leaves).first(size);
        CHECK(range.root() == tree_head(first));
        CHECK(root_of(first) == range.root());
        const auto again = CompactRange::from_parts(range.size(), range.nodes());
        REQUIRE(again);
        range = *again;
        if (size < leaves.size()) range.append(leaves[size]);
    }
}

TEST_CASE("a compact range refuses another number of nodes than its size has") {
    CHECK(CompactRange::from_parts(0, {}));
    CHECK_FALSE(CompactRange::from_parts(0, {Hash{}}));
    CHECK_FALSE(CompactRange::from_parts(7, {Hash{}, Hash{}}));
    CHECK_FALSE(CompactRange::from_parts(8, {Hash{}, Hash{}}));
    CHECK(CompactRange::from_parts(UINT64_MAX, std::vector<Hash>(64)));
}

TEST_CASE("every leaf's inclusion proof verifies in every tree, and no other leaf, place, size or root with it") {
    const auto leaves = leaves_up_to(size_max);
    for (std::uint64_t size = 1; size <= size_max; ++size) {
        const Hash root = root_of(std::span(leaves).first(size));
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(leaves, index, size);
            CAPTURE(size, index);
            CHECK(verify_inclusion(leaves[index], index, size, proof, root));
            CHECK_FALSE(verify_inclusion(leaf_number(index + 1), index, size, proof, root));
            CHECK_FALSE(verify_inclusion(leaves[index], index, size, proof, Hash{}));
            if (size > 1) CHECK_FALSE(verify_inclusion(leaves[index], index ^ 1U, size, proof, root));
            CHECK_FALSE(verify_inclusion(leaves[index], size, size, proof, root));
            if (size % 7 == 1)
                check_spoilt(proof, [&](const auto& spoilt) {
                    return verify_inclusion(leaves[index], index, size, spoilt, root).has_value();
                });
        }
    }
}

TEST_CASE("every pair of sizes has a consistency proof that verifies, and with no other root") {
    const auto leaves = leaves_up_to(size_max);
    std::vector<Hash> roots;
    for (std::uint64_t size = 0; size <= size_max; ++size) roots.push_back(root_of(std::span(leaves).first(size)));
    for (std::uint64_t to = 0; to <= size_max; ++to) {
        for (std::uint64_t from = 0; from <= to; ++from) {
            const auto proof = consistency_proof(leaves, from, to);
            CAPTURE(from, to);
            CHECK(verify_consistency(from, to, proof, roots[from], roots[to]));
            CHECK_FALSE(verify_consistency(from, to, proof, Hash{}, roots[to]));
            if (from > 0) CHECK_FALSE(verify_consistency(from, to, proof, roots[from], Hash{}));
            if (from < to) CHECK_FALSE(verify_consistency(to, from, proof, roots[to], roots[from]));
            if (from > 0 && to % 7 == 1)
                check_spoilt(proof, [&](const auto& spoilt) {
                    return verify_consistency(from, to, spoilt, roots[from], roots[to]).has_value();
                });
        }
    }
}

TEST_CASE("a proof for a larger tree does not pass for a smaller one") {
    const auto leaves = leaves_up_to(2);
    const Hash root = root_of(leaves);
    const std::vector<Hash> proof = {leaves[0]};
    CHECK(verify_inclusion(leaves[1], 1, 2, proof, root));
    CHECK_FALSE(verify_inclusion(leaves[1], 0, 1, proof, root));  // the same hashes in the same order

    const auto four = leaves_up_to(4);
    const std::vector<Hash> path = {four[2], node_hash(four[0], four[1])};
    CHECK(verify_inclusion(four[3], 3, 4, path, root_of(four)));
    CHECK_FALSE(verify_inclusion(four[3], 1, 2, path, root_of(four)));
    CHECK_FALSE(verify_inclusion(four[3], 0, 1, path, root_of(four)));

    const auto eight = leaves_up_to(8);
    const auto from_seven = consistency_proof(eight, 7, 8);
    const Hash root_of_seven = root_of(std::span(eight).first(7));
    CHECK(verify_consistency(7, 8, from_seven, root_of_seven, root_of(eight)));
    CHECK_FALSE(verify_consistency(3, 4, from_seven, root_of_seven, root_of(eight)));
}

TEST_CASE("from the empty tree only its own root and the empty proof pass") {
    const auto leaves = leaves_up_to(3);
    CHECK(verify_consistency(0, 3, {}, root_of({}), root_of(leaves)));
    CHECK(verify_consistency(0, 0, {}, root_of({}), root_of({})));
    CHECK_FALSE(verify_consistency(0, 3, {}, root_of(leaves), root_of(leaves)));
    CHECK_FALSE(verify_consistency(0, 0, {}, root_of(leaves), root_of(leaves)));
    CHECK_FALSE(verify_consistency(0, 3, leaves, root_of({}), root_of(leaves)));
}

TEST_CASE("sizes near 2^64 end in a refusal, not in a loop") {
    const std::vector<Hash> proof(64);
    CHECK_FALSE(verify_inclusion(Hash{}, UINT64_MAX - 1, UINT64_MAX, proof, Hash{}));
    CHECK_FALSE(verify_inclusion(Hash{}, UINT64_MAX, UINT64_MAX, proof, Hash{}));
    CHECK_FALSE(verify_consistency(UINT64_MAX - 1, UINT64_MAX, proof, Hash{}, Hash{}));
    CHECK_FALSE(verify_consistency(1ULL << 63U, UINT64_MAX, proof, Hash{}, Hash{}));
    CHECK_FALSE(verify_consistency(UINT64_MAX, UINT64_MAX, proof, Hash{}, Hash{}));
}

TEST_CASE("a leaf can never be taken for a node") {
    const Hash left = leaf_number(0);
    const Hash right = leaf_number(1);
    Bytes both = to_bytes(left.view());
    append(both, right.view());
    CHECK(leaf_hash(both) != node_hash(left, right));
}
