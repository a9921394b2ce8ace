#pragma once
/// The names of things: distinct types that do not convert into each other.

#include <chrono>
#include <cstdint>

#include "crypto/hash.hpp"
#include "crypto/noise.hpp"
#include "crypto/signature.hpp"

namespace motcua::sync {

using crypto::Hash;
using crypto::NoiseKey;
using crypto::PublicKey;

struct ActIdTag;
struct LogIdTag;
struct DossierIdTag;
struct BodyHashTag;

/// RFC 6962 leaf hash of the envelope: SHA-256(00 ‖ envelope).
using ActId = Fixed<ActIdTag, 32>;
/// SHA-256(origin ‖ 0A ‖ 01 ‖ public key).
using LogId = Fixed<LogIdTag, 32>;
/// First 8 bytes of the creating log's id ‖ u32 BE seq of the creating act ‖ 4 random bytes.
using DossierId = Fixed<DossierIdTag, 16>;
/// SHA-256 of a detached body.
using BodyHash = Fixed<BodyHashTag, 32>;

/// A position in a log, from 0.
struct Seq {
    std::uint64_t value = 0;
    auto operator<=>(const Seq&) const = default;
};

/// Where an act stands.
struct Position {
    LogId log;
    Seq seq;
    auto operator<=>(const Position&) const = default;
    template <class A> void serialize(A& a) { a(log, seq.value); }
};

/// What a wall clock claimed: ms since 1970, never an order.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// The monotonic clock of this process, for deadlines of waits; its zero means nothing.
struct MonoClock {
    using duration = std::chrono::milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonoClock>;
    static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

}  // namespace motcua::sync
