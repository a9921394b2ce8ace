#include <catch2/catch.hpp>

#include "node/config.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Config;

namespace {

std::string refusal(std::string_view toml) {
    const auto config = Config::parse(toml);
    REQUIRE(!config);
    CHECK(config.error().kind == ErrorKind::usage);
    return config.error().message;
}
bool says(const std::string& message, std::initializer_list<const char*> parts) {
    INFO(message);
    return std::ranges::all_of(parts, [&](const char* part) { return message.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("config: what is saved is loaded, awkward names included") {
    Folder folder;
    Config config;
    config.office_code = "H26.00004";
    config.office_name = "Phường \"Ba Đình\"\\\n\x7f 1";
    config.insecure = true;
    config.upstream = "hub.example.vn:7433";
    config.reconnect_max = std::chrono::seconds(120);
    config.sessions_max = 7;
    value_of(config.save(folder.path()));
    const auto loaded = value_of(Config::load(folder.path()));
    CHECK(loaded.office_name == config.office_name);
    CHECK(loaded.format() == config.format());
    CHECK(folder.count() == 1);
}

TEST_CASE("config: an empty file means the defaults, and a new file states each of them with a comment") {
    CHECK(value_of(Config::parse("")).format() == Config().format());
    const auto text = Config().format();
    std::size_t fields = 0, comments = 0;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) {
        if (text[at + 1] == '#') ++comments;
        else if (at + 1 < text.size() && text[at + 1] != '[' && text[at + 1] != '\n') ++fields;
    }
    CHECK(fields == 16);
    CHECK(comments == fields + 5);  // and one a section
}

TEST_CASE("config: a mistake is named by line, field and what it may be") {
    CHECK(says(refusal("[link]\nlisten = 7433"), {"line 2", "link.listen", "text"}));
    CHECK(says(refusal("[link]\nlisten = \"7433\""), {"line 2", "link.listen", "HOST:PORT"}));
    CHECK(says(refusal("[link]\nupstream = \"hub:99999\""), {"line 2", "link.upstream", "HOST:PORT"}));
    CHECK(says(refusal("[node]\n\noffice_code = \"h26\""), {"line 3", "node.office_code"}));
    CHECK(says(refusal("[node]\ninsecure = \"yes\""), {"line 2", "node.insecure", "true or false"}));
    CHECK(says(refusal("[link]\nsessions_max = 0"), {"line 2", "link.sessions_max", "1"}));
    CHECK(says(refusal("[link]\nconnect_timeout_s = 1.5"), {"line 2", "link.connect_timeout_s", "whole number"}));
    CHECK(says(refusal("[journal]\nlevel = \"loud\""), {"line 2", "journal.level", "debug"}));
    CHECK(says(refusal("[link]\nlisen = \"a:1\""), {"line 2", "link.lisen", "no field"}));
    CHECK(says(refusal("[links]\n"), {"line 1", "links", "no section"}));
    CHECK(says(refusal("link = 3"), {"line 1", "link", "table"}));
    CHECK(says(refusal("[link\n"), {"line 1"}));
    CHECK(says(refusal("[link]\nreconnect_min_s = 70"), {"reconnect_min_s", "reconnect_max_s"}));
}

TEST_CASE("config: a directory without one is not found") {
    Folder folder;
    CHECK(kind_of(Config::load(folder.path())) == ErrorKind::not_found);
    CHECK(kind_of(Config::load(folder.path() / "nowhere")) == ErrorKind::not_found);
}
