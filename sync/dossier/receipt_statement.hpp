#pragma once
/// The QR of a receipt: what the counter promised, signed by its node's log key, for anyone who has the city's registry. The
/// bytes, and why this key and no shorter chain: CODES.md.

#include "sync/act/envelope.hpp"
#include "sync/dossier/code.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// Instants are whole minutes, as printed.
struct ReceiptStatement {
    DossierCode code;
    std::string procedure;                ///< such as 1.001193
    std::uint64_t received_ms = 0;
    std::optional<std::uint64_t> due_ms;  ///< null: none was promised
    Position place;                       ///< of the `receive` act
    ActId act;

    auto operator<=>(const ReceiptStatement&) const = default;
};

/// What a `receive` act promises. Errors: verification, when it is no `receive`, its code is not in the printed form, or its
/// procedure code is over 64 bytes.
[[nodiscard]] Result<ReceiptStatement> receipt_statement(const Act& receive);

/// The text of the QR, all of it in the alphanumeric set of QR codes. `log_key` is that of the log in `place`.
[[nodiscard]] std::string sign_receipt(const ReceiptStatement& statement, const crypto::SigningKey& log_key);

/// What the text says, not verified. Only the first 8 bytes of its log's id are in it; the others are zero here.
/// Errors: verification. Spaces, line breaks and small letters do no harm.
[[nodiscard]] Result<ReceiptStatement> read_receipt(std::string_view text);

/// The node of `office` that keeps the log stated exactly this: had the key not been copied, at that place in its log stands
/// the act with that id, and anyone who holds the log can check it. It proves nothing about the dossier since, nor that the
/// registry has not changed since `registry_size`.
struct ReceiptProof {
    ReceiptStatement statement;
    NodeRecord node;             ///< that signed it; retired_at: from then on it had no right, and this has no date to tell
    std::optional<Office> office;
    bool is_own_code = false;    ///< the code's agency is the node's office, in either order of levels
    std::uint64_t registry_size = 0;  ///< as of this registry
};

/// Errors: verification, malformed or a signature that is not the node's; not_found, when this registry lists no such log (it
/// may be older than the node: bring a newer one); refused, when a revocation cuts what the key signed at that place.
/// Messages are in words for an officer.
[[nodiscard]] Result<ReceiptProof> verify_receipt(std::string_view text, const Registry& registry);
/// What is proven, and as of when, in Vietnamese, a sentence a line.
[[nodiscard]] std::vector<std::string> text_vi(const ReceiptProof& proof);

/// Whether the act that stands at that place of the log is the one promised. If not, text and act together convict the log.
[[nodiscard]] bool is_kept(const ReceiptStatement& statement, const Act& act);

}  // namespace motcua::sync
