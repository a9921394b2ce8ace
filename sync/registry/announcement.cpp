// Registry checkpoints that nodes announce before ours reaches their size, and what stands on those that prove false.

#include <iterator>

#include "sync/registry/registry.hpp"

namespace motcua::sync {
namespace {

std::optional<std::string> carried_by(const Payload& payload) {
    if (payload.kind == Kind::open) {
        auto content = from_item<OpenContent>(payload.content);
        return content ? std::move(content->registry_checkpoint) : std::nullopt;
    }
    if (payload.kind == Kind::receipt) {
        auto content = from_item<ReceiptContent>(payload.content);
        return content ? std::move(content->registry_checkpoint) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Announcement> announced_by(const Payload& payload) {
    auto text = carried_by(payload);
    if (!text) return std::nullopt;
    const auto note = crypto::Note::parse(*text);
    if (!note) return std::nullopt;
    auto checkpoint = crypto::Checkpoint::parse(note->text);
    if (!checkpoint || checkpoint->size == 0) return std::nullopt;
    return Announcement{.checkpoint = *std::move(checkpoint), .note = *std::move(text)};
}

bool Registry::is_false(const Announcement& announced) const {
    return announced.checkpoint.size <= size() && root_at(announced.checkpoint.size) != announced.checkpoint.root;
}

std::optional<Announcement> Registry::find_false_announcement(const Act& act) const {
    const NodeRecord* node = find_node(act.payload.log);
    if (node == nullptr || act.payload.signer != node->log_key) return std::nullopt;
    auto announced = announced_by(act.payload);
    return announced && is_false(*announced) ? announced : std::nullopt;
}

// Kept so that sizes fall as positions rise: the last one before an act then says all that the others could.
void Registry::disown(const Position& place, std::uint64_t size) {
    auto& log = disowned_[place.log];
    const auto behind = log.upper_bound(place.seq.value);
    if (behind != log.begin() && std::prev(behind)->second <= size) return;
    log.insert_or_assign(place.seq.value, size);
    std::erase_if(log, [&](const auto& other) { return other.first > place.seq.value && other.second >= size; });
}

bool Registry::is_disowned(const Payload& payload) const {
    const auto log = disowned_.find(payload.log);
    if (log == disowned_.end()) return false;
    const auto behind = log->second.lower_bound(payload.seq);
    return behind != log->second.begin() && std::prev(behind)->second <= payload.registry;
}

}  // namespace motcua::sync
