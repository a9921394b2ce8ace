#pragma once
/// A stream of any length that only its recipient can read, and that cannot be shortened, joined or reordered unseen: backups and
/// bundles. libsodium's secretstream (XChaCha20-Poly1305) under a key of its own, which is sealed under a passphrase or to an X25519 key.
///
///     stream = head-length(u16 BE) head *( piece-length(u32 BE) piece )
///     head   = deterministic CBOR ["motcua sealed", 1, purpose, kdf / null, recipient / null, sealed-key, stream-header(24)]
///
/// kdf is [operations, memory bytes, salt(16)] as in key files, and sealed-key is empty: the key is Argon2id of the passphrase. Or
/// recipient is an X25519 public key, and sealed-key (80 bytes) is libsodium's sealed box of the key. The head is the associated
/// data of the first piece; the last piece carries the final tag. A piece holds at most 64 KiB.

#include <string_view>

#include "crypto/key_file.hpp"
#include "crypto/noise.hpp"

namespace motcua::crypto {

constexpr std::size_t sealed_piece_bytes_max = std::size_t{64} << 10U;  ///< of plaintext
constexpr std::size_t sealed_head_bytes_max = 512;

/// Seals a stream piece by piece. Move-only.
class StreamSealer {
  public:
    /// `purpose` is what the opener must ask for, such as "backup".
    [[nodiscard]] static StreamSealer for_passphrase(std::string_view purpose, const Secret& passphrase, Random& random, KdfCost cost = {});
    [[nodiscard]] static StreamSealer for_recipient(std::string_view purpose, const NoiseKey& recipient, Random& random);
    StreamSealer(StreamSealer&&) noexcept;
    StreamSealer& operator=(StreamSealer&&) noexcept;
    ~StreamSealer();

    /// What begins the stream, its length included.
    [[nodiscard]] const Bytes& head() const;
    /// The next piece with its length. At most sealed_piece_bytes_max bytes; exactly one piece, the last, is final.
    [[nodiscard]] Bytes seal(ByteView plaintext, bool is_last);

  private:
    struct State;
    explicit StreamSealer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// What the head of a stream says in the clear.
struct SealedHead {
    std::string purpose;
    std::optional<NoiseKey> recipient;  ///< null: a passphrase opens it
};
/// `head` without its length. Errors: verification.
[[nodiscard]] Result<SealedHead> read_sealed_head(ByteView head);

/// Opens the pieces of a stream in order. Move-only.
class StreamOpener {
  public:
    /// Errors: verification (malformed, another purpose, parameters beyond the limits); refused (the stream is for the other kind
    /// of key, or for another recipient); busy (no memory for the passphrase). A wrong passphrase shows at the first piece.
    [[nodiscard]] static Result<StreamOpener> with_passphrase(std::string_view purpose, ByteView head, const Secret& passphrase);
    [[nodiscard]] static Result<StreamOpener> with_key(std::string_view purpose, ByteView head, const NoiseKeyPair& recipient);
    StreamOpener(StreamOpener&&) noexcept;
    StreamOpener& operator=(StreamOpener&&) noexcept;
    ~StreamOpener();

    /// A piece without its length. Errors: refused, for the first piece (wrong passphrase, or altered); verification (altered, out
    /// of order, behind the last).
    [[nodiscard]] Result<Bytes> open(ByteView piece);
    /// Whether the final piece was opened: until then the stream may have been cut.
    [[nodiscard]] bool is_whole() const;

  private:
    struct State;
    explicit StreamOpener(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::crypto
