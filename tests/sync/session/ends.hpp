#pragma once
/// Two ends that run to their end, and one end against a peer that says what a test wants.

#include <catch2/catch.hpp>

#include "scene.hpp"

namespace motcua::session_tests {

struct Ends {
    Ends(City& city, const Site& lower, const Site& upper, SessionOptions options = {.once = true}, LinkOptions link_options = {},
         SessionOptions upper_options = {})
        : a(city.end(lower, crypto::NoiseRole::initiator, options)),
          b(city.end(upper, crypto::NoiseRole::responder, upper_options)),
          link(a, b, city.now, link_options) {}
    Ends& run() {
        link.run();
        return *this;
    }
    End a, b;
    Link link;
};

/// Puts words into the mouth of a node: it dials `listener` and says what it is given.
class Speaker {
  public:
    Speaker(City& city, const Site& speaker, const Site& listener, SessionOptions options = {})
        : end(city.end(listener, crypto::NoiseRole::responder, std::move(options))),
          channel_(crypto::NoiseRole::initiator, speaker.noise, city.random),
          now_(city.now) {
        channel_.trust_peer();
        exchange();
    }
    void say(const Message& message) {
        channel_.send(encode_message(message));
        exchange();
    }
    /// HELLO, and a statement of these heads to which no answer is wanted.
    void state(const Registry& registry, std::vector<HeadState> heads) {
        say(Hello{.software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U});
        HeadRange range;
        range.heads = std::move(heads);
        say(Heads{0, {registry.log_id(), registry.size(), *registry.root_at(registry.size())}, {range}});
    }
    /// What came back since the last call.
    std::vector<Message> heard() { return std::exchange(heard_, {}); }
    template <class Fields>
    std::size_t count_heard() {
        return static_cast<std::size_t>(
            std::ranges::count_if(heard(), [](const Message& message) { return std::holds_alternative<Fields>(message); }));
    }
    /// The listener's error once it has given up waiting for our BYE; "none" where it goes on.
    std::string error() {
        wait(std::chrono::seconds(5));
        return end.finished ? end.error() : "none";
    }
    void wait(std::chrono::milliseconds time) {
        now_ += time;
        end.session.tick(now_);
        exchange();
    }
    End end;

  private:
    void exchange() {
        for (int turn = 0; turn < 2; ++turn) {
            if (auto bytes = channel_.next_output()) end.session.receive(*bytes, now_);
            end.pump(now_);
            const Bytes bytes(end.sent.begin() + static_cast<std::ptrdiff_t>(end.sent_taken), end.sent.end());
            end.sent_taken = end.sent.size();
            REQUIRE(channel_.receive(bytes));
            for (auto plain = channel_.next_message(); plain && *plain; plain = channel_.next_message())
                heard_.push_back(*decode_message(**plain));
        }
    }
    Channel channel_;
    MonoTime now_;
    std::vector<Message> heard_;
};

/// The same log with another past: what a clone of the site's machine would write.
inline MemoryReplica twin_of(City& city, const Site& site, std::uint64_t common, std::uint64_t own, std::uint64_t seed = 42) {
    MemoryReplica twin(city.office.pin());
    for (const Extension& extension : city.office.extensions) REQUIRE(twin.extend(extension));
    twin.write(site, common);
    SeededRandom random(seed);
    if (own > 0) twin.write(site, own, 40, &random);
    return twin;
}

}  // namespace motcua::session_tests
