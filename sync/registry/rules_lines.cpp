// How a log ends, and which log goes on for its node.

#include <algorithm>

#include "sync/log/fork_proof.hpp"
#include "sync/registry/planted.hpp"
#include "sync/registry/rules.hpp"

namespace motcua::sync {

Verdict Registry::Rules::seal() {
    const auto content = from_item<SealContent>(payload.content);
    const auto log = LogId::from(payload.subject);
    if (!content || !log) return void_for(Reason::bad_content);
    const auto node = registry.nodes_.find(*log);
    if (node == registry.nodes_.end()) return void_for(Reason::unknown_node);
    if (!covers(node->second.office)) return void_for(Reason::not_a_registrar);
    if (registry.seals_.contains(*log) && !planted(PlantedLineBug::second_seal_counts)) return void_for(Reason::already_sealed);
    if (content->next) {
        const auto next = registry.nodes_.find(*content->next);
        if (next == registry.nodes_.end()) return void_for(Reason::unknown_node);
        const bool is_fit = next->second.office == node->second.office && !registry.continues_.contains(*content->next);
        // A line that came back to its own log would have no first one.
        const bool is_circle = registry.last_of_line(*content->next) == *log;
        if (is_circle || (!is_fit && !planted(PlantedLineBug::any_log_continues))) return void_for(Reason::unfit_successor);
        registry.continues_.insert_or_assign(*content->next, *log);
    }
    registry.seals_.insert_or_assign(*log, Seal{content->size, content->root, content->next});
    return {};
}

Verdict Registry::Rules::convict() {
    auto content = from_item<ConvictContent>(payload.content);
    const auto log = LogId::from(payload.subject);
    if (!content || !log) return void_for(Reason::bad_content);
    const auto node = registry.nodes_.find(*log);
    if (node == registry.nodes_.end()) return void_for(Reason::unknown_node);
    if (!covers(node->second.office)) return void_for(Reason::not_a_registrar);
    const auto proof = ForkProof::decode(content->proof);
    const bool is_proven = proof && verify_fork(*proof, node->second.origin, node->second.log_key);
    if (!is_proven && !planted(PlantedLineBug::conviction_without_proof)) return void_for(Reason::no_proof);
    // Of several the lower size holds, as of revocations.
    const auto [known, is_first] = registry.convictions_.emplace(*log, Conviction{content->size, content->proof});
    if (!is_first && content->size < known->second.size) known->second = Conviction{content->size, std::move(content->proof)};
    return {};
}

}  // namespace motcua::sync
