#include "node/control/gateway.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "node/control/codec.hpp"
#include "node/control/local_socket.hpp"
#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

TEST_CASE("a verb's work is the same with a running serve and without", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    {
        auto local = town.gateway(commune);
        CHECK_FALSE(local.is_remote());
        CHECK(std::get<node::ReceiveDone>(value_of(local.ask(town.reception(commune)))).code.ends_with("-0001"));
    }
    const Serving served(town, commune);
    auto remote = town.gateway(commune);
    CHECK(remote.is_remote());
    const auto code = std::get<node::ReceiveDone>(value_of(remote.ask(town.reception(commune)))).code;
    CHECK(code.ends_with("-0002"));
    const auto step = remote.ask({.work = node::Step{.dossier = code, .kind = sync::Kind::assign, .content = {}, .note = ""}, .officer_seed = Town::officer(commune).seed()});
    CHECK(step);
    const auto rebuilt = std::get<node::RebuildDone>(value_of(remote.ask({.work = node::Rebuild{}})));
    CHECK(rebuilt.before == rebuilt.after);
    CHECK(rebuilt.acts >= 3);
    // Errors cross with their kind and words.
    CHECK(remote.ask({.work = node::Step{.dossier = "none", .kind = sync::Kind::assign, .content = {}, .note = ""}, .officer_seed = Town::officer(commune).seed()}).error().kind ==
          ErrorKind::not_found);
    CHECK(remote.ask({.work = node::Rebuild{}, .officer_seed = crypto::Secret(32)}));
    auto unsigned_work = town.reception(commune);
    unsigned_work.officer_seed = crypto::Secret(0);
    CHECK(remote.ask(unsigned_work).error().kind == ErrorKind::usage);
    CHECK(remote.ask({.work = node::SyncNow{}}).error().kind == ErrorKind::usage);
}

TEST_CASE("many verbs at once are all answered, and every code is given once", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const Serving served(town, commune);
    std::vector<std::string> codes(24);
    {
        std::vector<std::jthread> people;
        for (auto& code : codes) people.emplace_back([&] { code = town.receive(commune); });
    }
    CHECK(std::set<std::string>(codes.begin(), codes.end()).size() == codes.size());
}

TEST_CASE("the socket is for its own user alone, and a stale one is replaced", "[threads]") {
    Town town;
    // As a killed process leaves it.
    value_of(node::bind_local_socket(town.city()));
    REQUIRE(std::filesystem::exists(town.city() / node::control_socket_name));
    CHECK(node::connect_local_socket(town.city()).error().kind == ErrorKind::not_found);
    const Serving served(town, town.city());
    struct stat status{};
    REQUIRE(::stat((town.city() / node::control_socket_name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(town.gateway(town.city()).is_remote());
}

TEST_CASE("a path too long for a socket address serves all the same", "[threads]") {
    const Folder folder;
    const Path deep = folder.path() / std::string(100, 'd') / std::string(100, 'e');
    std::filesystem::create_directories(deep);
    REQUIRE((deep / node::control_socket_name).string().size() > sizeof(sockaddr_un::sun_path));
    const auto bound = value_of(node::bind_local_socket(deep));
    CHECK(node::connect_local_socket(deep));
}

TEST_CASE("what is no request is answered with the reason, and the serve goes on", "[threads]") {
    Town town;
    const Serving served(town, town.city());
    const auto say = [&](std::uint64_t claimed, std::string_view hex) {
        const auto socket = value_of(node::connect_local_socket(town.city()));
        Bytes frame;
        append_be(frame, claimed, node::control_length_bytes);
        append(frame, value_of(from_hex(hex)));
        REQUIRE(::send(socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(frame.size()));
        ::shutdown(socket.get(), SHUT_WR);
        Bytes answer(4096);
        std::size_t size = 0;
        for (ssize_t count = 1; count > 0; size += static_cast<std::size_t>(count)) {
            count = ::recv(socket.get(), answer.data() + size, answer.size() - size, 0);
            if (count <= 0) break;
        }
        REQUIRE(size > node::control_length_bytes);
        answer.resize(size);
        return node::decode_answer(ByteView(answer).subspan(node::control_length_bytes)).error().kind;
    };
    CHECK(say(5, "8401094080") == ErrorKind::verification);
    CHECK(say(0xffffffff, "84") == ErrorKind::verification);
    CHECK(say(0, "") == ErrorKind::verification);
    CHECK(say(100, "8401") == ErrorKind::verification);
    CHECK(town.gateway(town.city()).ask({.work = node::Rebuild{}}));
}

TEST_CASE("a gateway whose serve has ended says that nothing was asked", "[threads]") {
    Town town;
    std::optional<Serving> served(std::in_place, town, town.city());
    auto remote = town.gateway(town.city());
    served.reset();
    CHECK(remote.ask({.work = node::Rebuild{}}).error().kind == ErrorKind::unreachable);
}

}  // namespace
}  // namespace motcua::tests
