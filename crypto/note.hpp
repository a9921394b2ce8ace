#pragma once
/// C2SP signed notes v1.0.0, checkpoints (tlog-checkpoint v1.0.0) and cosignatures (tlog-cosignature v1.0.1, Ed25519).
///
///     motcua/H26.00004/6b0f…        <- text: origin, size, root in base64, each with its LF
///     12
///     q83v…=
///                                   <- an empty line
///     — motcua/H26.00004/6b0f… <base64(key id ‖ signature)>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "crypto/hash.hpp"
#include "crypto/signature.hpp"

namespace motcua::crypto {

/// What a note key signs. The values are the signature types of the C2SP documents.
enum class NoteKeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

/// Who may sign a note: `name+hex8(key id)+base64(type ‖ key)` as text. The name has no space, plus or LF.
struct VerifierKey {
    std::string name;
    NoteKeyType type = NoteKeyType::ed25519;
    PublicKey key;

    bool operator==(const VerifierKey&) const = default;
    /// First 4 bytes of SHA-256(name ‖ 0A ‖ type ‖ key), big-endian.
    [[nodiscard]] std::uint32_t key_id() const;
    [[nodiscard]] std::string text() const;
    /// Errors: verification, also when the key id in the text is not that of name and key.
    static Result<VerifierKey> parse(std::string_view text);
};

/// One signature line. `bytes` is what follows the key id.
struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes bytes;

    bool operator==(const NoteSignature&) const = default;
    [[nodiscard]] std::string line() const;  ///< with its LF
    static Result<NoteSignature> parse_line(std::string_view line);  ///< without its LF
};

/// `text` keeps its final LF: these are the signed bytes.
struct Note {
    static constexpr std::size_t bytes_max = 64 * 1024;
    static constexpr std::size_t signatures_max = 64;

    std::string text;
    std::vector<NoteSignature> signatures;

    [[nodiscard]] std::string format() const;
    /// Structure only. Errors: verification.
    static Result<Note> parse(std::string_view bytes);
};

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root;

    bool operator==(const Checkpoint&) const = default;
    [[nodiscard]] std::string text() const;
    /// Refuses leading zeros and extension lines. Errors: verification.
    static Result<Checkpoint> parse(std::string_view text);
};

/// A checkpoint signed by its log; the key name is the origin.
[[nodiscard]] Note sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);
/// The checkpoint in `note`, which must carry a good signature by `log`, whose name must be the origin. Errors: verification.
[[nodiscard]] Result<Checkpoint> open_checkpoint(const Note& note, const VerifierKey& log);

using CosignTime = std::chrono::sys_seconds;

/// Signs `cosignature/v1 LF time <seconds> LF` and the checkpoint text; the line's bytes are u64 BE seconds ‖ signature.
[[nodiscard]] NoteSignature cosign(const Checkpoint& checkpoint, std::string name, const SigningKey& key, CosignTime time);
/// The time at which `cosigner` (type cosignature) signed the checkpoint. Errors: verification.
[[nodiscard]] Result<CosignTime> verify_cosignature(const Checkpoint& checkpoint, const NoteSignature& line,
                                                    const VerifierKey& cosigner);

}  // namespace motcua::crypto
