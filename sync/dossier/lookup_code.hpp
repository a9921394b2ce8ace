#pragma once
/// The secret code on a receipt with which a person looks the dossier up: 80 random bits and a check character.
///
///     7K3M-9QXT-2BHW-D5RNE     sixteen symbols of base32 (sync/dossier/base32.hpp), then the check character
///
/// The check character makes the seventeen, each times its own power of x in GF(32) (x^5 + x^2 + 1), sum to zero. Any one
/// wrong symbol and any two exchanged ones, neighbours or not, are found.

#include <array>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace motcua::sync {

class LookupCode {
  public:
    static constexpr std::size_t random_bytes = 10;
    static constexpr std::size_t symbols = 17;

    static LookupCode generate(Random& random);
    /// Tolerates spaces, hyphens, small letters and look-alikes. Errors: usage, in words for whoever typed it; never the
    /// code itself.
    static Result<LookupCode> parse(std::string_view text);

    [[nodiscard]] std::string text() const;  ///< in groups
    /// SHA-256 of the seventeen symbols without hyphens: what a `receive` states (ReceiveContent.lookup).
    [[nodiscard]] crypto::Hash hash() const;
    /// Compares in constant time.
    [[nodiscard]] bool matches(const crypto::Hash& stated) const;

  private:
    explicit LookupCode(const std::array<unsigned, symbols>& values) : values_(values) {}
    [[nodiscard]] std::string plain() const;

    std::array<unsigned, symbols> values_;
};

}  // namespace motcua::sync
