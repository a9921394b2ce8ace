#include "node/disown.hpp"

#include <fmt/format.h>

namespace motcua::node {
namespace {

constexpr sync::Verdict waiting{sync::Standing::waiting, sync::Reason::registry_size_unknown};
constexpr sync::Verdict disowned{sync::Standing::void_act, sync::Reason::another_registry};

using Each = std::function<Result<void>(const sync::Position&, const sync::Announcement&)>;

Result<void> each_false_announcement(Reader& reader, const sync::Registry& registry, sync::Verdict among, const Each& each) {
    auto positions = reader.acts_that_are(among);
    if (!positions) return std::unexpected(std::move(positions).error());
    for (const auto& position : *positions) {
        auto envelope = reader.entry(position.log, position.seq.value);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        if (!act) return fail(ErrorKind::storage, fmt::format("log {} entry {} cannot be read; restore the database", to_hex(position.log.view()), position.seq.value));
        const auto announced = registry.find_false_announcement(*act);
        if (!announced) continue;
        if (auto ok = each(position, *announced); !ok) return ok;
    }
    return {};
}

}  // namespace

Result<void> disown_announced(Store& store, sync::Registry& grown) {
    return each_false_announcement(store.reader(), grown, waiting, [&](const sync::Position& position, const sync::Announcement& theirs) -> Result<void> {
        const auto size = theirs.checkpoint.size;
        grown.disown(position, size);
        auto ours = store.reader().checkpoint_at_or_after(grown.log_id(), size);
        if (!ours) return std::unexpected(std::move(ours).error());
        const auto cause = fmt::format("entry {}: it carries a checkpoint of another registry (size {})", position.seq.value, size);
        const EvidenceRow row{.log = position.log, .ours = *ours ? (*ours)->note : "", .theirs = theirs.note, .cause = cause};
        if (auto ok = store.add_evidence(row); !ok) return ok;
        return store.accuse(position.log, cause, true);
    });
}

Result<void> disown_known(Reader& reader, sync::Registry& loaded) {
    return each_false_announcement(reader, loaded, disowned, [&](const sync::Position& position, const sync::Announcement& theirs) -> Result<void> {
        loaded.disown(position, theirs.checkpoint.size);
        return {};
    });
}

}  // namespace motcua::node
