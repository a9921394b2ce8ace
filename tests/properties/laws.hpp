#pragma once
/// The laws of merging (sync/MERGE.md) as questions about one history. Each answers with what is wrong, in words; nothing wrong: an
/// empty string.

#include "tests/properties/dice.hpp"
#include "tests/properties/history.hpp"

namespace motcua::tests::properties {

/// The reference model and the fold agree on every standing, the tip, custody and the dispute.
[[nodiscard]] std::string breach_of_model(const History& history, const sync::Dossier& dossier);
/// Any arrival order, grouping and repetition give the same bytes; incremental equals from scratch.
[[nodiscard]] std::string breach_of_order(const History& history, const sync::Dossier& dossier, Dice& dice);
/// No act vanishes, each has exactly one standing, and what is not effective has a reason.
[[nodiscard]] std::string breach_of_keeping(const History& history, const sync::Dossier& dossier);
/// Effective moves form one path to one tip, and along it each is made by the one line that holds custody.
[[nodiscard]] std::string breach_of_path(const History& history, const sync::Dossier& dossier);
/// At most one line can move an undisputed dossier, and it is the one named.
[[nodiscard]] std::string breach_of_custody(const History& history, const sync::Dossier& dossier);
/// Acts that arrive later leave every move as entitled as it was: `before` is of some of the acts of `after`.
[[nodiscard]] std::string breach_of_authority(const sync::Dossier& before, const sync::Dossier& after);
/// So do registry acts other than revocations: what the first `size` entries decided stays.
[[nodiscard]] std::string breach_of_registry(const History& history, const sync::Dossier& dossier, std::uint64_t size);
/// And a fold by the smaller registry, extended by what came since, is the fold from scratch.
[[nodiscard]] std::string breach_of_growing_registry(const History& history, const sync::Dossier& dossier, std::uint64_t size, Dice& dice);
/// What only reports read changes no dossier: the same bytes by the registry before it and with it.
[[nodiscard]] std::string breach_of_report_rules(const History& history);
/// Handing over, back and seizing leave the statutory clock as it is.
[[nodiscard]] std::string breach_of_clock(const History& history, const sync::Dossier& dossier);

/// The clock waits for papers and money and goes on from when they came; the due instant is what the procedure and the calendar of the
/// registry that accepted the dossier give, counted minute by minute.
[[nodiscard]] std::string breach_of_spans(const History& history, const sync::Dossier& dossier);
/// What a node lets an officer do next has effect, once an officer who is entitled does it; and what it refuses to seize has none.
[[nodiscard]] std::string breach_of_allowing(const History& history, const sync::Dossier& dossier);

/// All of them, the costly ones for one history in a few; the first that is broken.
[[nodiscard]] std::string first_breach(const History& history);

/// The history as small as it stays broken, printed with what the fold says of each act.
[[nodiscard]] std::string report_breach(const History& history, const std::function<std::string(const History&)>& check = first_breach);

}  // namespace motcua::tests::properties
