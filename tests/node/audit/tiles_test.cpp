#include "node/audit/tiles.hpp"

#include <catch2/catch.hpp>

#include "crypto/note.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/vectors.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::tests;

TEST_CASE("tile paths are those of C2SP tlog-tiles") {
    CHECK(node::hash_tile_path(0, 0, 256) == "tile/0/000");
    CHECK(node::hash_tile_path(2, 5, 17) == "tile/2/005.p/17");
    CHECK(node::entry_bundle_path(1234067, 256) == "tile/entries/x001/x234/067");
    CHECK(node::entry_bundle_path(1000, 1) == "tile/entries/x001/000.p/1");
    CHECK(node::hash_tile_path(0, 999, 255) == "tile/0/999.p/255");
}

TEST_CASE("a bundle gives back its entries and nothing that it does not hold") {
    Bytes bundle;
    for (const std::string_view entry : {"one", "", "three"}) node::append_to_bundle(bundle, as_bytes(entry));
    const auto entries = node::decode_entry_bundle(bundle, 3);
    REQUIRE(entries);
    CHECK(as_text((*entries)[2]) == "three");
    CHECK_FALSE(node::decode_entry_bundle(bundle, 2));
    CHECK_FALSE(node::decode_entry_bundle(bundle, 4));
    for (std::size_t cut = 1; cut < bundle.size(); ++cut) CHECK_FALSE(node::decode_entry_bundle(ByteView(bundle).first(cut), 3));
    CHECK_FALSE(node::decode_hash_tile(Bytes(33), 1));
    CHECK(node::decode_hash_tile(Bytes(64), 2));
}

TEST_CASE("the tiles of a tree give its root at every level") {
    for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256}, std::uint64_t{257}, scaled(70'000) + 513}) {
        crypto::CompactRange tree;
        std::map<std::pair<unsigned, std::uint64_t>, std::vector<sync::Hash>> tiles;
        node::TileBuilder builder([&](unsigned level, std::uint64_t index, std::span<const sync::Hash> hashes) -> Result<void> {
            tiles[{level, index}].assign(hashes.begin(), hashes.end());
            return {};
        });
        for (std::uint64_t leaf = 0; leaf < size; ++leaf) {
            const auto hash = crypto::leaf_hash(as_bytes(std::to_string(leaf)));
            tree.append(hash);
            REQUIRE(builder.add(hash));
        }
        REQUIRE(builder.finish());
        // From the top: each level's hashes are the roots of the full tiles below, and the rest is the partial tile's.
        unsigned level = 0;
        std::uint64_t width = size;
        std::vector<sync::Hash> right_edge;
        while (width > 0) {
            CHECK(tiles.contains({level, (width - 1) / 256}));
            for (std::uint64_t index = 0; index < width / 256; ++index)
                CHECK(tiles.at({level + 1, index / 256}).at(index % 256) == crypto::root_of(tiles.at({level, index})));
            ++level;
            width /= 256;
        }
        CHECK_FALSE(tiles.contains({level, 0}));
        if (size <= 256) CHECK(crypto::root_of(tiles.at({0, 0})) == tree.root());
    }
}

TEST_CASE("a file of an export is regular and bounded") {
    Folder folder;
    std::filesystem::create_directories(folder.path() / "checkpoint");
    CHECK_FALSE(node::TileReader(folder.path()).checkpoint());
    const auto file = folder.write("vkey", std::string(2000, 'x'));
    CHECK_FALSE(node::TileReader(folder.path()).verifier_key());
    std::filesystem::create_symlink("/dev/zero", folder.path() / "link");
    CHECK_FALSE(node::read_exported_file(folder.path() / "link", 100));
    CHECK(node::read_exported_file(folder.path() / "nothing", 100).error().kind == ErrorKind::not_found);
}

TEST_CASE("the Tessera log is read at each of its sizes, and a flipped bit in any file of it is seen") {
    const auto folder = find_shared("vectors/tlog_tiles/testdata/log");
    if (!folder) return;
    const auto verifier = value_of(crypto::VerifierKey::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"));
    const node::TileReader reader(*folder);
    for (std::uint64_t size = 0; size <= 15; ++size) {
        const auto note = value_of(crypto::Note::parse(read_text(*folder / ("checkpoint." + std::to_string(size)))));
        const auto checkpoint = value_of(crypto::open_checkpoint(note, verifier));
        REQUIRE(checkpoint.size == size);
        crypto::CompactRange tree;
        const auto each = [&](ByteView entry) { tree.append(crypto::leaf_hash(entry)); };
        const auto trouble = [&](const std::string& path, std::uint64_t, const std::string& cause) { FAIL_CHECK(path + ": " + cause); };
        CHECK(node::check_tiles(reader, size, each, trouble) == size);
        CHECK(tree.root() == checkpoint.root);
    }
    CHECK(value_of(crypto::open_checkpoint(value_of(crypto::Note::parse(value_of(reader.checkpoint()))), verifier)).size == 15);

    Folder copy;
    std::filesystem::copy(*folder / "tile", copy.path() / "tile", std::filesystem::copy_options::recursive);
    for (const char* name : {"tile/0/000.p/15", "tile/entries/000.p/15"}) {
        const auto good = read_text(*folder / name);
        std::filesystem::permissions(copy.path() / name, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
        for (std::size_t at = 0; at < good.size(); ++at) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x10);
            copy.write(name, bad);
            bool seen = false;
            (void)node::check_tiles(node::TileReader(copy.path()), 15, [](ByteView) {}, [&](const std::string&, std::uint64_t, const std::string&) { seen = true; });
            CHECK(seen);
        }
        copy.write(name, good);
    }
}
