#include "sync/log/extension.hpp"

#include <fmt/format.h>

#include "sync/act/content.hpp"
#include "sync/log/checks.hpp"
#include "sync/log/planted.hpp"

namespace motcua::sync {
namespace {

constexpr auto* bad = &bad_entry;

Hash leaf_of(const Act& act) { return Hash{act.id.bytes}; }

// A node's first act says whose log it is; everything after it is judged by the registry, act by act.
Result<void> check_opening(const LogHead& head, const Act& act) {
    const Payload& payload = act.payload;
    if (payload.kind != Kind::open) return bad(head, 0, "the first act of a node's log must be open");
    const auto content = from_item<OpenContent>(payload.content);
    if (!content) return bad(head, 0, "open: " + content.error().message);
    if (content->log_key != head.log_key) return bad(head, 0, "open names another log key than that of this log");
    if (payload.signer != head.log_key) return bad(head, 0, "open is not signed by the log key");
    if (payload.subject != to_bytes(head.id.view())) return bad(head, 0, "the subject of open is not this log's id");
    if (node_origin(content->office.code, head.log_key) != head.origin) {
        return bad(head, 0, "open names another office than the origin");
    }
    return {};
}

// The registry checkpoint that an act of the node itself carries. Content that is not what the kind says announces
// nothing (the act is void, not the extension), and an officer cannot announce at all.
std::optional<std::string> carried_checkpoint(const LogHead& head, const Act& act) {
    if (act.payload.signer != head.log_key) return std::nullopt;
    if (act.payload.kind == Kind::open) {
        auto content = from_item<OpenContent>(act.payload.content);
        return content ? std::move(content->registry_checkpoint) : std::nullopt;
    }
    if (act.payload.kind == Kind::receipt) {
        auto content = from_item<ReceiptContent>(act.payload.content);
        return content ? std::move(content->registry_checkpoint) : std::nullopt;
    }
    return std::nullopt;
}

// Two registries can never pass for one: what a node announces must be on the one registry that we know.
Result<std::optional<std::uint64_t>> announced_by(const LogHead& head, const Act& act, const RegistryRootAt& root_at) {
    const auto text = carried_checkpoint(head, act);
    if (!text) return std::optional<std::uint64_t>{};
    const std::uint64_t seq = act.payload.seq;
    const auto note = crypto::Note::parse(*text);
    if (!note) return bad(head, seq, "the registry checkpoint that it carries: " + note.error().message);
    const auto checkpoint = crypto::Checkpoint::parse(note->text);
    if (!checkpoint) return bad(head, seq, "the registry checkpoint that it carries: " + checkpoint.error().message);
    if (checkpoint->size < act.payload.registry) {
        return bad(head, seq, fmt::format("it carries a registry checkpoint of size {} after size {}", checkpoint->size,
                                          act.payload.registry));
    }
    const auto root = root_at(checkpoint->size);
    if (root && *root != checkpoint->root && !planted(PlantedFault::skips_registry_root)) {
        return bad(head, seq, fmt::format("it carries a checkpoint of another registry (size {})", checkpoint->size));
    }
    return std::optional(checkpoint->size);
}

Result<void> check_registry_size(const LogHead& head, const Act& act) {
    const std::uint64_t cited = act.payload.registry;
    if (head.log_class == LogClass::registry) {
        if (cited == act.payload.seq) return {};
        return bad(head, act.payload.seq, "an act of the registry must cite its own position as registry size");
    }
    if (cited == head.registry_size || (head.announced && cited == *head.announced)) return {};
    return bad(head, act.payload.seq,
               fmt::format("it cites registry size {} after {}, and the act before it carries no checkpoint of that size",
                           cited, head.registry_size));
}

}  // namespace

LogHead LogHead::empty(std::string origin, const PublicKey& log_key, LogClass log_class) {
    LogHead head;
    head.id = log_id(origin, log_key);
    head.origin = std::move(origin);
    head.log_key = log_key;
    head.log_class = log_class;
    return head;
}

Result<void> advance(LogHead& head, const Act& act, const RegistryRootAt& registry_root_at) {
    const Payload& payload = act.payload;
    const std::uint64_t seq = head.size();
    if (payload.log != head.id) return bad(head, seq, "the act is of another log");
    if (payload.seq != seq) return bad(head, seq, fmt::format("the act says position {}", payload.seq));
    if (payload.prev != head.last_leaf) return bad(head, seq, "prev is not the hash of the act before it");
    if (auto size = check_registry_size(head, act); !size) return size;
    std::optional<std::uint64_t> announced;
    if (head.log_class == LogClass::registry) {
        if (seq == 0 && payload.kind != Kind::root_set) return bad(head, 0, "the first act of a registry must be root_set");
    } else {
        if (seq == 0) {
            if (auto opening = check_opening(head, act); !opening) return opening;
        }
        auto size = announced_by(head, act, registry_root_at);
        if (!size) return std::unexpected(std::move(size).error());
        announced = *size;
    }
    head.tree.append(leaf_of(act));
    head.last_leaf = leaf_of(act);
    head.registry_size = payload.registry;
    head.announced = announced;
    return {};
}

Result<CheckedExtension> check_extension(const LogHead& base, Extension extension, SignatureChecker& checker,
                                         const RegistryRootAt& registry_root_at, const std::optional<OnceCosigned>& cosigned) {
    if (base.log_class == LogClass::inbox) return refuse_extension(base, "an inbox is checked as one: check_inbox_extension");
    const auto take = [&](LogHead& head, Bytes entry) -> Result<Act> {
        auto act = parse_act(std::move(entry));
        if (!act) return bad(head, head.size(), act.error().message);
        if (auto placed = advance(head, *act, registry_root_at); !placed) return std::unexpected(std::move(placed).error());
        return act;
    };
    CheckedExtension checked;
    if (auto ok = checked.check(base, std::move(extension), checker, take, cosigned); !ok) return std::unexpected(std::move(ok).error());
    return checked;
}

Extension to_extension(const CheckedExtension& checked) {
    Extension extension{.log = checked.head().id, .from = checked.base().size(), .entries = {}, .bodies = checked.bodies(),
                        .checkpoint = checked.checkpoint().format()};
    extension.entries.reserve(checked.acts().size());
    for (const Act& act : checked.acts()) extension.entries.push_back(act.envelope);
    return extension;
}

Result<Extension> trim_overlap(Extension extension, std::uint64_t head_size, const StoredEntryAt& stored) {
    if (extension.from >= head_size) return extension;
    const std::uint64_t overlap = std::min<std::uint64_t>(head_size - extension.from, extension.entries.size());
    for (std::uint64_t index = 0; index < overlap; ++index) {
        const std::uint64_t seq = extension.from + index;
        const auto entry = stored(seq);
        if (!entry) return std::unexpected(entry.error());
        if (!*entry || **entry != extension.entries[index]) {
            return fail(ErrorKind::verification, fmt::format("log {} entry {}: fork, another act is stored there",
                                                             to_hex(extension.log.view()), seq));
        }
    }
    const auto cut = static_cast<std::ptrdiff_t>(overlap);
    const auto bodies_cut = std::min(cut, static_cast<std::ptrdiff_t>(extension.bodies.size()));
    extension.entries.erase(extension.entries.begin(), extension.entries.begin() + cut);
    extension.bodies.erase(extension.bodies.begin(), extension.bodies.begin() + bodies_cut);
    extension.from += overlap;
    return extension;
}

}  // namespace motcua::sync
