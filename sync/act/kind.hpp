#pragma once
/// What acts can state.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace motcua::sync {

/// Values are on disk for ever; never renumber. Others are stored, relayed and shown as opaque.
/// 1-15 the log itself, 16-63 the registry, 64-127 facts about a dossier, 128-191 moves of a dossier.
enum class Kind : std::uint16_t {
    open = 1,
    receipt = 2,
    adopt = 3,
    admit = 4,
    day_close = 5,
    year_close = 6,
    admit_node = 7,

    root_set = 16,
    office = 17,
    node = 18,
    officer = 19,
    retire = 20,
    revoke = 21,
    supersede = 22,
    delegate = 23,
    succeed = 24,
    procedure = 25,
    calendar = 26,
    rule_set = 27,
    number_block = 28,
    seal = 29,
    convict = 30,

    imported = 64,
    submitted = 65,
    note = 66,
    supplement_handed_in = 67,
    withdrawal_asked = 68,
    result_handed_over = 69,
    paid = 70,
    consult = 71,
    opinion = 72,
    file_attached = 73,
    contact_corrected = 74,
    notice_sent = 75,
    rated = 76,
    erase = 77,
    confirm = 78,
    arbitrate = 79,

    receive = 128,
    decline = 129,
    ask_supplement = 130,
    resume = 131,
    assign = 132,
    submit_for_signature = 133,
    sign = 134,
    number = 135,
    complete = 136,
    return_unresolved = 137,
    stop = 138,
    extend = 139,
    ask_payment = 140,
    correct_result = 141,
    revoke_result = 142,
    hand_over = 143,
    take_over = 144,
    hand_back = 145,
    seize = 146,
};

enum class KindClass { log, registry, fact, move, unknown };

/// The class of a known kind; `unknown` for every number that is not in the list above.
[[nodiscard]] KindClass class_of(Kind kind);
/// The English name as in the list above, for journals, `--json` and `--kind`; "kind-<n>" is the caller's for unknown.
[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::optional<Kind> find_kind(std::string_view name);
/// What an officer calls it; empty for kinds that no officer states about a dossier.
[[nodiscard]] std::string_view name_vi(Kind kind);
/// Every known kind, by number.
[[nodiscard]] std::span<const Kind> known_kinds();

}  // namespace motcua::sync
