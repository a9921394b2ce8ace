#pragma once
/// An act as it is stored, hashed and forwarded: signed once, never re-encoded.

#include <optional>
#include <span>

#include "crypto/cose.hpp"
#include "sync/act/payload.hpp"

namespace motcua::sync {

constexpr std::size_t act_bytes_max = 12 * 1024;
constexpr std::size_t adopt_bytes_max = 16 * 1024;  ///< it carries another act whole
constexpr std::size_t body_bytes_max = 32 * 1024;
constexpr std::size_t body_salt_bytes = 16;

/// An envelope that parsed: its form is right and its payload decoded. Says nothing about the signature.
struct Act {
    Bytes envelope;
    ActId id;
    Payload payload;
    crypto::Signature signature;

    [[nodiscard]] Position position() const { return {payload.log, Seq{payload.seq}}; }
    /// The bytes that the signature covers (the COSE Sig_structure).
    [[nodiscard]] Bytes signed_bytes() const;
};

/// Errors: verification, when the envelope is too long, out of profile, or its payload is not version 1 in deterministic CBOR.
[[nodiscard]] Result<Act> parse_act(Bytes envelope);
[[nodiscard]] ActId act_id(ByteView envelope);
/// `payload.signer` must be the key's. The result parses. Errors: refused, when the act would break a limit of parse_act.
[[nodiscard]] Result<Act> sign_act(const Payload& payload, const crypto::SigningKey& key);

/// Checks Ed25519 signatures, alone or many at once: `node` spreads them over the cores, the simulator remembers them.
struct SignedMessage {
    PublicKey key;
    Bytes message;
    crypto::Signature signature;
};
/// What the signature of an envelope covers and whose it says to be, without decoding the rest; nothing where parse_act would refuse it for
/// these. For whoever checks signatures before the act is looked at.
[[nodiscard]] std::optional<SignedMessage> signed_message_of(ByteView envelope);

class SignatureChecker {
  public:
    virtual ~SignatureChecker() = default;
    /// The index of the first bad one, or nothing.
    [[nodiscard]] virtual std::optional<std::size_t> first_bad(std::span<const SignedMessage> messages) = 0;
};
/// One after the other on the calling thread.
class SequentialSignatureChecker final : public SignatureChecker {
  public:
    [[nodiscard]] std::optional<std::size_t> first_bad(std::span<const SignedMessage> messages) override;
};

/// SHA-256 of a body. Errors (check_body): verification, when it is too long, has no salt or is not deterministic CBOR.
[[nodiscard]] BodyHash body_hash(ByteView body);
[[nodiscard]] Result<void> check_body(ByteView body);

}  // namespace motcua::sync
