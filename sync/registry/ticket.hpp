#pragma once
/// How a node comes into the registry: it asks with a request that proves it has its keys, and gets a ticket, which is
/// the whole registry log. Both are files that people carry.

#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// A new officer, or a new node with its office's first officer. Signed by every key it names (proof of possession):
/// CBOR array [request bytes, log-key signature or null, officer-key signature, signature by the key of the log that is continued or null] over
/// "motcua/enrol-request/v1\n" ‖ request.
struct EnrolRequest {
    std::uint64_t version = 1;
    std::string office_code;
    std::string office_name;
    OfficeKind office_kind{};
    struct NodeKeys {
        PublicKey log_key;
        NoiseKey noise_key;
        std::optional<PublicKey> cosigner_key;
        template <class A> void serialize(A& a) { a(log_key, noise_key, cosigner_key); }
    };
    std::optional<NodeKeys> node;   ///< null: only an officer of an office that exists
    PublicKey officer_key;
    std::string officer_name;
    std::uint32_t roles = 0;
    std::optional<Predecessor> continues{};  ///< the log whose line the node goes on for; size 0: as much of it as the city holds
    bool is_signed_by_predecessor = false; ///< the key of that log signed too; not part of the bytes
    template <class A> void serialize(A& a) { a(version, office_code, office_name, office_kind, node, officer_key, officer_name, roles, continues); }
};

/// `predecessor_key`: of the log that is continued; null where it is lost, or none is.
[[nodiscard]] Bytes sign_request(const EnrolRequest& request, const crypto::SigningKey* log_key, const crypto::SigningKey& officer_key,
                                 const crypto::SigningKey* predecessor_key = nullptr);
/// Checks form, limits and signatures. Whether the log that signed as predecessor is the one named: its id says so. Errors: verification.
[[nodiscard]] Result<EnrolRequest> open_request(ByteView file);

/// The registry's log as one file, with its pin: ["motcua ticket", 1, root verifier key text, [extensions]].
struct Ticket {
    std::string root;
    std::vector<Extension> extensions;
};
[[nodiscard]] Bytes encode_ticket(const Ticket& ticket);
/// Form alone. Errors: verification.
[[nodiscard]] Result<Ticket> decode_ticket(ByteView file);

/// A ticket whose every act, hash and signature was checked against its own pin. Whether that pin is the right city is for
/// whoever trusts the file's bearer, or compares it with what the city publishes.
struct OpenedTicket {
    Registry registry;
    std::vector<CheckedExtension> extensions;
};
/// Errors: verification, refused.
[[nodiscard]] Result<OpenedTicket> open_ticket(const Ticket& ticket, SignatureChecker& checker);

/// Checks an extension of the registry's log against the fold and folds it in, all or nothing. Errors: as check_extension.
[[nodiscard]] Result<CheckedExtension> extend_registry(Registry& registry, Extension extension, SignatureChecker& checker);

}  // namespace motcua::sync
