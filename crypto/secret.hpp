#pragma once
/// A secret in locked memory between guard pages, wiped when it goes.

#include <cstddef>
#include <memory>
#include <span>

#include "crypto/bytes.hpp"

namespace motcua::crypto {

/// Owns N bytes from sodium_malloc: kept out of swap where the system allows, wiped and freed with the object.
/// Move-only; there is no text form and no comparison but `equal_constant_time`.
class Secret {
  public:
    /// Zero-filled. Ends the process when no memory can be had.
    explicit Secret(std::size_t size);
    static Secret copy_of(ByteView bytes);

    [[nodiscard]] ByteView view() const { return {bytes_.get(), size_}; }
    [[nodiscard]] std::span<std::byte> writable() { return {bytes_.get(), size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    struct Wipe {
        void operator()(std::byte* bytes) const;
    };
    std::unique_ptr<std::byte, Wipe> bytes_;
    std::size_t size_;
};

}  // namespace motcua::crypto
