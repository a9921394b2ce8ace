/// `motcua registry retire | revoke | seal | convict | supersede | delegate | succeed | block`: single acts of a registrar, on one path.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/registry.hpp"
#include "node/rules/read.hpp"
#include "sync/log/fork_proof.hpp"

namespace motcua::cli {
namespace {

struct ActOptions : RegistryOptions {
    std::string subject, other, reason = "left", roles, first, last;
    std::vector<std::string> cuts;
    std::uint64_t first_number = 0, last_number = 0;
    std::optional<std::uint64_t> keep;
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

/// At what the city holds of the log, unless it is said otherwise.
Result<node::RegistryEntry> seal(const ActOptions& options, const sync::Registry& registry) {
    const auto old = find_node(registry, options.subject);
    if (!old) return std::unexpected(old.error());
    std::optional<sync::LogId> next;
    if (!options.other.empty()) {
        const auto found = find_node(registry, options.other);
        if (!found) return std::unexpected(found.error());
        next = found->log;
    }
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    const auto row = reader->log(old->log);
    if (!row) return std::unexpected(row.error());
    const std::uint64_t held = *row ? (*row)->head.size() : 0, size = options.keep.value_or(held);
    if (size > held) return fail(ErrorKind::usage, fmt::format("{} entries of {} are held here: --keep can only be less", held, old->origin));
    const auto root = size == 0 ? Result<std::optional<sync::Hash>>(crypto::CompactRange().root()) : reader->root_at(old->log, size);
    if (!root) return std::unexpected(root.error());
    if (!*root) return fail(ErrorKind::storage, fmt::format("{}: its first {} entries cannot be read", old->origin, size));
    return entry(sync::Kind::seal, old->log.view(), sync::SealContent{.size = size, .root = **root, .next = next});
}

Result<node::RegistryEntry> convict(const ActOptions& options, const sync::Registry& registry) {
    const auto file = node::read_whole_file(options.subject, sync::fork_proof_bytes_max);
    if (!file) return std::unexpected(file.error());
    const auto document = sync::open_fork_document(*file);
    if (!document) return std::unexpected(document.error());
    const auto log = sync::log_id(document->log.name, document->log.key);
    if (registry.find_node(log) == nullptr) return fail(ErrorKind::not_found, fmt::format("the registry has no node {}", document->log.name));
    const auto shared = sync::shared_size(document->proof);
    if (!options.keep && shared == 0) {
        return fail(ErrorKind::usage, "this proof does not say from where on the two histories differ: say with --keep how many acts of the log stand, as the office remembers "
                                      "when the copy was made");
    }
    fmt::print(stderr, "{}\n", document->proof.text());
    return entry(sync::Kind::convict, log.view(), sync::ConvictContent{options.keep.value_or(shared), document->proof.encode()});
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
two revocations the stricter holds; nothing lifts one. A key that only a head has admitted is
revoked too, by its 64 digits, and then never listed.

Example:
  motcua registry revoke /srv/hanoi 3f09a1c2 --keep H26.00004=1200)", revoke);
    verb->add_option("KEY", options->subject, "The officer's key: 64 hex digits, or the first 8 or more")->required();
    verb->add_option("--keep", options->cuts, "How many acts of a log stand; \"registry\" for the registry")->type_name("NODE=SIZE");

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "seal", "At the city: a node's log is closed for good", R"(For a machine that was stolen, or is given up. What stands in its log at SIZE or beyond (without
--keep, at what the city holds) is quarantined on every node, whatever it cites, until a head confirms
it or another log adopts it; the machine itself stops once it hears of it. --next names a listed
node of the same office that goes on with all that it held: enrol approve does so by itself. A
stolen machine's node is to be retired too, and its officers' keys revoked.

Example:
  motcua registry seal /srv/hanoi H26.00004 --keep 1200)", seal);
    verb->add_option("NODE", options->subject, "A node: CODE, origin or log id")->required();
    verb->add_option("--keep", options->keep, "How many acts of the log stand")->type_name("SIZE");
    verb->add_option("--next", options->other, "The node that goes on: CODE, origin or log id")->type_name("NODE");

    options = std::make_shared<ActOptions>();
    verb = add_act(registry, program, options, "convict", "At the city: a node's key has signed two histories", R"(PROOF is the file that motcua audit evidence --export wrote, here or anywhere below. What
stands in the log at SIZE or beyond is quarantined on every node, whatever it cites, until a head
confirms it act by act; the log is extended no more, and its office goes on in a new one. Without
--keep, SIZE is as far as the proof shows that both histories are one.

Example:
  motcua registry convict /srv/hanoi badinh.fork)", convict);
    verb->add_option("PROOF", options->subject, "The exported proof")->required();
    verb->add_option("--keep", options->keep, "How many acts of the log stand")->type_name("SIZE");

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
