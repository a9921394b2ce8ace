#include "sync/act/adoption.hpp"

namespace motcua::sync {

Bytes countersigned_bytes(const LogId& adopting, const ActId& carried) {
    return to_bytes(as_bytes("adopt/v1\n" + to_hex(adopting.view()) + "\n" + to_hex(carried.view()) + "\n"));
}

crypto::Signature countersign(const crypto::SigningKey& head, const LogId& adopting, const ActId& carried) {
    return head.sign(countersigned_bytes(adopting, carried));
}

bool is_countersigned(const AdoptContent& content, const LogId& adopting, const ActId& carried) {
    return crypto::verify(content.head, countersigned_bytes(adopting, carried), content.signature);
}

// What the log key states by itself speaks of its own log, and has no use in another one.
bool can_be_carried(const Payload& payload) {
    switch (class_of(payload.kind)) {
        case KindClass::log: return payload.kind == Kind::admit;
        case KindClass::registry: return false;
        case KindClass::fact:
        case KindClass::move:
        case KindClass::unknown: break;
    }
    return payload.subject.size() == DossierId::size;
}

std::optional<Act> find_carried(const Act& adopt) {
    if (adopt.payload.kind != Kind::adopt) return std::nullopt;
    auto content = from_item<AdoptContent>(adopt.payload.content);
    if (!content) return std::nullopt;
    auto carried = parse_act(std::move(content->envelope));
    if (!carried || !can_be_carried(carried->payload)) return std::nullopt;
    if (carried->payload.subject != adopt.payload.subject || carried->payload.body != adopt.payload.body) return std::nullopt;
    return *std::move(carried);
}

}  // namespace motcua::sync
