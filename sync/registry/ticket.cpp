#include "sync/registry/ticket.hpp"

namespace motcua::sync {
namespace {

constexpr std::string_view request_context = "motcua/enrol-request/v1\n";
constexpr std::string_view ticket_name = "motcua ticket";
constexpr std::uint64_t ticket_version = 1;
constexpr std::size_t request_bytes_max = 8 * 1024;
constexpr std::size_t name_bytes_max = 300;
constexpr std::uint32_t every_role = 63;

struct PredecessorSignature {
    PublicKey log_key;
    crypto::Signature signature;
    template <class A> void serialize(A& a) { a(log_key, signature); }
};

struct SignedRequest {
    Bytes request;
    std::optional<crypto::Signature> log_signature;
    crypto::Signature officer_signature;
    std::optional<PredecessorSignature> predecessor;
    template <class A> void serialize(A& a) { a(request, log_signature, officer_signature, predecessor); }
};

struct TicketFile {
    std::string name;
    std::uint64_t version = 0;
    std::string root;
    std::vector<Extension> extensions;
    template <class A> void serialize(A& a) { a(name, version, root, extensions); }
};

Bytes signed_bytes(ByteView request) {
    Bytes bytes = to_bytes(as_bytes(request_context));
    append(bytes, request);
    return bytes;
}

std::unexpected<Error> bad(std::string_view cause) {
    return fail(ErrorKind::verification, "enrolment request: " + std::string(cause));
}

/// People read these before they sign, at a terminal.
bool is_name(const std::string& name) { return !name.empty() && name.size() <= name_bytes_max && !has_control_character(name); }

Result<void> check_request(const EnrolRequest& request) {
    if (request.version != 1) return bad("version " + std::to_string(request.version) + " is not 1");
    if (!is_office_code(request.office_code)) return bad("the office code is malformed");
    if (!is_name(request.officer_name)) return bad("the officer's name is empty, too long or has control characters");
    const bool leaves_office_to_its_code = !request.node && request.office_name.empty();
    if (!leaves_office_to_its_code && !is_name(request.office_name)) return bad("the office's name is empty, too long or has control characters");
    if (request.roles == 0 || (request.roles & ~every_role) != 0) return bad("unknown roles, or none");
    if (request.continues && !request.node) return bad("only a node can continue a log");
    if (!request.node) return {};
    if (request.office_kind < OfficeKind::commune || request.office_kind > OfficeKind::vertical) return bad("unknown kind of office");
    return {};
}

}  // namespace

Bytes sign_request(const EnrolRequest& request, const crypto::SigningKey* log_key, const crypto::SigningKey& officer_key, const crypto::SigningKey* predecessor_key) {
    ensure(request.officer_key == officer_key.public_key(), "a request is signed by the officer key that it names");
    ensure(request.node.has_value() == (log_key != nullptr), "a request for a node is signed by the log key too");
    ensure(log_key == nullptr || request.node->log_key == log_key->public_key(), "a request is signed by the log key that it names");
    SignedRequest file{.request = cbor::encode(request), .log_signature = std::nullopt, .officer_signature = {}, .predecessor = std::nullopt};
    const Bytes message = signed_bytes(file.request);
    if (log_key != nullptr) file.log_signature = log_key->sign(message);
    file.officer_signature = officer_key.sign(message);
    if (predecessor_key != nullptr) file.predecessor = PredecessorSignature{.log_key = predecessor_key->public_key(), .signature = predecessor_key->sign(message)};
    return cbor::encode(file);
}

Result<EnrolRequest> open_request(ByteView bytes) {
    if (bytes.size() > request_bytes_max) return bad("the file is over " + std::to_string(request_bytes_max) + " bytes");
    const auto file = cbor::decode<SignedRequest>(bytes);
    if (!file) return bad(file.error().message);
    auto request = cbor::decode<EnrolRequest>(file->request);
    if (!request) return bad(request.error().message);
    if (auto form = check_request(*request); !form) return std::unexpected(std::move(form).error());
    const Bytes message = signed_bytes(file->request);
    if (request->node.has_value() != file->log_signature.has_value()) return bad("a node's log key signs, and only that of a node");
    if (request->node && !crypto::verify(request->node->log_key, message, *file->log_signature)) {
        return bad("the log key's signature is bad");
    }
    if (!crypto::verify(request->officer_key, message, file->officer_signature)) return bad("the officer's signature is bad");
    if (file->predecessor) {
        const auto& [key, signature] = *file->predecessor;
        const bool is_named = request->continues && log_id(node_origin(request->office_code, key), key) == request->continues->log;
        if (!is_named || !crypto::verify(key, message, signature)) return bad("the signature by the log that it continues is bad");
        request->is_signed_by_predecessor = true;
    }
    return request;
}

Bytes encode_ticket(const Ticket& ticket) {
    return cbor::encode(TicketFile{std::string(ticket_name), ticket_version, ticket.root, ticket.extensions});
}

Result<Ticket> decode_ticket(ByteView file) {
    auto ticket = cbor::decode<TicketFile>(file);
    if (!ticket) return fail(ErrorKind::verification, "ticket: " + ticket.error().message);
    if (ticket->name != ticket_name || ticket->version != ticket_version) {
        return fail(ErrorKind::verification, "ticket: this file is no ticket of version 1");
    }
    return Ticket{std::move(ticket->root), std::move(ticket->extensions)};
}

Result<OpenedTicket> open_ticket(const Ticket& ticket, SignatureChecker& checker) {
    auto pin = RootPin::parse(ticket.root);
    if (!pin) return std::unexpected(std::move(pin).error());
    OpenedTicket opened{Registry(*std::move(pin)), {}};
    for (const Extension& extension : ticket.extensions) {
        auto checked = extend_registry(opened.registry, extension, checker);
        if (!checked) return std::unexpected(std::move(checked).error());
        opened.extensions.push_back(*std::move(checked));
    }
    if (opened.registry.size() == 0) return fail(ErrorKind::verification, "ticket: it carries no registry");
    return opened;
}

Result<CheckedExtension> extend_registry(Registry& registry, Extension extension, SignatureChecker& checker) {
    const auto head = registry.head_for(extension);
    if (!head) return std::unexpected(head.error());
    auto checked = check_extension(*head, std::move(extension), checker, no_registry_roots);
    if (!checked) return checked;
    Registry next = registry;
    for (const Act& act : checked->acts()) {
        if (auto verdict = next.apply(act); !verdict) return std::unexpected(std::move(verdict).error());
    }
    registry = std::move(next);
    return checked;
}

}  // namespace motcua::sync
