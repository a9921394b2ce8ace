#include <catch2/catch.hpp>

#include "node/check_ahead.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

/// Remembers how many it was asked for.
class CountingChecker final : public sync::SignatureChecker {
  public:
    std::size_t asked = 0;
    std::optional<std::size_t> first_bad(std::span<const sync::SignedMessage> messages) override {
        asked += messages.size();
        return sync::SequentialSignatureChecker().first_bad(messages);
    }
};

constexpr std::size_t dossiers = 40;

struct Ahead {
    World world;
    CountingChecker otherwise;
    node::CheckAhead checks{2};
    Ahead() {
        for (std::size_t count = 0; count < dossiers; ++count) world.receive(world.first());
    }
    [[nodiscard]] sync::Extension extension() { return world.first().log.all(); }
    static std::vector<sync::SignedMessage> messages(const sync::Extension& extension) {
        std::vector<sync::SignedMessage> messages;
        for (const auto& entry : extension.entries) messages.push_back(*sync::signed_message_of(entry));
        return messages;
    }
};

}  // namespace

TEST_CASE("check ahead: what was begun is not checked again", "[threads]") {
    Ahead ahead;
    const auto messages = Ahead::messages(ahead.extension());
    std::vector<std::shared_ptr<sync::SignatureChecker>> begun;
    for (int count = 0; count < 20; ++count) begun.push_back(ahead.checks.begin(ahead.extension(), ahead.otherwise));
    for (const auto& checker : begun) CHECK(!checker->first_bad(messages));
    CHECK(!begun.front()->first_bad(std::span(messages).last(3)));
    CHECK(ahead.otherwise.asked == 0);
}

TEST_CASE("check ahead: a bad signature is found where it stands, also behind a front that was cut off", "[threads]") {
    Ahead ahead;
    auto extension = ahead.extension();
    extension.entries[17].back() ^= std::byte{1};
    const auto messages = Ahead::messages(extension);
    const auto checker = ahead.checks.begin(extension, ahead.otherwise);
    CHECK(checker->first_bad(messages) == 17);
    CHECK(checker->first_bad(std::span(messages).subspan(10)) == 7);
    CHECK(ahead.otherwise.asked == 2);
}

TEST_CASE("check ahead: a message that was not begun with is checked, whatever its neighbours are", "[threads]") {
    Ahead ahead;
    const auto checker = ahead.checks.begin(ahead.extension(), ahead.otherwise);
    auto messages = Ahead::messages(ahead.extension());
    messages[5].message.back() ^= std::byte{1};
    CHECK(checker->first_bad(messages) == 5);
    CHECK(ahead.otherwise.asked == 1);
    messages.push_back(messages[4]);  // more than were begun with
    messages.erase(messages.begin() + 5);
    messages.push_back(messages[4]);
    CHECK(!checker->first_bad(messages));
}

TEST_CASE("check ahead: entries that are no envelopes are left to whoever says why", "[threads]") {
    Ahead ahead;
    auto extension = ahead.extension();
    const auto messages = Ahead::messages(extension);
    for (auto& entry : extension.entries) entry.resize(20);
    CHECK(!ahead.checks.begin(extension, ahead.otherwise)->first_bad(messages));
    CHECK(ahead.otherwise.asked == messages.size());
}

TEST_CASE("check ahead: a few acts go straight to the writer") {
    Ahead ahead;
    auto extension = ahead.extension();
    extension.entries.resize(3);
    CHECK(ahead.checks.begin(extension, ahead.otherwise) == nullptr);
}
