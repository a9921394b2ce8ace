#include "sync/log/inbox.hpp"

#include <set>

#include "sync/log/checks.hpp"

namespace motcua::sync {
namespace {

struct Leaf {
    LogId log;
    std::uint64_t seq = 0;
    Bytes envelope;
    template <class A> void serialize(A& a) { a(log, seq, envelope); }
};

}  // namespace

Bytes encode_inbox_leaf(const Position& position, ByteView envelope) {
    return cbor::encode(Leaf{.log = position.log, .seq = position.seq.value, .envelope = to_bytes(envelope)});
}

Bytes encode_inbox_leaf(const Act& act) { return encode_inbox_leaf(act.position(), act.envelope); }

Result<Act> parse_inbox_leaf(ByteView bytes) {
    if (bytes.size() > inbox_leaf_bytes_max) return fail(ErrorKind::verification, "the leaf is longer than an act with its place can be");
    auto leaf = cbor::decode<Leaf>(bytes);
    if (!leaf) return fail(ErrorKind::verification, "the leaf is no [log, seq, envelope]: " + leaf.error().message);
    auto act = parse_act(std::move(leaf->envelope));
    if (!act) return act;
    if (act->position() != Position{leaf->log, Seq{leaf->seq}}) return fail(ErrorKind::verification, "the envelope is of another place than its leaf says");
    return act;
}

void advance_inbox(LogHead& head, ByteView leaf) {
    head.last_leaf = crypto::leaf_hash(leaf);
    head.tree.append(head.last_leaf);
}

Result<CheckedInboxExtension> check_inbox_extension(const LogHead& base, Extension extension, SignatureChecker& checker) {
    ensure(base.log_class == LogClass::inbox, "an inbox is checked as one");
    std::set<Position> places;
    const auto take = [&](LogHead& head, const Bytes& entry) -> Result<Act> {
        auto act = parse_inbox_leaf(entry);
        if (!act) return bad_entry(head, head.size(), act.error().message);
        if (!places.insert(act->position()).second) return bad_entry(head, head.size(), "an act of that place has come already");
        advance_inbox(head, entry);
        return act;
    };
    CheckedInboxExtension checked;
    if (auto ok = checked.check(base, std::move(extension), checker, take); !ok) return std::unexpected(std::move(ok).error());
    return checked;
}

Extension to_extension(const CheckedInboxExtension& checked) {
    Extension extension{.log = checked.head().id, .from = checked.base().size(), .entries = {}, .bodies = checked.bodies(),
                        .checkpoint = checked.checkpoint().format()};
    extension.entries.reserve(checked.acts().size());
    for (const Act& act : checked.acts()) extension.entries.push_back(encode_inbox_leaf(act));
    return extension;
}

InboxWriter::InboxWriter(LogHead head, const crypto::SigningKey& log_key) : log_key_(&log_key) {
    ensure(head.log_key == log_key.public_key() && head.log_class == LogClass::inbox, "an inbox is written with its hub's own key");
    extension_.base_ = head;
    extension_.head_ = std::move(head);
}

bool InboxWriter::full_for(const Act& act, std::size_t body_bytes) const {
    if (entries() == 0) return false;
    return entries() >= extension_entries_max || bytes_ + act.envelope.size() + body_bytes > extension_bytes_max;
}

void InboxWriter::append(const Act& act, std::size_t body_bytes) {
    ensure(!full_for(act, body_bytes), "an inbox has a checkpoint at least every extension's worth");
    advance_inbox(extension_.head_, encode_inbox_leaf(act));
    extension_.acts_.push_back(act);
    extension_.bodies_.emplace_back();
    bytes_ += act.envelope.size() + body_bytes;
}

CheckedInboxExtension InboxWriter::finish() && {
    ensure(!extension_.acts_.empty(), "a checkpoint ends at least one act");
    const LogHead& head = extension_.head_;
    extension_.checkpoint_ = crypto::sign_checkpoint({head.origin, head.size(), head.tree.root()}, *log_key_);
    return std::move(extension_);
}

}  // namespace motcua::sync
