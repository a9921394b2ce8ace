#include "sync/log/checks.hpp"

#include <fmt/format.h>

#include "sync/log/planted.hpp"

namespace motcua::sync {

std::unexpected<Error> bad_entry(const LogHead& head, std::uint64_t seq, std::string_view cause) {
    return fail(ErrorKind::verification, fmt::format("{} entry {}: {}", head.origin, seq, cause));
}

std::unexpected<Error> refuse_extension(const LogHead& head, std::string_view cause) {
    return fail(ErrorKind::refused, fmt::format("{}: {}", head.origin, cause));
}

namespace {

Result<void> check_extension_limits(const LogHead& base, const Extension& extension) {
    if (extension.log != base.id) return refuse_extension(base, "the extension is of another log");
    if (extension.from > base.size()) {
        return refuse_extension(base, fmt::format("gap: the extension begins at {}, but only {} entries are here", extension.from, base.size()));
    }
    if (extension.from < base.size()) {
        return refuse_extension(base, fmt::format("overlap: the extension begins at {}, but {} entries are here", extension.from, base.size()));
    }
    if (extension.entries.empty()) return refuse_extension(base, "the extension is empty");
    if (extension.entries.size() > extension_entries_max) {
        return refuse_extension(base, fmt::format("the extension has {} entries, the limit is {}", extension.entries.size(), extension_entries_max));
    }
    if (extension.bodies.size() != extension.entries.size()) return refuse_extension(base, "an extension has as many bodies, null or not, as entries");
    return {};
}

/// `seq`: the entry that brought it.
Result<void> check_carried_body(const LogHead& head, std::uint64_t seq, const Act& act, const std::optional<Bytes>& body) {
    if (!body) return {};
    if (!act.payload.body) return bad_entry(head, seq, "a body came with an act that names none");
    if (auto form = check_body(*body); !form) return bad_entry(head, seq, form.error().message);
    if (body_hash(*body) != *act.payload.body) return bad_entry(head, seq, "the body is not the one that the act names");
    return {};
}

/// The note that ends an extension: `head` is where its entries end.
Result<crypto::Note> check_extension_checkpoint(const LogHead& head, const std::string& text) {
    auto note = crypto::Note::parse(text);
    if (!note) return bad_entry(head, head.size(), "checkpoint: " + note.error().message);
    const auto checkpoint = crypto::open_checkpoint(*note, log_verifier(head.origin, head.log_key));
    if (!checkpoint) return bad_entry(head, head.size(), "checkpoint: " + checkpoint.error().message);
    if (checkpoint->size != head.size()) {
        return bad_entry(head, head.size(), fmt::format("the checkpoint says size {}, the entries end at {}", checkpoint->size, head.size()));
    }
    if (checkpoint->root != head.tree.root()) return bad_entry(head, head.size(), "the checkpoint has another root than the entries");
    return note;
}

/// Of every act that is not deferred; the acts begin at the entry base.size().
Result<void> check_extension_signatures(const LogHead& base, std::span<const Act> acts, std::size_t deferred, SignatureChecker& checker) {
    if (planted(PlantedFault::skips_signatures)) return {};
    std::vector<SignedMessage> messages;
    messages.reserve(acts.size() - deferred);
    for (const Act& act : acts.subspan(deferred)) messages.push_back({act.payload.signer, act.signed_bytes(), act.signature});
    if (messages.empty()) return {};
    if (const auto index = checker.first_bad(messages)) return bad_entry(base, base.size() + deferred + *index, "bad signature");
    return {};
}

/// How many entries from `base` on lie in what was once cosigned. Where that ends inside the extension, its root is that of the entries up
/// to there; where it ends behind, the proof leads to it.
std::size_t count_cosigned(const LogHead& base, const LogHead& head, std::span<const Act> acts, std::span<const Hash> proof, const OnceCosigned& cosigned) {
    if (cosigned.size <= base.size()) return 0;
    if (cosigned.size > head.size()) {
        return crypto::verify_consistency(head.size(), cosigned.size, proof, head.tree.root(), cosigned.root) ? acts.size() : 0;
    }
    const auto count = static_cast<std::size_t>(cosigned.size - base.size());
    auto tree = base.tree;
    for (const Act& act : acts.first(count)) tree.append(Hash{act.id.bytes});
    return tree.root() == cosigned.root ? count : 0;
}

}  // namespace

Result<void> CheckedActs::check(const LogHead& base, Extension extension, SignatureChecker& checker, const TakeEntry& take,
                                const std::optional<OnceCosigned>& cosigned) {
    if (auto limits = check_extension_limits(base, extension); !limits) return limits;
    base_ = base;
    head_ = base;
    acts_.reserve(extension.entries.size());
    for (std::size_t index = 0; index < extension.entries.size(); ++index) {
        const std::uint64_t seq = base.size() + index;
        auto act = take(head_, std::move(extension.entries[index]));
        if (!act) return std::unexpected(std::move(act).error());
        if (auto body = check_carried_body(base, seq, *act, extension.bodies[index]); !body) return body;
        acts_.push_back(*std::move(act));
    }
    auto note = check_extension_checkpoint(head_, extension.checkpoint);
    if (!note) return std::unexpected(std::move(note).error());
    checkpoint_ = *std::move(note);
    if (cosigned) deferred_ = count_cosigned(base_, head_, acts_, extension.proof, *cosigned);
    // Last, because it costs most: a stranger's nonsense has fallen out by now.
    if (auto signatures = check_extension_signatures(base, acts_, deferred_, checker); !signatures) return signatures;
    bodies_ = std::move(extension.bodies);
    return {};
}

}  // namespace motcua::sync
