// Who exists: roots, offices, their nodes, and what becomes of an office.

#include <algorithm>

#include "sync/registry/limits.hpp"
#include "sync/registry/rules.hpp"

namespace motcua::sync {
namespace {

bool do_overlap(const NumberBlockContent& a, const NumberBlockContent& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

Verdict Registry::Rules::root_set() {
    if (!is_root && payload.seq > 0) return void_for(Reason::not_a_registrar);
    auto content = registry.read_root_set(payload);
    if (!content) return void_for(Reason::bad_content);
    for (const PublicKey& key : content->root_keys) {
        if (!is_free_for(key.view(), "root")) return void_for(Reason::already_taken);
    }
    for (const PublicKey& key : content->root_keys) claim(key.view(), "root");
    claim(content->registry_key.view(), "registry");
    registry.root_set_ = *std::move(content);
    return {};
}

Verdict Registry::Rules::office() {
    auto content = from_item<OfficeContent>(payload.content);
    if (!content || !is_office_code(content->office.code) || !is_name(content->name) || !is_office_kind(content->kind) ||
        payload.subject != cbor::encode(content->office)) {
        return void_for(Reason::bad_content);
    }
    const Office* known = registry.find_office(content->office);
    const Office* top = registry.top();
    const bool parent_changes = known == nullptr || known->parent != content->parent;
    if (known != nullptr && !covers(known->id)) return void_for(Reason::not_a_registrar);
    if (parent_changes && !content->parent) {
        if (!is_root) return void_for(Reason::not_a_registrar);
        if (top != nullptr) return void_for(Reason::already_taken);
    }
    if (parent_changes && content->parent) {
        if (registry.find_office(*content->parent) == nullptr) return void_for(Reason::unknown_office);
        if (!covers(*content->parent)) return void_for(Reason::not_a_registrar);
        if (registry.is_at_or_below(*content->parent, content->office)) return void_for(Reason::bad_content);  // a cycle
    }
    const std::uint64_t since_size = known == nullptr ? size_after : known->since_size;
    registry.offices_[content->office].push_back({size_after, {content->office, content->name, content->kind, content->parent, since_size}});
    return {};
}

Verdict Registry::Rules::node() {
    auto content = from_item<NodeContent>(payload.content);
    if (!content || !is_name(content->name)) return void_for(Reason::bad_content);
    const std::string log_origin = node_origin(content->office.code, content->log_key);
    const LogId log = sync::log_id(log_origin, content->log_key);
    if (payload.subject != to_bytes(log.view())) return void_for(Reason::bad_content);
    if (registry.find_office(content->office) == nullptr) return void_for(Reason::unknown_office);
    if (!covers(content->office)) return void_for(Reason::not_a_registrar);
    if (!is_free(log.view())) return void_for(Reason::already_taken);  // refused before it was listed
    const auto known = registry.nodes_.find(log);
    if (known != registry.nodes_.end() && !may_become(known->second, *content)) return void_for(Reason::already_taken);

    const std::string owner = to_hex(log.view());
    if (!is_free_for(content->log_key.view(), "log " + owner) || !is_free_for(content->noise_key.view(), "noise " + owner) ||
        (content->cosigner_key && !is_free_for(content->cosigner_key->view(), "cosigner " + owner))) {
        return void_for(Reason::already_taken);
    }
    if (content->noise_key.bytes == content->log_key.bytes || content->cosigner_key == content->log_key ||
        (content->cosigner_key && content->cosigner_key->bytes == content->noise_key.bytes)) {
        return void_for(Reason::already_taken);
    }
    claim(content->log_key.view(), "log " + owner);
    claim(content->noise_key.view(), "noise " + owner);
    if (content->cosigner_key) claim(content->cosigner_key->view(), "cosigner " + owner);
    if (known != registry.nodes_.end()) registry.node_by_noise_key_.erase(known->second.noise_key);
    const std::uint64_t since_size = known == registry.nodes_.end() ? size_after : known->second.since_size;
    registry.node_by_noise_key_[content->noise_key] = log;
    registry.nodes_[log] = {log,          log_origin, content->office, content->name, content->log_key, content->noise_key,
                            content->cosigner_key, since_size, std::nullopt, false};
    return {};
}

bool Registry::Rules::may_become(const NodeRecord& known, const NodeContent& content) {
    return known.office == content.office && !known.retired_at &&
           (!known.cosigner_key || known.cosigner_key == content.cosigner_key);
}

// An office is succeeded once and for all, but its successor may merge in its turn.
Verdict Registry::Rules::succeed() {
    const auto content = from_item<SucceedContent>(payload.content);
    if (!content || payload.subject != cbor::encode(content->from) || content->from == content->to) return void_for(Reason::bad_content);
    if (registry.find_office(content->from) == nullptr || registry.find_office(content->to) == nullptr) return void_for(Reason::unknown_office);
    if (!covers(content->from) || !covers(content->to)) return void_for(Reason::not_a_registrar);
    if (registry.successions_.contains(content->from)) return void_for(Reason::already_succeeded);
    for (auto next = registry.successions_.find(content->to); next != registry.successions_.end(); next = registry.successions_.find(next->second.to)) {
        if (next->second.to == content->from) return void_for(Reason::bad_content);  // a cycle
    }
    registry.successions_.emplace(content->from, Succession{size_after, content->to});
    return {};
}

// A retired node keeps its block, since it may give numbers until it hears of it; a registrar can make the block smaller.
Verdict Registry::Rules::number_block() {
    const auto content = from_item<NumberBlockContent>(payload.content);
    const auto log = LogId::from(payload.subject);
    if (!content || !log || !flaw_in(*content).empty()) return void_for(Reason::bad_content);
    const NodeRecord* node = registry.find_node(*log);
    if (node == nullptr) return void_for(Reason::unknown_node);
    if (!covers(node->office)) return void_for(Reason::not_a_registrar);
    const LogId line = registry.line_of(*log);
    const auto is_of_another = [&](const auto& entry) { return registry.line_of(entry.first) != line && registry.find_node(entry.first)->office == node->office; };
    const auto overlaps = [&](const auto& entry) { return is_of_another(entry) && do_overlap(entry.second, *content); };
    if (std::ranges::any_of(registry.number_blocks_, overlaps)) return void_for(Reason::already_taken);
    registry.number_blocks_.insert_or_assign(*log, *content);
    return {};
}

std::optional<NumberBlockContent> Registry::free_number_block(const OfficeId& office) const {
    constexpr std::uint64_t block_numbers = 1000;
    for (std::uint64_t first = 1; first <= number_max; first += block_numbers) {
        const NumberBlockContent block{first, std::min(first + block_numbers - 1, number_max)};
        const auto takes_part = [&](const auto& entry) { return find_node(entry.first)->office == office && do_overlap(entry.second, block); };
        if (std::ranges::none_of(number_blocks_, takes_part)) return block;
    }
    return std::nullopt;
}

}  // namespace motcua::sync
