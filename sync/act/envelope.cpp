#include "sync/act/envelope.hpp"

#include <string>

#include "crypto/merkle.hpp"

namespace motcua::sync {
namespace {

std::size_t bytes_max_of(Kind kind) { return kind == Kind::adopt ? adopt_bytes_max : act_bytes_max; }

bool is_array(const cbor::Item& item) {
    return !item.bytes.empty() && (std::to_integer<unsigned>(item.bytes[0]) >> 5U) == 4U;
}

// Of a well-formed item: an array of at least one, whose first is 50 = a byte string of 16.
bool begins_with_salt(ByteView item) {
    constexpr unsigned empty_array = 0x80, longest_short_array = 0x97, last_array = 0x9B;
    constexpr auto salt_head = std::byte{0x40 | body_salt_bytes};
    const auto head = std::to_integer<unsigned>(item[0]);
    if (head <= empty_array || head > last_array) return false;
    const std::size_t head_bytes = head <= longest_short_array ? 1U : 1U + (std::size_t{1} << (head - longest_short_array - 1U));
    return item.size() > head_bytes && item[head_bytes] == salt_head;
}

}  // namespace

Bytes Act::signed_bytes() const {
    const auto sign1 = crypto::parse_sign1(envelope);
    ensure(sign1.has_value(), "an Act holds an envelope that parsed");
    return crypto::sign1_signed_bytes(sign1->payload);
}

Result<Act> parse_act(Bytes envelope) {
    if (envelope.size() > adopt_bytes_max) {
        return fail(ErrorKind::verification, "an act of " + std::to_string(envelope.size()) + " bytes is over the limit of " +
                                                 std::to_string(adopt_bytes_max));
    }
    auto sign1 = crypto::parse_sign1(envelope);
    if (!sign1) return std::unexpected(std::move(sign1).error());
    auto payload = cbor::decode<Payload>(sign1->payload);
    if (!payload) return fail(ErrorKind::verification, "payload: " + payload.error().message);
    if (payload->version != Payload::current_version) {
        return fail(ErrorKind::verification, "payload version " + std::to_string(payload->version) + " is not 1");
    }
    if (envelope.size() > bytes_max_of(payload->kind)) {
        return fail(ErrorKind::verification, "an act of " + std::to_string(envelope.size()) + " bytes is over the limit of " +
                                                 std::to_string(act_bytes_max) + " for its kind");
    }
    if (payload->subject.size() > Payload::subject_bytes_max) {
        return fail(ErrorKind::verification, "a subject of " + std::to_string(payload->subject.size()) +
                                                 " bytes is over the limit of " + std::to_string(Payload::subject_bytes_max));
    }
    if (!is_array(payload->content)) return fail(ErrorKind::verification, "the content is not an array");
    const crypto::Signature signature = sign1->signature;
    const ActId id = act_id(envelope);
    return Act{std::move(envelope), id, *std::move(payload), signature};
}

ActId act_id(ByteView envelope) { return ActId{crypto::leaf_hash(envelope).bytes}; }

Result<Act> sign_act(const Payload& payload, const crypto::SigningKey& key) {
    ensure(payload.signer == key.public_key(), "an act is signed by the key that its payload names");
    auto act = parse_act(crypto::sign1(key, cbor::encode(payload)));
    if (!act) return fail(ErrorKind::refused, "this act cannot be stated: " + act.error().message);
    return act;
}

std::optional<SignedMessage> signed_message_of(ByteView envelope) {
    const auto sign1 = crypto::parse_sign1(envelope);
    if (!sign1) return std::nullopt;
    try {
        cbor::Reader payload(sign1->payload);
        (void)payload.begin_array();
        constexpr int before_signer = 5;
        for (int item = 0; item < before_signer; ++item) (void)payload.any_item();
        PublicKey signer;
        payload.item(signer);
        return SignedMessage{signer, crypto::sign1_signed_bytes(sign1->payload), sign1->signature};
    } catch (const cbor::Malformed&) {
        return std::nullopt;
    }
}

std::optional<std::size_t> SequentialSignatureChecker::first_bad(std::span<const SignedMessage> messages) {
    for (std::size_t index = 0; index < messages.size(); ++index) {
        const SignedMessage& signed_message = messages[index];
        if (!crypto::verify(signed_message.key, signed_message.message, signed_message.signature)) return index;
    }
    return std::nullopt;
}

BodyHash body_hash(ByteView body) { return BodyHash{crypto::sha256(body).bytes}; }

Result<void> check_body(ByteView body) {
    if (body.size() > body_bytes_max) {
        return fail(ErrorKind::verification, "a body of " + std::to_string(body.size()) + " bytes is over the limit of " +
                                                 std::to_string(body_bytes_max));
    }
    if (auto well_formed = cbor::check(body); !well_formed) {
        return fail(ErrorKind::verification, "body: " + well_formed.error().message);
    }
    if (!begins_with_salt(body)) return fail(ErrorKind::verification, "a body is an array that begins with 16 bytes of salt");
    return {};
}

}  // namespace motcua::sync
