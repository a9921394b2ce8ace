/// `motcua registry retire | revoke | supersede | delegate | succeed | block`: single acts of a registrar, on one path.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/registry.hpp"
#include "node/rules/read.hpp"

namespace motcua::cli {
namespace {

struct ActOptions : RegistryOptions {
    std::string subject, other, reason = "left", roles, first, last;
    std::vector<std::string> cuts;
    std::uint64_t first_number = 0, last_number = 0;
    bool end = false;
};

/// From what was typed to the act.
using MakeEntry = Result<node::RegistryEntry> (*)(const ActOptions&, const sync::Registry&);

template <class Content>
node::RegistryEntry entry(sync::Kind kind, ByteView subject, const Content& content) {
    return {.kind = kind, .subject = to_bytes(subject), .content = sync::to_item(content), .body = std::nullopt};
}

Result<node::RegistryEntry> retire(const ActOptions& options, const sync::Registry& registry) {
    const sync::RetireContent content{options.reason};
    const auto node = find_node(registry, options.subject);
    if (node) return entry(sync::Kind::retire, node->log.view(), content);
    const auto key = find_key(registry, options.subject);
    if (!key) return std::unexpected(node.error().kind == ErrorKind::usage ? node.error() : key.error());
    return entry(sync::Kind::retire, key->view(), content);
}

Result<node::RegistryEntry> revoke(const ActOptions& options, const sync::Registry& registry) {
    const auto key = find_key(registry, options.subject);
    if (!key) return std::unexpected(key.error());
    sync::RevokeContent content;
    for (const auto& text : options.cuts) {
        const auto equals = text.rfind('=');
        const bool has_size = equals != text.npos && equals + 1 < text.size() && text.find_first_not_of("0123456789", equals + 1) == text.npos && text.size() - equals < 16;
        if (!has_size) return fail(ErrorKind::usage, fmt::format("\"{}\" is no cut: NODE=SIZE, the acts of that log that are still the officer's own", text));
        const auto name = text.substr(0, equals);
        const auto size = std::stoull(text.substr(equals + 1));
        if (name == "registry") {
            content.cuts.push_back({registry.log_id(), size});
            continue;
        }
        const auto node = find_node(registry, name);
        if (!node) return std::unexpected(node.error());
        content.cuts.push_back({node->log, size});
    }
    return entry(sync::Kind::revoke, key->view(), content);
}

Result<node::RegistryEntry> supersede(const ActOptions& options, const sync::Registry& registry) {
    const auto old_key = find_key(registry, options.subject), new_key = find_key(registry, options.other);
    if (!old_key) return std::unexpected(old_key.error());
    if (!new_key) return std::unexpected(new_key.error());
    return entry(sync::Kind::supersede, old_key->view(), sync::SupersedeContent{*new_key});
}

Result<node::RegistryEntry> delegate(const ActOptions& options, const sync::Registry& registry) {
    const auto key = find_key(registry, options.subject), absent = find_key(registry, options.other);
    if (!key) return std::unexpected(key.error());
    if (!absent) return std::unexpected(absent.error());
    if (options.end) return entry(sync::Kind::delegate, key->view(), sync::DelegateContent{.absent = *absent});
    if (options.roles.empty() || options.first.empty() || options.last.empty()) return fail(ErrorKind::usage, "say --roles, --from and --to; or --end");
    const auto roles = sync::Roles::parse(options.roles);
    if (!roles) return std::unexpected(roles.error());
    const auto first = node::parse_day(options.first), last = node::parse_day(options.last);
    if (!first) return std::unexpected(first.error());
    if (!last) return std::unexpected(last.error());
    return entry(sync::Kind::delegate, key->view(), sync::DelegateContent{*absent, roles->bits, *first, *last});
}

Result<node::RegistryEntry> succeed(const ActOptions& options, const sync::Registry& registry) {
    const auto from = find_office(registry, options.subject), to = find_office(registry, options.other);
    if (!from) return std::unexpected(from.error());
    if (!to) return std::unexpected(to.error());
    return entry(sync::Kind::succeed, cbor::encode(*from), sync::SucceedContent{*from, *to});
}

Result<node::RegistryEntry> block(const ActOptions& options, const sync::Registry& registry) {
    const auto node = find_node(registry, options.subject);
    if (!node) return std::unexpected(node.error());
    return entry(sync::Kind::number_block, node->log.view(), sync::NumberBlockContent{options.first_number, options.last_number});
}

Result<void> state(const ActOptions& options, Program& program, MakeEntry make_entry) {
    const auto stored = node::read_registry(options.directory);
    if (!stored) return std::unexpected(stored.error());
    auto made = make_entry(options, stored->registry);
    if (!made) return std::unexpected(made.error());
    const auto kind = sync::name_of(made->kind);
    const auto done = state_in_registry(options, program, {*std::move(made)});
    if (!done) return std::unexpected(done.error());
    const auto& stated = done->stated.front();
    if (stated.outcome == node::StateRegistryDone::Outcome::refused) {
        return fail(ErrorKind::refused, fmt::format("the registry does not take this {}: {}", kind, stated.reason));
    }
    const bool is_news = stated.outcome != node::StateRegistryDone::Outcome::unchanged;
    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"kind", kind}, {"recorded", is_news && !options.dry_run}, {"registry_size", done->registry_size}}.dump());
    } else {
        fmt::print("{}\n", !is_news ? "it stands so already; nothing recorded" : options.dry_run ? "the registry would take it; nothing recorded" : "recorded");
    }
    return {};
}

constexpr const char* node_or_key = "A node (CODE, origin or log id) or an officer's key";

CLI::App* add_act(CLI::App& registry, Program& program, const std::shared_ptr<ActOptions>& options, const char* name, const char* what, const char* help,
                  MakeEntry make_entry) {
    auto* verb = registry.add_subcommand(name, what);
    verb->footer(help);
    add_registry_options(*verb, *options);
    verb->add_flag("--json", options->json, "The outcome as one JSON object");
    verb->callback([options, make_entry, &program] { program.run = [options, make_entry, &program] { return state(*options, program, make_entry); }; });
    return verb;
}

}  // namespace

void add_registry_acts(CLI::App& registry, Program& program) {
    auto options = std::make_shared<ActOptions>();
    auto* verb = add_act(registry, program, options, "retire", "At the city: an officer or a node ends", R"(What they signed stands; what cites this registry or a later one does not.

Example:
  motcua registry retire /srv/hanoi 3f09a1c2)", retire);
    verb->add_option("WHO", options->subject, node_or_key)->required();
    verb->add_option("--reason", options->reason, "A word, never personal data")->capture_default_str();

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "revoke", "At the city: a key was stolen", R"(Everything that the key signed is quarantined, on every node and whatever it cites, but for
what --keep says is still the officer's own: the first SIZE acts of that node's log. Of
two revocations the stricter holds; nothing lifts one.

Example:
  motcua registry revoke /srv/hanoi 3f09a1c2 --keep H26.00004=1200)", revoke);
    verb->add_option("KEY", options->subject, "The officer's key: 64 hex digits, or the first 8 or more")->required();
    verb->add_option("--keep", options->cuts, "How many acts of a log stand; \"registry\" for the registry")->type_name("NODE=SIZE");

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "supersede", "At the city: an officer has a new key, the old one is lost", R"(The new key takes over office and roles; the old one is retired. Compare the new key with
the officer: nothing else says that it is hers. For a stolen key: revoke.

Example:
  motcua registry supersede /srv/hanoi 3f09a1c2 5d7e...64 digits)", supersede);
    verb->add_option("OLD", options->subject, "The key that is lost")->required();
    verb->add_option("NEW", options->other, "The new key, 64 hex digits")->required();

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "delegate", "At the city: who stands in for an absent officer", R"(From the first day to the last, the officer KEY also holds these roles of the absent one, in
the same office. It ends by itself, with --end, or when either of the two is retired.

Example:
  motcua registry delegate /srv/hanoi 3f09a1c2 --for 77ab01d4 --roles head \
      --from 2026-12-01 --to 2026-12-14)", delegate);
    verb->add_option("KEY", options->subject, "Who stands in")->required();
    verb->add_option("--for", options->other, "The absent officer's key")->required()->type_name("KEY");
    verb->add_option("--roles", options->roles, "Which of the absent officer's roles");
    verb->add_option("--from", options->first, "First day")->type_name("YYYY-MM-DD");
    verb->add_option("--to", options->last, "Last day")->type_name("YYYY-MM-DD");
    verb->add_flag("--end", options->end, "End it now");

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "succeed", "At the city: an office merges into another", R"(From now on the nodes of FROM have no right, and a node of TO takes over each dossier that
they held. It cannot be taken back.

Example:
  motcua registry succeed /srv/hanoi H26.00007 H26.00008@2025-07-01)", succeed);
    verb->add_option("FROM", options->subject, "The office that ends: CODE, or CODE@YYYY-MM-DD")->required();
    verb->add_option("TO", options->other, "The office that goes on")->required();

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "block", "At the city: which numbers of a day a node gives", R"(The blocks of one office's nodes never overlap. A new node gets the first free thousand by
itself.

Example:
  motcua registry block /srv/hanoi H26.00004 1 2000)", block);
    verb->add_option("NODE", options->subject, "A node: CODE, origin or log id")->required();
    verb->add_option("FIRST", options->first_number, "First number")->required();
    verb->add_option("LAST", options->last_number, "Last number, at most 9999")->required();
}

}  // namespace motcua::cli
