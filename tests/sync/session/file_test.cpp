/// Files: asked for by who was sent an act that names them, checked chunk by chunk, never ahead of an act.

#include "ends.hpp"
#include "tests/support/scale.hpp"

namespace motcua::session_tests {
namespace {

constexpr std::uint64_t three_chunks = 2 * chunk_bytes + 1000;

/// Makes `at` want what `from` has.
void want(MemoryReplica& at, const MemoryReplica& from, const BlobId& blob) {
    at.files[blob] = {.size_bytes = from.files.at(blob).size_bytes, .manifest = std::nullopt, .chunks = {}, .wanted = true};
}

std::size_t count_chunks(const std::vector<Message>& heard) {
    return static_cast<std::size_t>(
        std::ranges::count_if(heard, [](const Message& message) { return std::holds_alternative<Chunk>(message); }));
}

}  // namespace

TEST_CASE("a manifest says its chunks and nothing that cannot be") {
    Manifest manifest{.size_bytes = three_chunks, .chunks = std::vector<Hash>(3)};
    CHECK(manifest.bytes_of(0) == chunk_bytes);
    CHECK(manifest.bytes_of(2) == 1000);
    CHECK(decode_manifest(encode_manifest(manifest)) == manifest);
    const auto refused = [](Manifest bad) { return !decode_manifest(encode_manifest(bad)); };
    CHECK(refused({.size_bytes = three_chunks, .chunks = std::vector<Hash>(2)}));
    CHECK(refused({.size_bytes = three_chunks, .chunks = std::vector<Hash>(4)}));
    CHECK(refused({.size_bytes = 0, .chunks = {}}));
    CHECK(refused({.size_bytes = 10, .chunk_size = 1000, .chunks = std::vector<Hash>(1)}));
    CHECK(refused({.size_bytes = ~0ULL, .chunks = {}}));
    CHECK_FALSE(refused({.size_bytes = file_bytes_max, .chunks = std::vector<Hash>(chunks_max)}));
    CHECK(refused({.size_bytes = file_bytes_max + 1, .chunks = std::vector<Hash>(chunks_max + 1)}));
    CHECK(encode_manifest({.size_bytes = file_bytes_max, .chunks = std::vector<Hash>(chunks_max)}).size() < chunk_bytes);
}

TEST_CASE("files go up and down in one session, which ends level and says that they are held") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    MemoryReplica& upper = city.at(city.city);
    lower.write(city.commune(), 5);
    const BlobId scan = lower.add_file(three_chunks, 1), result = upper.add_file(20 * chunk_bytes, 2);
    want(upper, lower, scan);
    want(lower, upper, result);
    Ends ends(city, city.commune(), city.city);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.finished->summary.level);
    CHECK(upper.has_file(scan));
    CHECK(upper.files.at(scan).chunks == lower.files.at(scan).chunks);
    CHECK(lower.has_file(result));
    REQUIRE(ends.a.files_held.size() == 1);
    CHECK(ends.a.files_held[0].blob == scan);
    CHECK(ends.a.files_held[0].chunks == 3);
    CHECK(ends.b.files_held.size() == 1);
    CHECK(ends.a.finished->summary.chunks_sent == 3);
    CHECK(ends.a.finished->summary.chunks_received == 20);
    CHECK(upper.size(city.commune().log) == 5);
}

TEST_CASE("a file named by an act of this very session is asked for before the sender may leave") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    MemoryReplica& upper = city.at(city.city);
    lower.write(city.commune(), 5);
    const BlobId scan = lower.add_file(three_chunks, 1);
    Ends ends(city, city.commune(), city.city);
    ends.b.hold_stores = true;
    ends.link.settle();
    want(upper, lower, scan);
    ends.b.hold_stores = false;
    ends.b.answer_stores(ends.link.now());
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(upper.has_file(scan));
}

TEST_CASE("many small files share round trips and all arrive") {
    City city;
    for (std::uint64_t number = 0; number < 150; ++number)
        want(city.at(city.city), city.at(city.commune()), city.at(city.commune()).add_file(100 + number, number));
    Ends ends(city, city.commune(), city.city);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.files_held.size() == 150);
}

TEST_CASE("after a cut the next session goes on at the chunk, and no chunk is stored twice") {
    City city;
    const BlobId scan = city.at(city.commune()).add_file(9 * chunk_bytes + 7, 1);
    const std::uint64_t whole = 10 * chunk_bytes + 5000;
    const std::uint64_t cuts = tests::scaled(60);
    for (std::uint64_t number = 0; number < cuts; ++number) {
        want(city.at(city.city), city.at(city.commune()), scan);
        Ends cut(city, city.commune(), city.city, {.once = true}, {.cut_after_bytes = number * whole / cuts});
        cut.run();
        const std::uint64_t had = city.at(city.city).files.at(scan).chunks.size();
        Ends ends(city, city.commune(), city.city);
        ends.run();
        INFO(number << ": " << ends.a.error());
        if (!city.at(city.city).has_file(scan)) FAIL("the file is not whole");
        if (ends.a.finished->summary.chunks_sent != 10 - had) FAIL("not resumed at the chunk");
    }
}

TEST_CASE("no more than a window of chunks waits to be stored") {
    City city;
    const BlobId scan = city.at(city.commune()).add_file(30 * chunk_bytes, 1);
    want(city.at(city.city), city.at(city.commune()), scan);
    Ends ends(city, city.commune(), city.city);
    ends.b.hold_chunks = true;
    ends.link.settle();
    while (!ends.b.chunks_waiting.empty()) {
        CHECK(ends.b.chunks_waiting.size() <= 8);
        ends.b.answer_stores(ends.link.now());
        ends.b.hold_chunks = true;
        ends.link.settle();
    }
    ends.run();
    CHECK(city.at(city.city).has_file(scan));
}

TEST_CASE("an act comes before chunks that are owed, and no chunk is made while bytes wait") {
    City city;
    const Site& commune = city.commune();
    MemoryReplica& lower = city.at(commune);
    const BlobId scan = lower.add_file(8 * chunk_bytes, 1);
    Speaker upper(city, city.city, commune);
    upper.state(*lower.registry(), {});
    (void)upper.heard();
    upper.end.room = Room::none_for_files;
    upper.say(FileWant{scan, 0, 8});
    CHECK(count_chunks(upper.heard()) == 0);
    lower.write(commune, 3);
    upper.end.session.changed(city.now);
    upper.wait(std::chrono::milliseconds(200));
    CHECK(upper.count_heard<Extend>() == 1);
    lower.write(commune, 3);
    upper.end.session.changed(city.now);
    upper.end.room = Room::any;
    upper.wait(std::chrono::milliseconds(300));
    const std::vector<Message> heard = upper.heard();
    REQUIRE(heard.size() == 9);
    CHECK(std::holds_alternative<Extend>(heard[0]));
    CHECK(count_chunks(heard) == 8);
}

TEST_CASE("an act that waits for credit is not overtaken by chunks") {
    City city;
    const Site& commune = city.commune();
    MemoryReplica& lower = city.at(commune);
    const BlobId scan = lower.add_file(8 * chunk_bytes, 1);
    for (int piece = 0; piece < 8; ++piece) lower.write(commune, 15, 30'000);
    Speaker upper(city, city.city, commune);
    upper.state(*lower.registry(), {});
    upper.wait(std::chrono::milliseconds(200));
    CHECK(upper.count_heard<Extend>() >= 1);
    upper.say(FileWant{scan, 0, 8});
    CHECK(count_chunks(upper.heard()) == 0);
}

TEST_CASE("a file that the peer does not have is asked for again on an open link, and holds up no other") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    MemoryReplica& upper = city.at(city.city);
    const BlobId late = lower.add_file(three_chunks, 1), here = lower.add_file(three_chunks, 2);
    want(upper, lower, late);
    want(upper, lower, here);
    const auto whole = lower.files.at(late);
    lower.files.erase(late);
    {
        Ends once(city, city.commune(), city.city);
        once.run();
        CHECK(once.a.error() == "");
        CHECK(upper.has_file(here));
        CHECK_FALSE(upper.has_file(late));
    }
    Ends open(city, city.commune(), city.city, {});
    open.link.settle();
    lower.files[late] = whole;
    open.link.advance(std::chrono::seconds(20));
    CHECK_FALSE(upper.has_file(late));
    open.link.advance(std::chrono::seconds(11));
    CHECK(upper.has_file(late));
    const std::size_t sent = open.b.sent.size();
    open.link.advance(std::chrono::seconds(20));
    CHECK(open.b.sent.size() < sent + 100);
}

TEST_CASE("a file that is not stored, or whose act and manifest disagree, is left out and the session goes on") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    MemoryReplica& upper = city.at(city.city);
    lower.write(city.commune(), 3);
    const BlobId full = lower.add_file(three_chunks, 1), good = lower.add_file(three_chunks, 2), size = lower.add_file(500, 3);
    Manifest absurd{.size_bytes = three_chunks, .chunks = std::vector<Hash>(1)};
    const Bytes absurd_bytes = encode_manifest(absurd);
    const BlobId lying = blob_id(absurd_bytes);
    lower.files[lying] = {.size_bytes = three_chunks, .manifest = absurd_bytes, .chunks = {Bytes(chunk_bytes)}};
    for (const BlobId& blob : {full, good, size, lying}) want(upper, lower, blob);
    upper.files[size].size_bytes = 501;
    Ends ends(city, city.commune(), city.city);
    ends.b.refuse_file = full;
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(upper.has_file(good));
    for (const BlobId& blob : {full, size, lying}) CHECK_FALSE(upper.files.at(blob).manifest);
    CHECK(ends.b.finished->summary.refusals.size() == 3);
    CHECK(ends.a.files_held.size() == 1);
    CHECK(upper.size(city.commune().log) == 3);
}

TEST_CASE("a peer that gives what was not asked for, or asks for more than is given, is cut off and nothing is stored") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    MemoryReplica& upper = city.at(city.city);
    const BlobId scan = lower.add_file(three_chunks, 1), other = lower.add_file(three_chunks, 2);
    const Bytes manifest = *lower.files.at(scan).manifest;
    const auto after = [&](const std::vector<Message>& said) {
        want(upper, lower, scan);
        Speaker speaker(city, city.commune(), city.city);
        speaker.state(*lower.registry(), {});
        for (const Message& message : said) speaker.say(message);
        const std::string error = speaker.error();
        return error + (upper.files.at(scan).chunks.empty() ? "" : ", and stored");
    };
    const Chunk first{scan, 0, lower.files.at(scan).chunks[0]}, second{scan, 1, lower.files.at(scan).chunks[1]};
    const Chunk named{scan, manifest_index, manifest};
    CHECK(after({}) == "none");
    CHECK(after({named}) == "none");
    CHECK(after({named, first}) == "none, and stored");
    CHECK_THAT(after({first}), Catch::EndsWith("not asked for"));
    CHECK_THAT(after({named, named}), Catch::EndsWith("not asked for"));
    CHECK_THAT(after({named, Chunk{other, 0, first.bytes}}), Catch::EndsWith("not asked for"));
    CHECK_THAT(after({Chunk{scan, manifest_index, *lower.files.at(other).manifest}}), Catch::EndsWith("the one that was asked for"));
    CHECK_THAT(after({named, Chunk{scan, 0, second.bytes}}), Catch::EndsWith("manifest says"));
    Bytes shorter = *first.bytes;
    shorter.pop_back();
    CHECK_THAT(after({named, Chunk{scan, 0, shorter}}), Catch::EndsWith("manifest says"));
    CHECK(after({Chunk{scan, manifest_index, std::nullopt}}) == "none");

    CHECK_THAT(after({FileWant{other, 0, 9}}), Catch::EndsWith("sent at once"));
    std::vector<Message> many;
    for (unsigned number = 0; number < 9; ++number) {
        BlobId blob;
        blob.bytes[0] = std::byte(number);
        many.push_back(FileWant{blob, 0, 1});
    }
    CHECK_THAT(after({many.begin(), many.begin() + 8}), Catch::Equals("none"));
    CHECK_THAT(after({FileWant{other, 0, 1'000'000}}), Catch::EndsWith("so many chunks"));
}

TEST_CASE("a file that the peer may not have is not given, and looks like one that is not here") {
    City city;
    MemoryReplica& lower = city.at(city.commune());
    const BlobId secret = lower.add_file(500, 1);
    lower.files[secret].given = false;
    Speaker upper(city, city.city, city.commune());
    upper.state(*lower.registry(), {});
    (void)upper.heard();
    upper.say(FileWant{secret, 0, 1});
    upper.say(FileWant{BlobId{}, 0, 1});
    const std::vector<Message> heard = upper.heard();
    REQUIRE(heard.size() == 2);
    for (const Message& message : heard) {
        REQUIRE(std::holds_alternative<Chunk>(message));
        CHECK_FALSE(std::get<Chunk>(message).bytes);
    }
}

}  // namespace motcua::session_tests
