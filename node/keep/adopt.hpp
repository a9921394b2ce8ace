#pragma once
/// The old disk of a node that goes on in another log turned up: what it recorded and never sent is carried into our own log, act by act, in the
/// original bytes, countersigned by a head (DESIGN 8). Whatever was carried before is passed over, so that it can be asked again.

#include "node/node.hpp"

namespace motcua::node {

/// An act of the old log, and its body where the old disk has it.
struct CarriedAct {
    Bytes envelope;
    std::optional<Bytes> body;
    template <class A> void serialize(A& a) { a(envelope, body); }
};
struct AdoptBatch {
    std::vector<CarriedAct> acts;  ///< in the order of their log
    template <class A> void serialize(A& a) { a(acts); }
};
struct AdoptDone {
    /// Of each act, in order. Only between processes.
    enum class Outcome : std::uint8_t { carried = 1, known = 2, refused = 3 };
    struct Answer {
        Outcome outcome{};
        std::string reason;  ///< of a refusal
        template <class A> void serialize(A& a) { a(outcome, reason); }
    };
    std::vector<Answer> answers;
    template <class A> void serialize(A& a) { a(answers); }
};
/// Inside a group of the node; the caller commits. An act that cannot be carried stops none of the others. Errors: refused (`head` is no head of
/// this office; the node records nothing).
[[nodiscard]] Result<AdoptDone> adopt(Node& node, const crypto::SigningKey& head, const AdoptBatch& batch);

/// What an old disk holds of a log that ours goes on for.
struct OldLog {
    std::string origin;
    std::uint64_t size = 0;         ///< entries on the old disk
    std::uint64_t from = 0;         ///< the first that is to be carried, if it can be
    std::uint64_t statements = 0;   ///< from there on, of the old node about itself: nobody needs them
    bool is_another_history = false;  ///< differs from what is here before `from`: its key signed two histories
};
struct OldDisk {
    std::vector<OldLog> logs;
};
/// Reads the node's database in `old`, which may be older, on a read-only disk, or left by a crash, from a copy beside `directory`'s own that is
/// removed again. `each` gets every act that is to be carried, log by log in order; an error of its own ends the reading.
/// Errors: not_found; refused (the old log is still open, or of another office); verification (an entry is damaged); storage.
[[nodiscard]] Result<OldDisk> read_old_disk(const std::filesystem::path& directory, const std::filesystem::path& old,
                                            const std::function<Result<void>(const sync::Act& act, std::optional<Bytes> body)>& each);

}  // namespace motcua::node
