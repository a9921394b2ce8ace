#include "node/audit/read_registry.hpp"

#include "node/config.hpp"
#include "node/store/reader.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

/// An act that says whose a key is.
struct Naming {
    std::uint64_t seq;
    sync::PublicKey key;
    std::optional<sync::PublicKey> as;  // the same person's key before; else the body says the name
};

std::optional<Naming> naming_of(const sync::Act& act) {
    const auto subject = sync::PublicKey::from(act.payload.subject);
    if (!subject) return std::nullopt;
    if (act.payload.kind == sync::Kind::officer && act.payload.body) return Naming{.seq = act.payload.seq, .key = *subject, .as = std::nullopt};
    if (act.payload.kind != sync::Kind::supersede) return std::nullopt;
    const auto content = sync::from_item<sync::SupersedeContent>(act.payload.content);
    return content ? std::optional(Naming{.seq = act.payload.seq, .key = content->new_key, .as = *subject}) : std::nullopt;
}

Result<std::map<sync::PublicKey, std::string>> read_names(Reader& reader, const sync::Registry& registry) {
    std::vector<Naming> namings;
    auto read = reader.each_entry(registry.log_id(), 0, registry.size(), [&](std::uint64_t, ByteView envelope) {
        const auto act = sync::parse_act(to_bytes(envelope));
        if (!act || !registry.judge(*act).effective()) return true;
        if (const auto naming = naming_of(*act)) namings.push_back(*naming);
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    std::map<sync::PublicKey, std::string> names;
    for (const auto& naming : namings) {
        if (naming.as) {
            names[naming.key] = names[*naming.as];
            continue;
        }
        auto body = reader.body(registry.log_id(), naming.seq);
        if (!body) return std::unexpected(std::move(body).error());
        if (!*body) continue;
        if (auto named = cbor::decode<sync::OfficerBody>(**body)) names[naming.key] = std::move(named->name);
    }
    return names;
}

}  // namespace

Result<StoredRegistry> read_registry(const std::filesystem::path& directory) {
    const auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    if (config->root.empty() || !std::filesystem::exists(directory / database_file_name)) {
        return fail(ErrorKind::not_found, directory.string() + " is not enrolled yet: it has no registry");
    }
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return std::unexpected(pin.error());
    auto reader = Reader::open(directory);
    if (!reader) return std::unexpected(reader.error());
    if (auto begun = reader->begin_snapshot(); !begun) return std::unexpected(begun.error());
    auto registry = load_registry(*reader, std::move(*pin));
    if (!registry) return std::unexpected(registry.error());
    auto names = read_names(*reader, *registry);
    if (!names) return std::unexpected(names.error());
    reader->end_snapshot();
    return StoredRegistry{.registry = std::move(*registry), .officer_names = std::move(*names)};
}

}  // namespace motcua::node
