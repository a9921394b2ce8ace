// What this node states itself: acts of its officers in its own log, and at the city acts of the registry.

#include <fmt/format.h>

#include "node/disown.hpp"
#include "node/inbox_post.hpp"
#include "node/node_state.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

Result<void> refuse_halted(Reader& reader) {
    auto halted = reader.meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    return *halted ? Result<void>(fail(ErrorKind::refused, **halted)) : Result<void>{};
}

struct OwnHead {
    sync::LogHead head;
    std::string registry_checkpoint;  ///< over the whole registry that is here
};

Result<OwnHead> find_own_head(Store& store, const sync::LogId& log, const sync::Registry* registry) {
    if (auto ok = refuse_halted(store.reader()); !ok) return std::unexpected(std::move(ok).error());
    auto row = store.reader().log(log);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row || registry == nullptr) {
        return fail(ErrorKind::refused, "this node is not enrolled yet: nothing can be recorded before `motcua enrol accept`");
    }
    if ((*row)->proven) {
        return fail(ErrorKind::refused, fmt::format("this node's log is accused ({}); an operator must recover it before anything is recorded",
                                                    (*row)->accused.value_or("the reason is not stored")));
    }
    auto checkpoint = store.reader().checkpoint_at_or_after(registry->log_id(), registry->size());
    if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
    ensure(checkpoint->has_value(), "the stored registry ends with a checkpoint");
    return OwnHead{.head = std::move((*row)->head), .registry_checkpoint = std::move((*checkpoint)->note)};
}

/// Entries of one call become drafts one by one, since their places depend on those before them.
class Recorder {
  public:
    Recorder(sync::LogHead head, const crypto::SigningKey& log_key, const sync::Registry& registry, NodeEnvironment environment)
        : log_key_(log_key), registry_(registry), environment_(environment), writer_(std::in_place, std::move(head), log_key) {}

    Result<void> add_receipt(const sync::ReceiptContent& content) {
        const sync::Draft draft{.signer = &log_key_, .at = environment_.clock->wall(), .kind = sync::Kind::receipt, .subject = {},
                                .prior = std::nullopt, .content = sync::to_item(content), .body = std::nullopt};
        auto id = writer_->append(draft, writer_->head().registry_size);
        if (!id) return std::unexpected(std::move(id).error());
        return {};
    }

    Result<void> add(const crypto::SigningKey& officer, const Entry& entry) {
        if (writer_->full()) begin_next_extension();
        auto draft = draft_of(officer, entry);
        if (!draft) return std::unexpected(std::move(draft).error());
        const auto place = writer_->next_seq();
        auto id = writer_->append(*draft, registry_.size());
        if (!id) return std::unexpected(std::move(id).error());
        recorded_.push_back({.act = *id, .position = {writer_->head().id, place}, .subject = std::move(draft->subject)});
        creating_.push_back(creating_act_of(entry, *id));
        return {};
    }

    std::vector<sync::CheckedExtension> finish() {
        begin_next_extension();
        return std::move(finished_);
    }
    std::vector<Recorded> take_recorded() { return std::move(recorded_); }

  private:
    void begin_next_extension() {
        auto checked = std::move(*writer_).finish();
        writer_.emplace(checked.head(), log_key_);
        finished_.push_back(std::move(checked));
    }

    Result<sync::Draft> draft_of(const crypto::SigningKey& officer, const Entry& entry) {
        sync::Draft draft{.signer = &officer, .at = environment_.clock->wall(), .kind = entry.kind, .subject = {}, .prior = entry.prior,
                          .content = entry.content, .body = entry.body, .absent_body = entry.absent_body};
        if (const auto* same = std::get_if<Entry::SameAs>(&entry.subject)) {
            if (same->entry >= recorded_.size()) return fail(ErrorKind::usage, "an entry can only follow an earlier one of the same call");
            draft.subject = recorded_[same->entry].subject;
            if (!draft.prior) draft.prior = creating_[same->entry];
            if (!draft.prior) return fail(ErrorKind::usage, "the entry that it follows creates no dossier: say the prior");
        } else if (const auto* bytes = std::get_if<Bytes>(&entry.subject)) {
            draft.subject = *bytes;
        } else {
            const auto id = sync::new_dossier_id(writer_->head().id, writer_->next_seq(), *environment_.random);
            draft.subject = to_bytes(id.view());
        }
        return draft;
    }

    std::optional<sync::ActId> creating_act_of(const Entry& entry, const sync::ActId& id) const {
        if (std::holds_alternative<Entry::NewDossier>(entry.subject)) return id;
        if (const auto* same = std::get_if<Entry::SameAs>(&entry.subject)) return creating_[same->entry];
        return std::nullopt;
    }

    const crypto::SigningKey& log_key_;
    const sync::Registry& registry_;
    NodeEnvironment environment_;
    std::optional<sync::LogWriter> writer_;
    std::vector<sync::CheckedExtension> finished_;
    std::vector<Recorded> recorded_;
    std::vector<std::optional<sync::ActId>> creating_;
};

/// Writes acts of the registry one behind the other, and folds each in.
class RegistryAuthor {
  public:
    struct Stated {
        sync::ActId act;
        sync::Verdict verdict;
    };
    struct Step {
        sync::CheckedExtension extension;
        std::shared_ptr<sync::Registry> after;
    };
    RegistryAuthor(const sync::Registry& registry, const crypto::SigningKey& registry_key, const Clock& clock)
        : registry_key_(&registry_key), clock_(&clock), registry_(std::make_shared<sync::Registry>(registry)),
          writer_(std::in_place, registry.head(), registry_key) {}

    [[nodiscard]] sync::Seq next_seq() const { return writer_->next_seq(); }
    Result<Stated> add(const crypto::SigningKey& signer, const RegistryEntry& entry) {
        if (writer_->full()) end_extension();
        const auto place = writer_->next_seq();
        const sync::Draft draft{.signer = &signer, .at = clock_->wall(), .kind = entry.kind, .subject = entry.subject,
                                .prior = std::nullopt, .content = entry.content, .body = entry.body};
        auto id = writer_->append(draft, place.value);
        if (!id) return std::unexpected(std::move(id).error());
        auto verdict = registry_->apply(writer_->last());
        if (!verdict) return std::unexpected(std::move(verdict).error());
        return Stated{.act = *id, .verdict = *verdict};
    }
    std::vector<Step> finish() {
        if (writer_->entries() > 0) end_extension();
        return std::move(steps_);
    }

  private:
    void end_extension() {
        auto extension = std::move(*writer_).finish();
        writer_.emplace(extension.head(), *registry_key_);
        // What is stored with this extension knows nothing yet of the next one.
        steps_.push_back({.extension = std::move(extension), .after = std::make_shared<sync::Registry>(*registry_)});
    }

    const crypto::SigningKey* registry_key_;
    const Clock* clock_;
    std::shared_ptr<sync::Registry> registry_;
    std::optional<sync::LogWriter> writer_;
    std::vector<Step> steps_;
};

/// The `admit` acts of `log` for the key.
Result<std::vector<sync::Act>> load_admissions(Reader& reader, const sync::LogId& log, const sync::PublicKey& key) {
    auto places = reader.admissions(key);
    if (!places) return std::unexpected(std::move(places).error());
    std::vector<sync::Act> admissions;
    for (const auto& place : *places) {
        if (place.log != log) continue;
        auto envelope = reader.entry(place.log, place.seq.value);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        if (!act) return fail(ErrorKind::storage, fmt::format("entry {} of our own log cannot be read; restore the database", place.seq.value));
        admissions.push_back(*std::move(act));
    }
    return admissions;
}

/// As the fold judges: where the registry does not know the signer, any admission of the log that gives the right will do.
Result<sync::Verdict> judge(const sync::Act& act, const sync::Registry& registry, Reader& reader) {
    sync::Verdict verdict = registry.judge(act);
    if (verdict != sync::Verdict{sync::Standing::void_act, sync::Reason::unknown_signer}) return verdict;
    auto admissions = load_admissions(reader, act.payload.log, act.payload.signer);
    if (!admissions) return std::unexpected(std::move(admissions).error());
    for (const auto& admission : *admissions) {
        const auto through_it = registry.judge(act, &admission);
        if (through_it.effective()) return through_it;
        if (verdict.standing == sync::Standing::void_act) verdict = through_it;
    }
    return verdict;
}

/// An act that could have no effect anywhere is not signed in the first place.
Result<void> check_entitled(const sync::CheckedExtension& extension, const sync::Registry& registry, Reader& reader) {
    if (sync::planted(sync::PlantedFault::records_without_right)) return {};
    for (const auto& act : extension.acts()) {
        const auto judged = judge(act, registry, reader);
        if (!judged) return std::unexpected(judged.error());
        const auto verdict = *judged;
        if (verdict.effective() || verdict.standing == sync::Standing::opaque) continue;
        return fail(ErrorKind::refused, fmt::format("{} cannot be recorded: {} (signer {})", sync::name_of(act.payload.kind),
                                                    sync::name_of(verdict.reason), to_hex(act.payload.signer.view())));
    }
    return {};
}

template <class State>  // Node's own, which has no name here
Result<RegistryAuthor> begin_author(State& state) {
    if (!state.registry_key || !state.registry) return fail(ErrorKind::refused, "the registry is written at the city alone");
    if (auto ok = refuse_halted(state.store.reader()); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = state.refuse_cut_copy(); !ok) return std::unexpected(std::move(ok).error());
    return RegistryAuthor(*state.registry, *state.registry_key, *state.environment.clock);
}

}  // namespace

Result<std::vector<Recorded>> Node::record(const crypto::SigningKey& officer, std::span<const Entry> entries) { return record_signed(officer, entries); }

Result<std::vector<Recorded>> Node::record_adopts(std::span<const Entry> entries) { return record_signed(state_->log_key, entries); }

Result<std::vector<Recorded>> Node::record_signed(const crypto::SigningKey& signer, std::span<const Entry> entries) {
    if (entries.empty()) return std::vector<Recorded>{};
    return state_->as_job([&]() -> Result<std::vector<Recorded>> {
        auto& store = state_->store;
        if (state_->disk.room() == DiskRoom::critical) (void)state_->disk.look(false);  // before it is too late: an error at the commit ends the process
        auto own = find_own_head(store, state_->log_id, state_->registry.get());
        if (!own) return std::unexpected(std::move(own).error());
        if (auto ok = state_->refuse_cut_copy(); !ok) return std::unexpected(std::move(ok).error());
        const auto& registry = *state_->registry;
        auto receipt = state_->due_receipt(own->head, own->registry_checkpoint);
        if (!receipt) return std::unexpected(std::move(receipt).error());
        Recorder recorder(std::move(own->head), state_->log_key, registry, state_->environment);
        if (*receipt) {
            if (auto ok = recorder.add_receipt(**receipt); !ok) return std::unexpected(std::move(ok).error());
        }
        for (const auto& entry : entries) {
            if (auto ok = recorder.add(signer, entry); !ok) return std::unexpected(std::move(ok).error());
        }
        for (const auto& extension : recorder.finish()) {
            if (auto ok = check_entitled(extension, registry, store.reader()); !ok) return std::unexpected(std::move(ok).error());
            if (auto ok = store.append(extension); !ok) return std::unexpected(std::move(ok).error());
            if (auto ok = state_->show(extension.acts()); !ok) return std::unexpected(std::move(ok).error());
        }
        state_->grown.insert(state_->log_id);
        return recorder.take_recorded();
    });
}

Result<std::vector<Recorded>> Node::record_in_registry(const crypto::SigningKey& signer, std::span<const RegistryEntry> entries) {
    return state_->as_job([&]() -> Result<std::vector<Recorded>> {
        auto begun = begin_author(*state_);
        if (!begun) return std::unexpected(std::move(begun).error());
        auto& author = *begun;
        std::vector<Recorded> recorded;
        for (const auto& entry : entries) {
            const auto place = author.next_seq();
            auto stated = author.add(signer, entry);
            if (!stated) return std::unexpected(std::move(stated).error());
            if (!stated->verdict.effective()) {
                return fail(ErrorKind::refused, fmt::format("the registry does not take this {}: {}", sync::name_of(entry.kind), sync::name_of(stated->verdict.reason)));
            }
            recorded.push_back({.act = stated->act, .position = {state_->registry->log_id(), place}, .subject = entry.subject});
        }
        for (auto& step : author.finish()) {
            if (auto ok = state_->store_registry(step.extension, std::move(step.after)); !ok) return std::unexpected(std::move(ok).error());
        }
        return recorded;
    });
}

Result<std::vector<sync::Verdict>> Node::try_in_registry(const crypto::SigningKey& signer, std::span<const RegistryEntry> entries) {
    auto author = begin_author(*state_);
    if (!author) return std::unexpected(std::move(author).error());
    std::vector<sync::Verdict> verdicts;
    for (const auto& entry : entries) {
        auto stated = author->add(signer, entry);
        if (!stated) return std::unexpected(std::move(stated).error());
        verdicts.push_back(stated->verdict);
    }
    return verdicts;
}

/// Another log goes on for this one, or its key signed two histories: this is the copy that was left behind.
Result<void> Node::State::stop_when_closed() {
    const auto* seal = registry->find_seal(log_id);
    if (seal == nullptr) return registry->find_conviction(log_id) == nullptr ? Result<void>{} : stop_as_twin();
    auto halted = store.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    if (*halted) return {};
    return store.set_meta(halted_key,
        fmt::format("recording has stopped: the city has closed this node's log at {} entries, and {}. Acts that were recorded here after that are kept, without effect: "
                    "keep this disk", seal->size, seal->next ? "another machine goes on in the office's next log" : "no other log goes on for it"));
}

Result<void> Node::State::stop_as_twin() {
    auto halted = store.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    if (*halted) return {};
    return store.set_meta(halted_key, "recording has stopped: two machines have worked as this one node, and its key has signed two histories. Keep both disks. The city "
                                      "convicts the log (motcua registry convict); then one of the two goes on in a new log: motcua recover --go-on");
}

Result<void> Node::State::stop_as_restored_city(std::uint64_t size_below) {
    if (!registry_key) return {};
    // As far as witness.db remembers, it comes back whole, and nothing was lost.
    const auto known = witness.find(registry->origin());
    if (!known) return std::unexpected(known.error());
    if (*known && (*known)->size >= size_below) return {};
    auto halted = store.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    if (*halted) return {};
    return store.set_meta(halted_key, fmt::format("recording has stopped: a node below has {} entries of the registry under this city's own signature, here were {}: this is a restored "
                                                  "or cloned copy. What is below comes back with each node that syncs; to go on: motcua recover", size_below, registry->size()));
}

Result<void> Node::State::store_registry(const sync::CheckedExtension& extension, std::shared_ptr<sync::Registry> after) {
    const auto reach = reach_of(extension.acts(), *registry);
    if (auto ok = store.append(extension); !ok) return ok;
    if (auto ok = disown_announced(store, *after); !ok) return ok;
    if (auto ok = update_views(store, extension.acts(), *after); !ok) return ok;
    const auto before = std::exchange(registry, std::move(after));
    grown.insert(registry->log_id());
    if (auto ok = stop_when_closed(); !ok) return ok;
    // The heir of a merged office is concerned with what that one held, and an act that waited may name an office unknown here.
    InboxPost post(*this);
    if (auto ok = refresh_views(store, *registry, reach, post.collector()); !ok) return ok;
    if (auto ok = post.write(); !ok) return ok;
    return catch_up_inboxes(*before);
}

}  // namespace motcua::node
