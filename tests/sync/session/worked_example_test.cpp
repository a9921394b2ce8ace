#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

#include "scene.hpp"

namespace motcua::session_tests {
namespace {

constexpr std::string_view begin_mark =
    "<!-- worked example: made by tests/sync/session/worked_example_test.cpp -->\n```\n";
constexpr std::string_view end_mark = "```\n";

std::string hex_lines(ByteView bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 48) {
        text += "    " + to_hex(bytes.subspan(at, std::min<std::size_t>(48, bytes.size() - at))) + "\n";
    }
    return text;
}

std::string name_of(const Message& message) {
    constexpr std::array names{"HELLO", "HEADS", "EXTEND", "COSIGN", "WANT", "BLOB", "FORK", "CREDIT", "BYE", "REFUSE",
                               "FETCH", "FILE_WANT", "CHUNK"};
    return names.at(message.index());
}

/// One direction of the stream, cut into its parts, each with what it means.
class Track {
  public:
    Track(std::string who, const Bytes& stream, Channel& listener)
        : who_(std::move(who)), stream_(stream), listener_(&listener) {}

    std::string raw(std::size_t bytes, const std::string& what) {
        const ByteView part = take(bytes);
        REQUIRE(listener_->receive(part));
        return who_ + "  " + what + "\n" + hex_lines(part);
    }
    std::string message() {
        const std::size_t length = 2 + load_be(ByteView(stream_).subspan(at_, 2));
        const ByteView frame = take(length);
        REQUIRE(listener_->receive(frame));
        const auto plain = *listener_->next_message();
        REQUIRE(plain);
        return who_ + "  " + name_of(*decode_message(*plain)) + "\n" + hex_lines(*plain) + "  as Noise message\n" +
               hex_lines(frame);
    }
    [[nodiscard]] bool done() const { return at_ == stream_.size(); }

  private:
    ByteView take(std::size_t bytes) {
        const ByteView part = ByteView(stream_).subspan(at_, bytes);
        at_ += bytes;
        return part;
    }
    std::string who_;
    Bytes stream_;
    std::size_t at_ = 0;
    Channel* listener_;
};

std::string make_example() {
    CountingRandom keys(1);  // draws, in order: 01.. and 02.. registry, 03.. to 05.. city, 06.. and 07.. commune
    RegistryOffice office("H26", keys);
    const Site city("H26", true, keys);
    const Site commune("H26.00004", false, keys);
    office.enrol(city, std::nullopt);
    office.enrol(commune, city.office);
    MemoryReplica above(office.pin()), below(office.pin());
    for (const Extension& extension : office.extensions) {
        REQUIRE(above.extend(extension));
        REQUIRE(below.extend(extension));
    }
    below.write(commune, 1);

    const MonoTime now{};
    CountingRandom ephemeral_a(0xA1), ephemeral_b(0xB1);
    End a({.role = crypto::NoiseRole::initiator, .once = true}, commune, below, ephemeral_a, now);
    End b({.role = crypto::NoiseRole::responder}, city, above, ephemeral_b, now);
    Link(a, b, now).run();
    REQUIRE(a.ok());
    REQUIRE(b.ok());

    CountingRandom again_a(0xA1), again_b(0xB1);
    Channel ears_a(crypto::NoiseRole::initiator, commune.noise, again_a),
        ears_b(crypto::NoiseRole::responder, city.noise, again_b);
    Track forth("commune -> city", a.sent, ears_b), back("city -> commune", b.sent, ears_a);
    std::string text;
    text += forth.raw(8, "preamble");
    text += forth.raw(2 + 32, "Noise message 1: e");
    (void)ears_b.next_output();
    text += back.raw(2 + 96, "Noise message 2: e, ee, s, es");
    text += forth.raw(2 + 64, "Noise message 3: s, se");
    for (int message = 0; message < 2; ++message) text += forth.message();
    for (int message = 0; message < 2; ++message) text += back.message();
    for (int message = 0; message < 2; ++message) text += forth.message();
    for (int message = 0; message < 3; ++message) text += back.message();
    text += forth.message();
    text += back.message();
    CHECK(forth.done());
    CHECK(back.done());
    return text;
}

}  // namespace

// MOTCUA_REWRITE=1 writes the example anew, for a change of the protocol that is meant.
TEST_CASE("the session in PROTOCOL.md is what two nodes really say, byte for byte") {
    const std::string made = make_example();
    const std::string path = std::string(MOTCUA_SOURCE_DIR) + "/sync/PROTOCOL.md";
    std::string document;
    {
        std::ifstream file(path, std::ios::binary);
        document.assign(std::istreambuf_iterator<char>(file), {});
    }
    const std::size_t mark = document.find(begin_mark);
    REQUIRE(mark != std::string::npos);
    const std::size_t begin = mark + begin_mark.size();
    const std::size_t end = document.find(end_mark, begin);
    REQUIRE(end != std::string::npos);
    if (std::getenv("MOTCUA_REWRITE") != nullptr) {
        std::ofstream(path, std::ios::binary) << document.replace(begin, end - begin, made);
        return;
    }
    CHECK(document.substr(begin, end - begin) == made);
}

}  // namespace motcua::session_tests
