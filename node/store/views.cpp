#include "node/store/views.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "node/store/imports.hpp"
#include "node/store/numbers.hpp"
#include "node/store/report_view.hpp"
#include "node/store/schema.hpp"
#include "sync/act/adoption.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

/// Acts per step of a rebuild: what an extension may hold, so that a rebuild costs what the first ingest did.
constexpr std::size_t rebuild_step_acts = sync::extension_entries_max;

/// The dossier that an act speaks of: unknown kinds with a dossier's id freeze it, so they belong to it too.
std::optional<sync::DossierId> dossier_of(const sync::Act& act) {
    switch (sync::class_of(act.payload.kind)) {
        case sync::KindClass::log:
            if (act.payload.kind != sync::Kind::adopt) return std::nullopt;
            break;
        case sync::KindClass::registry: return std::nullopt;
        case sync::KindClass::fact:
        case sync::KindClass::move:
        case sync::KindClass::unknown: break;
    }
    auto id = sync::DossierId::from(act.payload.subject);
    return id ? std::optional(*id) : std::nullopt;
}

/// Writes views inside the open transaction; lives for one call.
class ViewWriter {
  public:
    /// `calendars` are filled with what is asked for, and outlive it.
    ViewWriter(Reader& reader, const sync::Registry& registry, sync::CompiledCalendars& calendars, OnFolded on_folded)
        : reader_(reader), database_(reader.database()), registry_(registry), calendars_(calendars), on_folded_(std::move(on_folded)), report_(reader) {}
    ViewWriter(Store& store, const sync::Registry& registry, OnFolded on_folded) : ViewWriter(store.reader(), registry, store.calendars(), std::move(on_folded)) {}

    Result<void> add(std::span<const sync::Act> acts) {
        if (auto ok = learn(acts); !ok) return ok;
        auto own_origin = reader_.meta("log");
        if (!own_origin) return std::unexpected(std::move(own_origin).error());
        // Sorted by id, which is by place of creation: neighbours in the index are written together.
        std::map<sync::DossierId, std::vector<const sync::Act*>> dossiers;
        for (const auto& act : acts) {
            if (auto ok = put_admission(act); !ok) return ok;
            const bool in_registry = act.payload.log == registry().log_id();
            if (const auto id = in_registry ? std::nullopt : dossier_of(act)) {
                dossiers[*id].push_back(&act);
            } else if (auto ok = put_verdict(act.position(), registry().judge(act), std::nullopt); !ok) {
                return ok;
            }
        }
        for (const auto& [id, added] : dossiers) {
            if (auto ok = fold(id, added); !ok) return ok;
        }
        for (const auto& act : acts) {
            if (auto ok = show_carried_admission(act); !ok) return ok;
        }
        if (auto ok = flush(); !ok) return ok;
        if (acts.empty() || !*own_origin) return {};
        auto own = reader_.log_of_origin(**own_origin);
        if (!own) return std::unexpected(std::move(own).error());
        if (!*own) return {};
        const auto line = registry().line_of((*own)->head.id);
        for (const auto& act : acts) {
            const bool is_kept = act.payload.kind == sync::Kind::imported || act.payload.kind == sync::Kind::receive;
            if (!is_kept || registry().line_of(act.payload.log) != line) continue;
            if (auto ok = add_imported(database_, act); !ok) return ok;
            if (auto ok = add_given_code(database_, act); !ok) return ok;
        }
        return {};
    }

    /// The dossier from all its stored acts and `added`, which may be among them. Always from scratch: extend_fold would go on from the
    /// stored state without reading the acts, and spare 27 us of the 53 that the views cost a dossier of four acts, 75 of 106 at twelve
    /// (bench_views; city-wide a dossier has five). At a counter that is nothing beside the sync of the commit, in a rebuild
    /// little was stored before, and a hub needs the acts for its inboxes all the same: one way to come to a dossier is worth more.
    Result<void> fold(const sync::DossierId& id, const std::vector<const sync::Act*>& added) {
        auto before = reader_.dossier(id);
        if (!before) return std::unexpected(std::move(before).error());
        std::vector<sync::Act> acts;
        if (*before) {
            auto stored = load_acts(**before);
            if (!stored) return std::unexpected(std::move(stored).error());
            acts = std::move(*stored);
        }
        acts.reserve(acts.size() + added.size());
        for (const auto* act : added) acts.push_back(*act);
        if (auto ok = add_admissions(acts); !ok) return ok;
        const auto after = sync::fold_dossier(id, acts, rules());
        if (auto ok = put_verdicts(*before, after); !ok) return ok;
        if (auto ok = put_dossier(after); !ok) return ok;
        if (auto ok = report_.put(after, rules()); !ok) return ok;
        return on_folded_ ? on_folded_(after, acts) : Result<void>{};
    }
    /// Everything of these offices' logs once more: what their acts are worth has changed.
    Result<void> show_logs_of(const std::set<sync::OfficeId>& offices) {
        std::set<sync::DossierId> dossiers;
        auto read = each_act_of(reader_, registry(), offices, [&](const sync::Act& act) -> Result<void> {
            if (const auto id = dossier_of(act)) {
                dossiers.insert(*id);
                return {};
            }
            const auto verdict = registry().judge(act);
            const sync::Verdict another{verdict.effective() ? sync::Standing::void_act : sync::Standing::effective, sync::Reason::none};
            return put_verdict(act.position(), verdict, another);
        });
        if (!read) return read;
        for (const auto& id : dossiers) {
            if (auto ok = fold(id, {}); !ok) return ok;
        }
        return renew_tables_of_line(reader_, registry(), offices);
    }
    /// After the last fold: what gathered for the sums of reports.
    Result<void> flush() { return report_.flush(); }

    Result<void> put_verdict(const sync::Position& position, sync::Verdict verdict, std::optional<sync::Verdict> before) {
        if (before ? *before == verdict : verdict.effective()) return {};
        auto number = number_of(position.log);
        if (!number) return std::unexpected(std::move(number).error());
        const auto id = entry_id(*number, position.seq.value);
        auto statement = verdict.effective() ? database_.prepare("DELETE FROM verdict WHERE id = ?1")
                                             : database_.prepare("INSERT OR REPLACE INTO verdict (id, standing, reason) VALUES (?1, ?2, ?3)");
        if (!statement) return std::unexpected(std::move(statement).error());
        if (verdict.effective()) return statement->bind(id).run();
        return statement->bind(id, static_cast<int>(verdict.standing), static_cast<int>(verdict.reason)).run();
    }

  private:
    [[nodiscard]] const sync::Registry& registry() const { return disowning_ ? *disowning_ : registry_; }

    const sync::Rulebook& rules() {
        if (!rules_) rules_.emplace(registry(), calendars_);
        return *rules_;
    }

    sync::Registry& own_registry() {
        rules_.reset();
        if (!disowning_) disowning_ = registry_;
        return *disowning_;
    }

    /// In a fill from the logs alone, nobody has said yet what they announced falsely. Each log's announcements come before
    /// the acts that they spoil; an admission comes before all else that is of weight in its log.
    Result<void> learn(std::span<const sync::Act> acts) {
        disown_announced(acts);
        const auto is_news = [&](const sync::Act& act) { return act.payload.kind == sync::Kind::admit_node && !registry().is_told_of(act.payload.log); };
        if (std::ranges::none_of(acts, is_news)) return {};
        auto told = tell_admitted(reader_, acts, own_registry());
        return told ? Result<void>{} : std::unexpected(std::move(told).error());
    }

    void disown_announced(std::span<const sync::Act> acts) {
        for (const auto& act : acts) {
            const auto announced = sync::class_of(act.payload.kind) == sync::KindClass::log ? registry_.find_false_announcement(act) : std::nullopt;
            if (!announced) continue;
            own_registry().disown(act.position(), announced->checkpoint.size);
        }
    }

    Result<std::vector<sync::Act>> load_acts(const sync::Dossier& dossier) {
        std::vector<sync::Act> acts;
        acts.reserve(dossier.acts.size());
        for (const auto& known : dossier.acts) {
            if (known.carried_by) continue;  // it comes with its adopt
            auto envelope = reader_.entry(known.position.log, known.position.seq.value);
            if (!envelope) return std::unexpected(std::move(envelope).error());
            auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
            if (!act) return fail(ErrorKind::storage, "an act of dossier " + to_hex(dossier.id.view()) + " cannot be read; restore the database");
            acts.push_back(*std::move(act));
        }
        return acts;
    }

    /// An `admit`, or an adopt that carries one.
    Result<void> put_admission(const sync::Act& act) {
        if (act.payload.kind != sync::Kind::admit && act.payload.kind != sync::Kind::adopt) return {};
        const auto key = sync::PublicKey::from(act.payload.subject);
        if (!key) return {};
        auto number = number_of(act.payload.log);
        if (!number) return std::unexpected(std::move(number).error());
        auto statement = database_.prepare("INSERT OR IGNORE INTO admission (key, id) VALUES (?, ?)");
        if (!statement) return std::unexpected(std::move(statement).error());
        return statement->bind(*key, entry_id(*number, act.payload.seq)).run();
    }

    /// One that comes after what it entitles, as no other admission does.
    Result<void> show_carried_admission(const sync::Act& act) {
        const auto carried = sync::find_carried(act);
        const auto* author = carried && carried->payload.kind == sync::Kind::admit ? registry().find_node(carried->payload.log) : nullptr;
        return author == nullptr ? Result<void>{} : show_logs_of({author->office});
    }

    Result<sync::Act> load(const sync::Position& place) {
        auto envelope = reader_.entry(place.log, place.seq.value);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        if (!act) return fail(ErrorKind::storage, "an act that admits a key or a log cannot be read; restore the database");
        return act;
    }

    /// The `admit` acts, in the same logs, for those who signed, and entries 0 and 1 of logs that were admitted.
    Result<void> add_admissions(std::vector<sync::Act>& acts) {
        std::map<sync::PublicKey, std::set<sync::LogId>> signers;
        std::set<sync::LogId> logs;
        const auto note_author = [&](const sync::Act& act) {
            signers[act.payload.signer].insert(act.payload.log);
            if (registry().is_told_of(act.payload.log)) logs.insert(act.payload.log);
        };
        for (const auto& act : acts) {
            note_author(act);
            if (const auto carried = sync::find_carried(act)) note_author(*carried);
        }
        for (const auto& [signer, of_signer] : signers) {
            auto places = reader_.admissions(signer);
            if (!places) return std::unexpected(std::move(places).error());
            for (const auto& place : *places) {
                auto act = load(place);
                if (!act) return std::unexpected(std::move(act).error());
                const auto carried = sync::find_carried(*act);
                if (of_signer.contains(carried ? carried->payload.log : place.log)) acts.push_back(*std::move(act));
            }
        }
        for (const auto& log : logs) {
            for (const std::uint64_t seq : {0, 1}) {
                auto act = load({log, sync::Seq{seq}});
                if (!act) return std::unexpected(std::move(act).error());
                acts.push_back(*std::move(act));
            }
        }
        return {};
    }

    Result<void> put_verdicts(const std::optional<sync::Dossier>& before, const sync::Dossier& after) {
        std::map<sync::Position, sync::Verdict> known;
        if (before) {
            for (const auto& act : before->acts) {
                if (!act.carried_by) known.emplace(act.position, act.verdict);
            }
        }
        for (const auto& act : after.acts) {
            if (act.carried_by) continue;  // verdicts are of what stands in a log; the dossier's own state has this one's
            const auto found = known.find(act.position);
            const auto was = found == known.end() ? std::nullopt : std::optional(found->second);
            if (auto ok = put_verdict(act.position, act.verdict, was); !ok) return ok;
        }
        return {};
    }

    Result<void> put_dossier(const sync::Dossier& dossier) {
        auto statement = database_.prepare(
            "INSERT INTO dossier (id, code, status, office, received_ms, lookup, state) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "code = excluded.code, status = excluded.status, office = excluded.office, received_ms = excluded.received_ms, lookup = excluded.lookup, "
            "state = excluded.state");
        if (!statement) return std::unexpected(std::move(statement).error());
        const auto state = cbor::encode(dossier);
        std::optional<std::string> office;
        if (dossier.custody) office = dossier.custody->office.code;
        return statement->bind(dossier.id, dossier.code, static_cast<int>(dossier.status), office, dossier.received_ms, dossier.lookup, state).run();
    }

    Result<std::uint64_t> number_of(const sync::LogId& log) {
        if (const auto known = numbers_.find(log); known != numbers_.end()) return known->second;
        auto number = reader_.number_of(log);
        if (!number) return std::unexpected(std::move(number).error());
        ensure(number->has_value(), "an act is stored before it is judged");
        return numbers_[log] = **number;
    }

    Reader& reader_;
    Database& database_;
    const sync::Registry& registry_;
    sync::CompiledCalendars& calendars_;
    OnFolded on_folded_;
    ReportWriter report_;
    std::optional<sync::Registry> disowning_;  // with what was found here
    std::optional<sync::Rulebook> rules_;      // of registry()
    std::unordered_map<sync::LogId, std::uint64_t, FixedHash> numbers_;
};

Result<void> refresh_waiting(Store& store, const sync::Registry& registry, const OnFolded& on_folded) {
    auto positions = store.reader().acts_that_are({sync::Standing::waiting, sync::Reason::registry_size_unknown});
    if (!positions) return std::unexpected(std::move(positions).error());
    ViewWriter writer(store, registry, on_folded);
    std::map<sync::DossierId, bool> dossiers;
    for (const auto& position : *positions) {
        auto envelope = store.reader().entry(position.log, position.seq.value);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        if (!act) return fail(ErrorKind::storage, "an act that waits cannot be read; restore the database");
        if (act->payload.registry > registry.size()) continue;
        if (const auto id = dossier_of(*act)) {
            dossiers[*id] = true;
            continue;
        }
        const sync::Verdict waited{sync::Standing::waiting, sync::Reason::registry_size_unknown};
        if (auto ok = writer.put_verdict(position, registry.judge(*act), waited); !ok) return ok;
    }
    for (const auto& [id, waits] : dossiers) {
        if (auto ok = writer.fold(id, {}); !ok) return ok;
    }
    return writer.flush();
}

bool is_shown_anew(const sync::Dossier& dossier, const RegistryReach& reach) {
    if (dossier.dispute && reach.tree_moved) return true;
    if (!dossier.custody) return false;
    const auto& custody = *dossier.custody;
    return reach.merged.contains(custody.office) || (custody.offer && reach.merged.contains(custody.offer->to));
}

Result<void> refresh_shown(Store& store, const sync::Registry& registry, const RegistryReach& reach, const OnFolded& on_folded) {
    auto ids = store.reader().dossier_ids();
    if (!ids) return std::unexpected(std::move(ids).error());
    ViewWriter writer(store, registry, on_folded);
    for (const auto& id : *ids) {
        auto dossier = store.reader().dossier(id);
        if (!dossier) return std::unexpected(std::move(dossier).error());
        if (!*dossier || !is_shown_anew(**dossier, reach)) continue;
        if (auto ok = writer.fold(id, {}); !ok) return ok;
    }
    return writer.flush();
}

constexpr const char* empty_views = "DELETE FROM dossier; DELETE FROM verdict; DELETE FROM admission; DELETE FROM imported; DELETE FROM imported_case; DELETE FROM given_code; "
                                    "DELETE FROM report_case; DELETE FROM report_sum; DELETE FROM report_place;";

/// Feeds one log through the views in steps.
Result<std::uint64_t> fill_from_log(Reader& reader, ViewWriter& writer, const LogRow& log, std::uint64_t done_before,
                                    const std::function<void(std::uint64_t)>& progress) {
    for (std::uint64_t from = 0; from < log.head.size(); from += rebuild_step_acts) {
        std::vector<sync::Act> acts;
        std::optional<Error> trouble;
        auto read = reader.each_entry(log.head.id, from, from + rebuild_step_acts, [&](std::uint64_t seq, ByteView envelope) {
            auto act = sync::parse_act(to_bytes(envelope));
            if (act) acts.push_back(*std::move(act));
            else trouble = Error{ErrorKind::storage, log.head.origin + " entry " + std::to_string(seq) + " is damaged in the database; restore it"};
            return !trouble.has_value();
        });
        if (!read) return std::unexpected(std::move(read).error());
        if (trouble) return std::unexpected(*std::move(trouble));
        if (auto ok = writer.add(acts); !ok) return std::unexpected(std::move(ok).error());
        if (progress) progress(done_before + from + acts.size());
    }
    return done_before + log.head.size();
}

/// Acts that came through inboxes, without the rest of their logs.
Result<void> fill_from_foreign_acts(Reader& reader, ViewWriter& writer) {
    std::vector<sync::Act> acts;
    std::optional<Error> trouble;
    const auto flush = [&] {
        if (auto ok = writer.add(acts); !ok) trouble = std::move(ok).error();
        acts.clear();
    };
    auto read = reader.each_foreign_act([&](const sync::Position& place, ByteView envelope) {
        auto act = sync::parse_act(to_bytes(envelope));
        if (!act) trouble = Error{ErrorKind::storage, "log " + to_hex(place.log.view()) + " entry " + std::to_string(place.seq.value) +
                                                          " is damaged in the database; restore it"};
        else acts.push_back(*std::move(act));
        if (acts.size() == rebuild_step_acts) flush();
        return !trouble.has_value();
    });
    if (!read) return read;
    if (!trouble) flush();
    return trouble ? Result<void>(std::unexpected(*std::move(trouble))) : Result<void>{};
}

Result<void> refill(Store& store, const sync::Registry& registry, const std::function<void(std::uint64_t)>& progress, const OnFolded& on_folded) {
    if (auto ok = store.database().execute(empty_views); !ok) return ok;
    if (auto ok = fill_views(store.reader(), registry, progress, on_folded); !ok) return ok;
    return store.set_meta("views", views_version);
}

}  // namespace

Result<bool> are_views_current(Reader& reader) {
    const auto version = reader.meta("views");
    if (!version) return std::unexpected(version.error());
    return *version == views_version;
}

Result<void> update_views(Store& store, std::span<const sync::Act> acts, const sync::Registry& registry, const OnFolded& on_folded) {
    return ViewWriter(store, registry, on_folded).add(acts);
}

Result<void> fold_all(Store& store, const sync::Registry& registry, const OnFolded& on_folded) {
    auto ids = store.reader().dossier_ids();
    if (!ids) return std::unexpected(std::move(ids).error());
    ViewWriter writer(store, registry, on_folded);
    for (const auto& id : *ids) {
        if (auto ok = writer.fold(id, {}); !ok) return ok;
    }
    return writer.flush();
}

Result<void> fill_views(Reader& reader, const sync::Registry& registry, const std::function<void(std::uint64_t)>& progress, const OnFolded& on_folded) {
    auto logs = reader.logs();
    if (!logs) return std::unexpected(std::move(logs).error());
    sync::Registry told = registry;  // a log may be continued by one that comes before it here
    if (auto ok = reader.tell_admitted(told); !ok) return ok;
    sync::CompiledCalendars calendars;
    ViewWriter writer(reader, told, calendars, on_folded);
    std::uint64_t done = 0;
    for (const auto& log : *logs) {
        if (log.head.log_class == sync::LogClass::inbox) continue;  // what it carries is of other logs
        auto more = fill_from_log(reader, writer, log, done, progress);
        if (!more) return std::unexpected(std::move(more).error());
        done = *more;
    }
    return fill_from_foreign_acts(reader, writer);
}

Result<void> refresh_views(Store& store, const sync::Registry& registry, const RegistryReach& reach, const OnFolded& on_folded) {
    if (reach.every_act && !sync::planted(sync::PlantedFault::keeps_old_verdicts)) return refill(store, registry, {}, on_folded);
    if (auto ok = refresh_waiting(store, registry, on_folded); !ok) return ok;
    std::set<sync::OfficeId> offices;
    for (const auto& log : reach.logs) {
        if (const auto* node = registry.find_node(log)) offices.insert(node->office);
    }
    if (!offices.empty()) {
        ViewWriter writer(store, registry, on_folded);
        if (auto ok = writer.show_logs_of(offices); !ok) return ok;
        if (auto ok = writer.flush(); !ok) return ok;
    }
    if (reach.merged.empty() && !reach.tree_moved) return {};
    return refresh_shown(store, registry, reach, on_folded);
}

Result<Durable> rebuild_views(Store& store, const sync::Registry& registry, const std::function<void(std::uint64_t acts)>& progress) {
    if (auto ok = store.begin(); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = refill(store, registry, progress, {}); !ok) {
        store.rollback();
        return std::unexpected(std::move(ok).error());
    }
    return store.commit();
}

}  // namespace motcua::node
