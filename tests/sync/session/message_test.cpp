#include <catch2/catch.hpp>

#include <set>

#include "scene.hpp"
#include "sync/session/heads.hpp"

namespace motcua::session_tests {
namespace {

std::vector<Message> one_of_each() {
    LogId log;
    log.bytes.fill(std::byte{7});
    HeadRange list{.lower = LogId{},
                   .upper = log,
                   .answer_wanted = true,
                   .digest = std::nullopt,
                   .heads = {{log, 3, Hash{}, 2, 1}}};
    HeadRange digest{.lower = log, .upper = log, .answer_wanted = true, .digest = Hash{}, .heads = {}};
    return {Hello{.software = "motcua", .credit_bytes = 1U << 22U, .message_bytes_max = 1U << 20U},
            Heads{2, {log, 5, Hash{}}, {list, digest}},
            Extend{{.log = log,
                    .from = 9,
                    .entries = {Bytes(3), Bytes(4)},
                    .bodies = {std::nullopt, Bytes(5)},
                    .checkpoint = "note"}},
            Cosign{{log, 9, Hash{}, {"— name line"}}, {4, 5}},
            Want{log, {1, 2, 3}},
            Blob{log, 1, Bytes(100)},
            Fork{log, "note", 3, Hash{}, {Hash{}, Hash{}}},
            Credit{77},
            Bye{5, "vì sao"},
            Refuse{log, 12, 5, "why"},
            Fetch{log, 4},
            FileWant{BlobId{}, 3, 5},
            Chunk{BlobId{}, manifest_index, Bytes(9)}};
}

Bytes head_of(unsigned major, std::uint64_t count) {
    Bytes bytes{std::byte((major << 5U) | 27U)};
    append_be(bytes, count, 8);
    return bytes;
}

}  // namespace

TEST_CASE("every message reads back as it was written, and any shorter or longer form of it does not") {
    for (const Message& message : one_of_each()) {
        const Bytes bytes = encode_message(message);
        const auto back = decode_message(bytes);
        REQUIRE(back);
        CHECK(back->index() == message.index());
        CHECK(encode_message(*back) == bytes);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            if (decode_message(ByteView(bytes).first(length))) FAIL("a part of a message was taken");
        }
        Bytes longer = bytes;
        longer.push_back(std::byte{0});
        CHECK_FALSE(decode_message(longer));
    }
}

TEST_CASE("unknown types, and fields of another type, are refused") {
    CHECK_FALSE(decode_message(cbor::encode(std::vector<std::uint64_t>{1, 2})));
    for (unsigned type : {0U, 14U, 23U}) {
        const Bytes bytes{std::byte{0x82}, std::byte(type), std::byte{0x81}, std::byte{0}};
        CHECK_FALSE(decode_message(bytes));
    }
    const Bytes credit_as_bye{std::byte{0x82}, std::byte{9}, std::byte{0x81}, std::byte{0}};
    CHECK_FALSE(decode_message(credit_as_bye));
}

TEST_CASE("claimed counts up to 2^63 are refused before anything is allocated") {
    for (const std::uint64_t count :
         {std::uint64_t{1} << 20U, std::uint64_t{1} << 32U, std::uint64_t{1} << 63U, ~std::uint64_t{0}}) {
        for (const unsigned major : {2U, 3U, 4U}) {
            Bytes blob{std::byte{0x82}, std::byte{6}, std::byte{0x83}};  // BLOB
            append(blob, head_of(major, count));
            CHECK_FALSE(decode_message(blob));
            Bytes want{std::byte{0x82}, std::byte{5}, std::byte{0x82}, std::byte{0x58}, std::byte{32}};  // WANT
            want.resize(want.size() + 32);
            append(want, head_of(major, count));
            CHECK_FALSE(decode_message(want));
        }
    }
}

TEST_CASE("a megabyte of empty items is refused by the limits of its arrays") {
    const LogId log;
    Bytes extend{std::byte{0x82}, std::byte{3}, std::byte{0x86}, std::byte{0x58}, std::byte{32}};
    append(extend, log.bytes);
    extend.push_back(std::byte{0});
    constexpr std::uint64_t items = 500'000;
    extend.push_back(std::byte{0x9A});
    append_be(extend, items, 4);
    extend.resize(extend.size() + items, std::byte{0x40});
    extend.push_back(std::byte{0x9A});
    append_be(extend, items, 4);
    extend.resize(extend.size() + items, std::byte{0xF6});
    extend.push_back(std::byte{0x60});
    extend.push_back(std::byte{0x80});
    const auto decoded = decode_message(extend);
    REQUIRE_FALSE(decoded);
    CHECK_THAT(decoded.error().message, Catch::Contains("more items"));
}

TEST_CASE("texts, bodies and notes over their limits are refused") {
    const LogId log;
    CHECK_FALSE(decode_message(encode_message(Bye{0, std::string(257, 'x')})));
    CHECK_FALSE(decode_message(encode_message(Blob{log, 0, Bytes(body_bytes_max + 1)})));
    CHECK_FALSE(decode_message(encode_message(Fork{log, std::string(crypto::Note::bytes_max + 1, 'x'), 0, Hash{}, {}})));
    CHECK_FALSE(decode_message(encode_message(Chunk{BlobId{}, 0, Bytes(chunk_bytes + 1)})));
    CHECK_FALSE(decode_message(encode_message(Chunk{BlobId{}, chunks_max, std::nullopt})));
    CHECK_FALSE(decode_message(encode_message(FileWant{BlobId{}, 0, 1'000'000})));
    CHECK_FALSE(decode_message(encode_message(FileWant{BlobId{}, 799, 2})));
    CHECK_FALSE(decode_message(encode_message(FileWant{BlobId{}, manifest_index, 2})));
    CHECK_FALSE(decode_message(
        encode_message(Extend{{.log = log, .from = 0, .entries = {Bytes(1)}, .bodies = {}, .checkpoint = ""}})));
    CHECK_FALSE(
        decode_message(encode_message(Extend{{.log = log, .from = 0, .entries = {}, .bodies = {}, .checkpoint = ""}})));
    CHECK_FALSE(decode_message(Bytes(message_bytes_max + 1)));
}

TEST_CASE("a reason is cut at the end of a character") {
    const std::string text = "lý do: " + std::string(246, 'x') + "ệệ";
    const std::string bounded = bounded_text(text);
    CHECK(bounded.size() <= text_bytes_max);
    CHECK(text.starts_with(bounded));
    CHECK(decode_message(encode_message(Bye{1, bounded})));
    CHECK(bounded_text("short") == "short");
}

TEST_CASE("two sets of heads find every difference, whatever their sizes, and stop") {
    SeededRandom random(11);
    for (int round = 0; round < 60; ++round) {
        std::vector<HeadState> mine, theirs;
        const std::size_t count = random.next() % (round % 3 == 0 ? 20 : 1500);
        std::set<LogId> different;
        for (std::size_t index = 0; index < count; ++index) {
            HeadState head;
            random.fill(head.log.bytes);
            head.size = 1 + random.next() % 1000;
            const std::uint64_t fate = random.next() % (round % 2 == 0 ? 200 : 3);
            if (fate != 0) mine.push_back(head);
            if (fate == 2) head.size += 1;
            if (fate != 1) theirs.push_back(head);
            if (fate <= 2) different.insert(head.log);
        }
        std::ranges::sort(mine, {}, &HeadState::log);
        std::ranges::sort(theirs, {}, &HeadState::log);
        std::set<LogId> found_here, found_there;
        std::vector<HeadRange> ranges{opening_range(mine)};
        bool ours = false;  // whose turn it is to answer
        std::size_t turns = 0;
        while (!ranges.empty()) {
            REQUIRE(++turns < heads_turns_max);
            const auto comparison = compare_heads(ours ? mine : theirs, ranges);
            REQUIRE(comparison);
            for (const ComparedHead& head : comparison->compared) {
                if (head.mine.size != head.theirs.size) (ours ? found_here : found_there).insert(head.mine.log);
            }
            ranges = comparison->answer;
            ours = !ours;
        }
        CHECK(found_here == different);
        CHECK(found_there == different);
        CHECK(turns <= 9);
    }
}

}  // namespace motcua::session_tests
