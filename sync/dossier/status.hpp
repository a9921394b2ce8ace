#pragma once
/// Where a dossier is in its life: the national status codes, and what the moves on one chain have made of it.

#include <cstdint>
#include <string_view>

namespace motcua::sync {

/// The ten national status codes.
enum class DossierStatus : std::uint8_t {
    newly_registered = 1, received = 2, declined = 3, in_process = 4, supplement_asked = 5, payment_asked = 6,
    withdrawal_asked = 7, stopped = 8, resolved = 9, returned = 10,
};
[[nodiscard]] std::string_view name_vi(DossierStatus status);

/// How handling ended. Values are in views; a rebuild rewrites them.
enum class Outcome : std::uint8_t { none = 0, completed = 1, returned_unresolved = 2, declined = 3, stopped_withdrawn = 4, stopped_supplement = 5, stopped_other = 6 };
enum class Finance : std::uint8_t { none = 0, asked = 1, paid = 2 };
enum class Delivery : std::uint8_t { none = 0, ready = 1, handed_over = 2 };

/// What the moves on one chain have made of a dossier. Never 7 or 10: those come from facts, which may arrive late and so
/// decide nobody's authority.
struct ChainState {
    DossierStatus status = DossierStatus::newly_registered;
    bool was_received = false;  ///< a supplement asked for at the desk leads back to reception, one later to handling
    bool is_imported = false;
    bool was_extended = false;  ///< the one new date was given
    bool has_result = false;    ///< completed, not returned unresolved
    bool is_result_revoked = false;

    bool operator==(const ChainState&) const = default;
    template <class A> void serialize(A& a) { a(status, was_received, is_imported, was_extended, has_result, is_result_revoked); }
};

}  // namespace motcua::sync
