// motcua.toml is written by people: whatever is in it, reading ends in a Config or in words, and what is read survives writing.

#include "node/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using motcua::node::Config;
    const auto config = Config::parse({reinterpret_cast<const char*>(data), size});
    if (!config) {
        motcua::ensure(config.error().kind == motcua::ErrorKind::usage && !config.error().message.empty(), "a mistake is said in words");
        return 0;
    }
    const auto again = Config::parse(config->format());
    motcua::ensure(again.has_value(), "what was written is read");
    motcua::ensure(again->format() == config->format(), "nothing is lost in between");
    return 0;
}
