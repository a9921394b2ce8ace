#pragma once
/// COSE_Sign1 (RFC 9052 section 4.2) in one frozen profile, so that any COSE tool verifies it and nothing is negotiable:
///
///     D2 84 43 A1 01 27 A0 | payload as a definite byte string, shortest head | 58 40 | 64 signature bytes
///
/// tag 18; array of 4; protected {1: -8} (EdDSA); empty unprotected map. External AAD is empty. Parsed by comparing bytes.

#include "crypto/signature.hpp"

namespace motcua::crypto {

/// A parsed envelope; `payload` points into the bytes that were parsed, which must outlive it.
struct Sign1 {
    ByteView payload;
    Signature signature;
};

/// The bytes that are signed: Sig_structure ["Signature1", protected, h'', payload]. They begin 84 6A.
[[nodiscard]] Bytes sign1_signed_bytes(ByteView payload);
[[nodiscard]] Bytes sign1(const SigningKey& key, ByteView payload);
/// Checks the form alone, never the signature. Errors: verification.
[[nodiscard]] Result<Sign1> parse_sign1(ByteView envelope);
[[nodiscard]] bool verify_sign1(const PublicKey& key, const Sign1& envelope);

}  // namespace motcua::crypto
