#pragma once
/// What an office owes the applicant now. Derived from the dossier and the moment, never stored.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

enum class Duty : std::uint8_t {
    tell_early_result,    ///< finished on an earlier working day than promised: the person must be told before coming
    at_risk,              ///< due today or on the next working day: who cannot make it must apologise now and give a new date
    overdue,              ///< past its due date and not finished
    apologise,            ///< late, and neither was a new date given nor the person told
    apologise_for_result, ///< the agency got a result wrong
    tell_supplement,      ///< a supplement was asked for and the person not told
    supplement_expired,   ///< the day until which it was awaited is over: it may be stopped
    answer_consultation,  ///< an opinion is awaited
};
[[nodiscard]] std::string_view name_of(Duty duty);
/// The sentence that an officer reads, in Vietnamese.
[[nodiscard]] std::string_view sentence_vi(Duty duty);

struct DutyItem {
    Duty duty{};
    std::optional<std::uint64_t> since_ms;  ///< what it counts from: the result, the due date, the request
    bool operator==(const DutyItem&) const = default;
};

/// In the order of the enum. `now_ms`: ms since 1970. `rules`: as the fold's; its calendar decides what a working day is.
[[nodiscard]] std::vector<DutyItem> duties(const Dossier& dossier, std::uint64_t now_ms, const Rulebook& rules);

}  // namespace motcua::sync
