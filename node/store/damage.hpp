#pragma once
/// What the disk has changed under us: entries, bodies and checkpoints whose bytes are no longer those that were stored. A scrub finds them
/// (node/keep/scrub.hpp), a session asks for them again, and until they are mended they are not handed on.

#include <map>

#include "node/store/store.hpp"

namespace motcua::node {

/// Values are on disk; never renumber.
enum class DamagedPart : std::uint8_t { entry = 1, body = 2, checkpoint = 3 };
[[nodiscard]] std::string_view name_of(DamagedPart part);

struct Damage {
    sync::LogId log;
    std::uint64_t place = 0;     ///< an entry's seq; of a checkpoint its size
    std::uint8_t part = 0;       ///< a DamagedPart
    std::string cause;           ///< never personal data
    std::uint64_t found_ms = 0;  ///< 0: now
    template <class A> void serialize(A& a) { a(log, place, part, cause, found_ms); }
    [[nodiscard]] DamagedPart what() const { return static_cast<DamagedPart>(part); }
};

/// All that is known and not mended, by log and place.
[[nodiscard]] Result<std::vector<Damage>> read_damage(Reader& reader);
/// By log, the first entry from which on it is to be sent again.
[[nodiscard]] Result<std::map<sync::LogId, std::uint64_t>> damaged_from(Reader& reader);
/// Entries of `log` in [from, to) that are damaged.
[[nodiscard]] Result<std::vector<std::uint64_t>> damaged_entries(Reader& reader, const sync::LogId& log, std::uint64_t from, std::uint64_t to);

// Inside the open transaction.
/// A damaged body is dropped and counts as missing; a damaged checkpoint that does not end its log is dropped, since later ones say as much.
[[nodiscard]] Result<void> note_damage(Store& store, const Damage& damage, std::uint64_t now_ms);
/// Puts back what the extension brings of damaged entries, and its checkpoint where that is damaged. Whether they are what was there, its
/// signed root says over everything below. What does not fit changes nothing: it is another history, or more is damaged than comes.
[[nodiscard]] Result<void> mend(Store& store, const sync::LogHead& head, const sync::Extension& extension);

/// After a scrub of everything that began then: what it did not find again was mended by another way. Bodies apart: they are missing.
[[nodiscard]] Result<void> forget_damage_before(Store& store, std::uint64_t began_ms);
/// After bodies of the log came: those that are here again are damaged no more.
[[nodiscard]] Result<void> settle_bodies(Store& store, const sync::LogId& log);

/// Errors: refused, where an entry does not follow from the one before, so that nothing damaged leaves. `next` is the leaf hash that the entry after the last
/// one names as its `prev`, or the head's last leaf.
[[nodiscard]] Result<void> check_chain(std::span<const Bytes> entries, const std::string& origin, std::uint64_t from, const sync::Hash& next);

}  // namespace motcua::node
