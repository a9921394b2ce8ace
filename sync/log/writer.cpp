#include "sync/log/extension.hpp"

namespace motcua::sync {

LogWriter::LogWriter(LogHead head, const crypto::SigningKey& log_key) : log_key_(&log_key) {
    ensure(head.log_key == log_key.public_key(), "a log is written with its own key");
    extension_.base_ = head;
    extension_.head_ = std::move(head);
}

Seq LogWriter::next_seq() const { return Seq{extension_.head_.size()}; }

bool LogWriter::full() const {
    return entries() >= extension_entries_max || bytes_ + adopt_bytes_max + body_bytes_max > extension_bytes_max;
}

Result<ActId> LogWriter::append(const Draft& draft, std::uint64_t registry_size) {
    if (draft.body) {
        if (auto form = check_body(*draft.body); !form) return fail(ErrorKind::refused, form.error().message);
    }
    const std::int64_t at_ms = draft.at.time_since_epoch().count();
    const Payload payload{.log = extension_.head_.id,
                          .seq = extension_.head_.size(),
                          .prev = extension_.head_.last_leaf,
                          .registry = registry_size,
                          .signer = draft.signer->public_key(),
                          .at_ms = at_ms < 0 ? 0 : static_cast<std::uint64_t>(at_ms),
                          .kind = draft.kind,
                          .subject = draft.subject,
                          .prior = draft.prior,
                          .content = draft.content,
                          .body = draft.body ? std::optional(body_hash(*draft.body)) : draft.absent_body};
    auto act = sign_act(payload, *draft.signer);
    if (!act) return std::unexpected(std::move(act).error());
    const std::size_t act_bytes = act->envelope.size() + (draft.body ? draft.body->size() : 0);
    if (entries() >= extension_entries_max || bytes_ + act_bytes > extension_bytes_max) {
        return fail(ErrorKind::refused, "the extension is full; finish it and begin another");
    }
    if (auto placed = advance(extension_.head_, *act, no_registry_roots); !placed) {
        return fail(ErrorKind::refused, placed.error().message);
    }
    const ActId id = act->id;
    extension_.acts_.push_back(*std::move(act));
    extension_.bodies_.push_back(draft.body);
    bytes_ += act_bytes;
    return id;
}

CheckedExtension LogWriter::finish() && {
    ensure(!extension_.acts_.empty(), "a checkpoint ends at least one act");
    const LogHead& head = extension_.head_;
    extension_.checkpoint_ = crypto::sign_checkpoint({head.origin, head.size(), head.tree.root()}, *log_key_);
    return std::move(extension_);
}

}  // namespace motcua::sync
