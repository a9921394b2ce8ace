#pragma once
/// What a sender of extensions may have under way: the receiver grants bytes, each extension takes the length of its
/// message from them, and only a durable store (or a refusal) gives it back.

#include <algorithm>
#include <cstdint>

#include "crypto/result.hpp"

namespace motcua::sync {

class CreditWindow {
  public:
    /// Whatever a peer grants, no more than this is ever queued for it.
    static constexpr std::uint64_t under_way_max = 8ULL << 20U;

    void grant(std::uint64_t bytes) { granted_ = std::min(bytes, under_way_max); }
    [[nodiscard]] bool fits(std::uint64_t bytes) const { return bytes <= granted_ && under_way() <= granted_ - bytes; }
    void take(std::uint64_t bytes) { taken_ += bytes; }
    /// Errors: verification, when more comes back than is under way.
    [[nodiscard]] Result<void> give_back(std::uint64_t bytes) {
        if (bytes > under_way()) return fail(ErrorKind::verification, "the peer gave back more credit than was taken");
        given_back_ += bytes;
        return {};
    }

    [[nodiscard]] std::uint64_t under_way() const { return taken_ - given_back_; }
    /// Bytes taken so far, in all, and given back: `given_back() >= taken()` of some moment says that all of then is
    /// stored.
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    [[nodiscard]] std::uint64_t given_back() const { return given_back_; }

  private:
    std::uint64_t granted_ = 0, taken_ = 0, given_back_ = 0;
};

}  // namespace motcua::sync
