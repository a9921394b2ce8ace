#pragma once
/// Finding the logs in which two nodes differ, by ranges of log ids: a digest where there are many, names where there
/// are few. Pure; `mine` is always sorted by log id. A range whose digests differ is answered by smaller ranges, so
/// that one differing log among 600 costs a few kilobytes and two more messages.

#include "sync/session/message.hpp"

namespace motcua::sync {

constexpr std::size_t heads_list_max = 16;  ///< logs in a range above this are answered in smaller ranges, else by name
constexpr std::size_t heads_part_list_max =
    2;  ///< the same for the parts of a range: most of them are equal, and digests cost less
constexpr std::size_t heads_answer_max = 64;  ///< a list is answered by a list of up to so many, else by smaller ranges
constexpr std::size_t heads_split =
    8;  ///< parts of a range; two would halve the bytes of a step and triple the round trips
constexpr std::size_t heads_bytes_max = 512 * 1024;  ///< of one answer; ranges beyond it are left to the next session
constexpr std::uint64_t heads_turns_max = 32;        ///< 8^32 logs: only a peer that plays games gets there

/// SHA-256 of the deterministic CBOR of the array of heads.
[[nodiscard]] Hash digest_of(std::span<const HeadState> heads);

/// The range of all ids, as the opening states it: by digest, however few, since most sessions find nothing new.
[[nodiscard]] HeadRange opening_range(std::span<const HeadState> mine);

/// One log of which both statements are known. A log that one side does not have is at size 0 there.
struct ComparedHead {
    HeadState mine;
    HeadState theirs;
};
struct Comparison {
    std::vector<ComparedHead> compared;
    std::vector<HeadRange> answer;  ///< empty where nothing is to be said
};
/// Errors: verification, when the ranges or the lists in them are not in order.
[[nodiscard]] Result<Comparison> compare_heads(std::span<const HeadState> mine, const std::vector<HeadRange>& theirs);
/// Those of the `stated` heads whose digests we `said` and of which the answer says nothing: they are the same there. None where the answer
/// is so long that ranges may have been left to the next session.
[[nodiscard]] std::vector<HeadState> passed_over(std::span<const HeadState> stated, const std::vector<HeadRange>& said,
                                                 const std::vector<HeadRange>& answer);

}  // namespace motcua::sync
