#pragma once
/// Generated histories of one dossier: several offices and desks, some of them offline, some of them careless or worse. One seed
/// gives one history on every machine. Acts are built, not signed: the fold never checks a signature.

#include <functional>
#include <string>
#include <vector>

#include "tests/properties/small_city.hpp"

namespace motcua::tests::properties {

struct History {
    const SmallCity* city = nullptr;
    std::uint64_t seed = 0;
    sync::DossierId id;
    std::vector<sync::Act> acts;  ///< in an order in which they could be written; `admit` acts of the logs concerned among them
};

/// About a dozen acts, sometimes many more.
[[nodiscard]] History generate_history(std::uint64_t seed);

/// One line an act: letter, place, kind, who, prior, registry size, content. `verdict` may add to a line.
[[nodiscard]] std::string describe(const History& history, const std::function<std::string(const sync::Act&)>& verdict = {});

/// The history without every act that `still_fails` does not need.
[[nodiscard]] History shrink(History history, const std::function<bool(const History&)>& still_fails);

/// An act as a node would store it, but for its signature; the id is as good as a hash of `identity`.
struct Writing {
    const Line* line = nullptr;
    std::uint64_t seq = 0;
    std::uint64_t registry = 0;
    sync::PublicKey signer;
    sync::Kind kind{};
    Bytes subject;
    std::optional<sync::ActId> prior;
    cbor::Item content;
    std::uint64_t at_ms = 0;
};
[[nodiscard]] sync::Act write_act(const Writing& writing, std::uint64_t identity);
/// The id of a dossier created there.
[[nodiscard]] sync::DossierId dossier_id_at(const sync::LogId& log, std::uint64_t seq);

}  // namespace motcua::tests::properties
