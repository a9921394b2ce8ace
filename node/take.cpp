// What peers bring: extensions, bodies, evidence. Whatever is wrong with one log stays with that log.

#include <fmt/format.h>

#include <algorithm>

#include "node/admitted.hpp"
#include "node/fork_evidence.hpp"
#include "node/node_state.hpp"
#include "node/store/damage.hpp"
#include "sync/log/planted.hpp"
#include "sync/registry/inbox_name.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::node {
namespace {

/// Positions of missing bodies that are asked for at once; the rest is asked for later.
constexpr std::size_t missing_bodies_max = 1024;

/// The tree that the extension's own entries make, behind what is stored below it.
Result<std::optional<crypto::CompactRange>> claimed_tree(Reader& reader, const sync::LogHead& base, const sync::Extension& extension) {
    std::optional<crypto::CompactRange> tree;
    if (base.size() == 0 && extension.from == 0) {
        tree.emplace();
    } else {
        auto stored = reader.tree_at(base.id, extension.from);
        if (!stored) return std::unexpected(std::move(stored).error());
        tree = std::move(*stored);
    }
    if (tree) {
        for (const auto& entry : extension.entries) tree->append(crypto::leaf_hash(entry));
    }
    return tree;
}

/// Whether the log's own key signed exactly these entries: then what is wrong with them is the log's doing, not a relay's.
Result<bool> is_signed_by_log(Reader& reader, const sync::LogHead& base, const sync::Extension& extension) {
    const auto note = crypto::Note::parse(extension.checkpoint);
    if (!note) return false;
    const auto checkpoint = crypto::open_checkpoint(*note, sync::log_verifier(base.origin, base.log_key));
    if (!checkpoint) return false;
    auto tree = claimed_tree(reader, base, extension);
    if (!tree) return std::unexpected(std::move(tree).error());
    return *tree && (*tree)->size() == checkpoint->size && (*tree)->root() == checkpoint->root;
}

}  // namespace

/// One extension on its way into the store. Lives for one call of Node::take.
class Arrival {
  public:
    Arrival(Node::State& state, const sync::Extension& extension, sync::SignatureChecker& checker) : state_(state), extension_(extension), checker_(checker) {}

    Result<sync::StoredExtension> take() {
        std::optional<sync::LogHead> base;
        auto stored = state_.as_job([&]() -> Result<sync::StoredExtension> {
            auto found = find_base();
            if (!found) return std::unexpected(std::move(found).error());
            base = *found;
            return store(*base);
        });
        if (stored || !base || stored.error().kind != ErrorKind::verification) return stored;
        if (auto accused = accuse(*base, stored.error()); !accused) return std::unexpected(std::move(accused).error());
        return stored;
    }

  private:
    [[nodiscard]] Reader& reader() { return state_.store.reader(); }

    /// The stored head, or that of an empty log for one of which nothing is here yet.
    Result<sync::LogHead> find_base() {
        if (!state_.registry) return fail(ErrorKind::refused, "this node is not enrolled yet: it takes no logs");
        const bool is_recovering = extension_.log == state_.log_id && state_.store.reader().meta(halted_key).value_or(std::nullopt).has_value();
        if (extension_.log == state_.log_id && !is_recovering && !mends_own_log()) {
            return fail(ErrorKind::refused, fmt::format("{}: a node's own log is written here alone", state_.origin));
        }
        if (extension_.log == state_.registry->log_id()) return state_.registry->head();
        if (state_.registry->find_node(extension_.log) == nullptr) {
            if (auto told = with_admitted(*state_.registry, extension_)) state_.registry = std::move(told);
        }
        if (extension_.log != state_.log_id) {
            if (auto why = state_.disk.why_not()) return fail(ErrorKind::refused, *std::move(why));
        }
        const auto* node = state_.registry->find_node(extension_.log);
        if (const auto* conviction = state_.registry->find_conviction(extension_.log); conviction != nullptr) {
            return fail(ErrorKind::refused, fmt::format("{} was convicted of signing two histories and is no longer extended; its office goes on in a new log",
                                                        node != nullptr ? node->origin : to_hex(extension_.log.view())));
        }
        auto empty = node != nullptr ? std::optional(sync::LogHead::empty(node->origin, node->log_key, sync::LogClass::node)) : find_own_inbox();
        if (!empty) {
            return fail(ErrorKind::refused, fmt::format("log {} is of no node that the registry lists (size {} here)", to_hex(extension_.log.view()),
                                                        state_.registry->size()));
        }
        auto row = reader().log(extension_.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return std::move(*empty);
        if ((*row)->proven) return fail(ErrorKind::refused, fmt::format("{} is accused and no longer extended: {}", empty->origin, (*row)->accused.value_or("the reason is not stored")));
        return std::move((*row)->head);
    }

    /// What comes again of our own log, because some of it is damaged here; nothing beyond what is here.
    bool mends_own_log() {
        const auto row = reader().log(state_.log_id);
        const auto damaged = damaged_from(reader());
        return row && *row && damaged && damaged->contains(state_.log_id) && extension_.from + extension_.entries.size() <= (*row)->head.size();
    }

    /// An inbox of our own office, kept by a node directly above; others are no business of ours.
    std::optional<sync::LogHead> find_own_inbox() {
        const auto* own = state_.own_record();
        if (own == nullptr) return std::nullopt;
        for (const auto& inbox : sync::inboxes_of(*state_.registry, own->office))
            if (inbox.log == extension_.log) return inbox.empty_head();
        return std::nullopt;
    }

    Result<sync::StoredExtension> store(const sync::LogHead& base) {
        if (auto ok = mend(state_.store, base, extension_); !ok) return std::unexpected(std::move(ok).error());
        if (auto ok = take_missing_bodies(base); !ok) return std::unexpected(std::move(ok).error());
        const auto damaged = damaged_entries(reader(), base.id, extension_.from, base.size());
        if (!damaged) return std::unexpected(damaged.error());
        auto fresh = sync::trim_overlap(extension_, base.size(), [&](std::uint64_t seq) -> Result<std::optional<Bytes>> {
            // What is damaged here says nothing about what came.
            if (std::ranges::binary_search(*damaged, seq)) return extension_.entries[seq - extension_.from];
            return reader().entry(base.id, seq);
        });
        if (!fresh) return std::unexpected(std::move(fresh).error());
        if (sync::planted(sync::PlantedFault::takes_no_repeats) && extension_.from < base.size()) return fail(ErrorKind::refused, "repeated");
        const bool is_news = !fresh->entries.empty() || fresh->from > base.size();
        if (is_news) {
            auto ok = store_news(base, std::move(*fresh));
            if (!ok) return std::unexpected(std::move(ok).error());
        }
        return stored();
    }

    /// Bodies that come again with entries that are here already may be the ones that were missing.
    Result<void> take_missing_bodies(const sync::LogHead& base) {
        if (extension_.from >= base.size() || extension_.bodies.size() != extension_.entries.size()) return {};
        auto missing = reader().missing_bodies(base.id, missing_bodies_max);
        if (!missing) return std::unexpected(std::move(missing).error());
        for (const auto seq : *missing) {
            if (seq < extension_.from || seq - extension_.from >= extension_.bodies.size()) continue;
            const auto& body = extension_.bodies[seq - extension_.from];
            if (!body) continue;
            if (auto ok = state_.store.add_body(base.id, seq, *body); !ok) return ok;
        }
        return settle_bodies(state_.store, base.id);
    }

    Result<void> store_news(const sync::LogHead& base, sync::Extension fresh) {
        switch (base.log_class) {
            case sync::LogClass::node: return store_log(base, std::move(fresh));
            case sync::LogClass::registry: return store_registry(std::move(fresh));
            case sync::LogClass::inbox: return store_inbox(base, std::move(fresh));
        }
        return {};
    }

    Result<void> store_inbox(const sync::LogHead& base, sync::Extension fresh) {
        auto checked = sync::check_inbox_extension(base, std::move(fresh), checker_);
        if (!checked) return std::unexpected(std::move(checked).error());
        for (const auto& act : checked->acts()) {
            if (auto ok = know_log_of(act, base.origin); !ok) return ok;
        }
        auto carried = state_.store.append_inbox(*checked);
        if (!carried) return std::unexpected(std::move(carried).error());
        if (sync::planted(sync::PlantedFault::shows_no_inbox)) return {};
        return state_.show(carried->fresh);
    }

    Result<void> know_log_of(const sync::Act& act, const std::string& inbox) {
        const auto place = act.position();
        const auto* node = state_.registry->find_node(place.log);
        if (node == nullptr) {
            return fail(ErrorKind::refused, fmt::format("{}: it carries an act of log {}, of no node that the registry lists (size {} here)", inbox,
                                                        to_hex(place.log.view()), state_.registry->size()));
        }
        if (place.log == state_.log_id) {
            auto own = reader().log(state_.log_id);
            if (!own) return std::unexpected(std::move(own).error());
            const auto size = *own ? (*own)->head.size() : 0;
            if (place.seq.value < size) return {};
            return fail(ErrorKind::refused, fmt::format("{}: it carries entry {} of this node's own log, which has {} here: this is a restored or "
                                                        "cloned copy; have an operator recover the log", inbox, place.seq.value, size));
        }
        return state_.store.know_log(sync::LogHead::empty(node->origin, node->log_key, sync::LogClass::node));
    }

    Result<void> store_log(const sync::LogHead& base, sync::Extension fresh) {
        auto cosigned = state_.once_cosigned(base);
        if (!cosigned) return std::unexpected(std::move(cosigned).error());
        auto checked = sync::check_extension(base, std::move(fresh), checker_, state_.registry_root_at(), *cosigned);
        if (!checked) return std::unexpected(std::move(checked).error());
        if (auto ok = state_.store.append(*checked); !ok) return ok;
        if (checked->deferred() > 0) {
            state_.has_deferred = true;
            if (auto ok = state_.store.defer(base.id, base.size(), base.size() + checked->deferred()); !ok) return ok;
        }
        if (auto ok = state_.show(checked->acts()); !ok) return ok;
        state_.grown.insert(base.id);
        return {};
    }

    Result<void> store_registry(sync::Extension fresh) {
        auto after = std::make_shared<sync::Registry>(*state_.registry);
        auto checked = sync::extend_registry(*after, std::move(fresh), checker_);
        if (!checked) return std::unexpected(std::move(checked).error());
        if (auto ok = state_.stop_as_restored_city(checked->head().size()); !ok) return ok;
        return state_.store_registry(*checked, std::move(after));
    }

    Result<sync::StoredExtension> stored() {
        auto row = reader().log(extension_.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return fail(ErrorKind::refused, "an extension without entries, of a log of which nothing is here");
        auto missing = reader().missing_bodies(extension_.log, missing_bodies_max);
        if (!missing) return std::unexpected(std::move(missing).error());
        return sync::StoredExtension{.log = extension_.log,
                                     .size = (*row)->head.size(),
                                     .root = (*row)->head.tree.root(),
                                     .cosigned = std::nullopt,
                                     .missing_bodies = std::move(*missing)};
    }

    Result<void> accuse(const sync::LogHead& base, const Error& cause) {
        auto is_signed = is_signed_by_log(reader(), base, extension_);
        if (!is_signed) return std::unexpected(std::move(is_signed).error());
        if (*is_signed) {
            auto ours = reader().checkpoint_at_or_after(base.id, extension_.from + 1);
            if (!ours) return std::unexpected(std::move(ours).error());
            auto proof = prove_fork(reader(), base, extension_);
            if (!proof) return std::unexpected(std::move(proof).error());
            const EvidenceRow row{.log = base.id, .ours = *ours ? (*ours)->note : "", .theirs = extension_.checkpoint, .cause = cause.message, .proof = *std::move(proof)};
            if (auto ok = state_.store.add_evidence(row); !ok) return ok;
        }
        // A log of which nothing is stored has no row to mark: it stays out, and the session says why.
        return state_.store.accuse(base.id, cause.message, *is_signed);
    }

    Node::State& state_;
    const sync::Extension& extension_;
    sync::SignatureChecker& checker_;
};

Result<sync::StoredExtension> Node::take(sync::Extension extension, sync::SignatureChecker* checker) {
    return Arrival(*state_, extension, checker != nullptr ? *checker : *state_->environment.checker).take();
}

Result<void> Node::take_body(const sync::LogId& log, std::uint64_t seq, ByteView body) {
    if (auto room = log == state_->log_id ? Result<void>{} : has_room_for_others(); !room) return room;
    return state_->as_job([&]() -> Result<void> {
        if (auto ok = state_->store.add_body(log, seq, body); !ok) return ok;
        return settle_bodies(state_->store, log);
    });
}

Result<void> Node::note_damage(std::span<const Damage> found) {
    return state_->as_job([&]() -> Result<void> {
        const auto now_ms = static_cast<std::uint64_t>(state_->environment.clock->wall().time_since_epoch().count());
        for (const auto& damage : found) {
            if (auto ok = node::note_damage(state_->store, damage, now_ms); !ok) return ok;
        }
        return {};
    });
}

Result<void> Node::note_scrubbed(std::uint64_t began_ms) {
    return state_->as_job([&]() -> Result<void> {
        if (auto ok = forget_damage_before(state_->store, began_ms); !ok) return ok;
        return state_->store.set_meta(scrubbed_key, std::to_string(state_->environment.clock->wall().time_since_epoch().count()));
    });
}

Result<void> Node::keep_evidence(const sync::StoreEvidence& evidence) {
    return state_->as_job([&]() -> Result<void> {
        auto row = state_->store.reader().log(evidence.log);
        if (!row) return std::unexpected(std::move(row).error());
        EvidenceRow kept{.log = evidence.log, .ours = evidence.ours, .theirs = evidence.theirs, .cause = evidence.cause};
        if (*row) kept.proof = checked_proof((*row)->head, evidence);
        if (sync::planted(sync::PlantedFault::drops_evidence)) return {};
        if (auto ok = state_->store.add_evidence(kept); !ok) return ok;
        if (!*row) return {};
        if (auto ok = state_->store.accuse(evidence.log, evidence.cause, kept.proof.has_value()); !ok) return ok;
        return kept.proof && evidence.log == state_->log_id ? state_->stop_as_twin() : Result<void>{};
    });
}

Result<void> Node::halt(const sync::Halt& halt) {
    return state_->as_job([&]() -> Result<void> {
        auto halted = state_->store.reader().meta(halted_key);
        if (!halted) return std::unexpected(std::move(halted).error());
        if (*halted) return {};  // what was found first says more
        const auto why = halt.log != state_->log_id
            ? fmt::format("recording has stopped: {} entries of an inbox that this node keeps are known below, only {} are here, so this is a restored "
                          "or cloned copy; keep it as it is and have an operator recover it", halt.size_there, halt.size_here)
            : fmt::format("recording has stopped: {} entries of this node's log are known above, only {} are here, so this is a "
                                     "restored or cloned copy; keep it as it is and have an operator recover the log", halt.size_there, halt.size_here);
        return state_->store.set_meta(halted_key, why);
    });
}

}  // namespace motcua::node
