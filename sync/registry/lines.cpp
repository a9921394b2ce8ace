// Lines: which log continues which, by the seals of the registry and by what heads admitted while it could not answer.

#include <algorithm>
#include <set>

#include "sync/registry/planted.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::sync {
namespace {

template <class Map>
const typename Map::mapped_type* find_in(const Map& map, const LogId& log) {
    const auto found = map.find(log);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Seal* Registry::find_seal(const LogId& log) const { return find_in(seals_, log); }
const Conviction* Registry::find_conviction(const LogId& log) const { return find_in(convictions_, log); }

LogId Registry::line_of(const LogId& log) const {
    if (planted(PlantedLineBug::next_log_is_another_line)) return log;
    if (continues_.empty() && admitted_.empty()) return log;
    LogId first = log;
    std::set<LogId> seen{log};
    while (true) {
        std::optional<LogId> before;
        const AdmittedNode* admitted = find_admitted(first);
        if (const LogId* sealed = find_in(continues_, first)) before = *sealed;
        else if (admitted != nullptr && !(nodes_.contains(first) && is_passed_over(*admitted))) before = admitted->predecessor;
        if (!before) return first;
        if (!seen.insert(*before).second) return log;  // admissions that name each other: none of them is a line's first
        first = *before;
    }
}

std::vector<LogId> Registry::logs_of_line(const LogId& log) const {
    const LogId line = line_of(log);
    std::set<LogId> logs{log};
    for (const auto& [next, sealed] : continues_) {
        for (const LogId& one : {next, sealed}) {
            if (line_of(one) == line) logs.insert(one);
        }
    }
    for (const auto& [one, admitted] : admitted_) {
        if (line_of(one) != line) continue;
        logs.insert(one);
        if (admitted.predecessor && line_of(*admitted.predecessor) == line) logs.insert(*admitted.predecessor);
    }
    return {logs.begin(), logs.end()};
}

// Each seal names another log, and none is named twice, so this ends.
LogId Registry::last_of_line(const LogId& log) const {
    LogId last = log;
    for (const Seal* seal = find_seal(last); seal != nullptr && seal->next && *seal->next != log; seal = find_seal(last)) last = *seal->next;
    return last;
}

// A restored node gives on what its predecessor had left, until the registry gives it a block of its own.
std::optional<NumberBlockContent> Registry::number_block(const LogId& log) const {
    LogId holder = log;
    for (std::size_t steps = 0; steps <= continues_.size() + admitted_.size(); ++steps) {
        if (const auto* block = find_in(number_blocks_, holder)) return *block;
        const AdmittedNode* admitted = find_admitted(holder);
        if (const LogId* sealed = find_in(continues_, holder)) holder = *sealed;
        else if (admitted != nullptr && admitted->predecessor && line_of(holder) != holder) holder = *admitted->predecessor;
        else break;
    }
    return std::nullopt;
}

// --- admitted logs ---

void Registry::admit_node(const Act& open, const Act& admit) {
    const auto content = from_item<OpenContent>(open.payload.content);
    const bool is_pair = open.payload.kind == Kind::open && open.payload.seq == 0 && admit.payload.kind == Kind::admit_node && admit.payload.seq == 1;
    if (!content || !is_pair || open.payload.log != admit.payload.log) return;
    const LogId log = open.payload.log;
    std::string origin = node_origin(content->office.code, content->log_key);
    if (sync::log_id(origin, content->log_key) != log) return;
    // Of two histories of one log the same pair counts on every node.
    if (const auto known = admitted_.find(log); known != admitted_.end() && known->second.admit->id <= admit.id) return;
    AdmittedNode admitted;
    admitted.record = {.log = log, .origin = std::move(origin), .office = content->office, .name = content->node_name, .log_key = content->log_key,
                       .noise_key = content->noise_key, .cosigner_key = content->cosigner_key, .since_size = admit.payload.registry,
                       .retired_at = std::nullopt, .is_provisional = true};
    admitted.open = std::make_shared<const Act>(open);
    admitted.admit = std::make_shared<const Act>(admit);
    if (content->predecessor) admitted.predecessor = content->predecessor->log;
    admitted_.insert_or_assign(log, std::move(admitted));
    reconsider_admitted();
}

// A predecessor may itself be only admitted: each round can entitle one more, and none takes another's right away.
void Registry::reconsider_admitted() {
    if (admitted_.empty()) return;
    constexpr Verdict waiting{Standing::waiting, Reason::prior_unknown};
    for (auto& [log, admitted] : admitted_) admitted.verdict = waiting;
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (auto& [log, admitted] : admitted_) {
            if (admitted.verdict.effective()) continue;
            admitted.verdict = judge_admit_node(admitted);
            is_changed |= admitted.verdict.effective();
        }
    }
}

const Registry::AdmittedNode* Registry::find_admitted(const LogId& log) const {
    const AdmittedNode* admitted = find_in(admitted_, log);
    return admitted != nullptr && admitted->verdict.effective() ? admitted : nullptr;
}

std::vector<LogId> Registry::admitted_logs() const {
    std::vector<LogId> logs;
    for (const auto& [log, admitted] : admitted_) {
        if (!nodes_.contains(log)) logs.push_back(log);
    }
    return logs;
}

// The head's word counts by the registry that it cites, like any admission, and never changes as the registry grows.
Verdict Registry::judge_admit_node(const AdmittedNode& admitted) const {
    const auto void_for = [](Reason reason) { return Verdict{Standing::void_act, reason}; };
    const Payload& payload = admitted.admit->payload;
    if (payload.registry > size()) return {Standing::waiting, Reason::registry_size_unknown};
    if (is_disowned(payload)) return void_for(Reason::another_registry);
    if (payload.prev.bytes != admitted.open->id.bytes) return void_for(Reason::wrong_log);
    if (!content_fits(payload.kind, payload.content) || payload.subject != to_bytes(payload.log.view())) return void_for(Reason::bad_content);
    if (office_at(admitted.record.office, payload.registry) == nullptr) return void_for(Reason::unknown_office);
    const auto officer = officer_at(payload.signer, payload.registry);
    const bool is_waved_through = planted(PlantedLineBug::any_officer_admits) && officer && officer->office == admitted.record.office;
    if (const Verdict signer = judge_signer(payload, admitted.record, nullptr); !signer.effective() && !is_waved_through) return signer;
    const std::string owner = to_hex(payload.log.view());
    const auto is_taken = [&](ByteView key, const std::string& use) {
        const auto known = key_owners_.find(to_bytes(key));
        return known != key_owners_.end() && known->second.from_size <= payload.registry && known->second.use != use + owner;
    };
    const NodeRecord& record = admitted.record;
    if (is_taken(record.log_key.view(), "log ") || is_taken(record.noise_key.view(), "noise ")) return void_for(Reason::already_taken);
    if (record.cosigner_key && is_taken(record.cosigner_key->view(), "cosigner ")) return void_for(Reason::already_taken);
    if (!admitted.predecessor) return {};
    const NodeRecord* before = find_node(*admitted.predecessor);
    if (before == nullptr || *admitted.predecessor == payload.log) return void_for(Reason::unknown_node);
    return before->office == record.office ? Verdict{} : void_for(Reason::not_of_this_office);
}

// The registry has answered, and otherwise: another log continues the line, or none does, or it will not have this one.
bool Registry::is_passed_over(const AdmittedNode& admitted) const {
    if (planted(PlantedLineBug::admission_outlives_the_seal)) return false;
    if (refused_.contains(to_bytes(admitted.record.log.view()))) return true;
    const Seal* seal = admitted.predecessor ? find_seal(*admitted.predecessor) : nullptr;
    return seal != nullptr && seal->next != admitted.record.log;
}

std::uint64_t Registry::entitled_from(const NodeRecord& node) const {
    const AdmittedNode* admitted = find_admitted(node.log);
    return admitted == nullptr ? node.since_size : std::min(node.since_size, admitted->record.since_size);
}

bool Registry::relies_on_admission(const Payload& payload) const {
    if (find_admitted(payload.log) == nullptr) return false;
    const auto listed = nodes_.find(payload.log);
    return listed == nodes_.end() || payload.registry < listed->second.since_size;
}

bool Registry::is_provisional(const Act& act) const { return find_admitted(act.payload.log) != nullptr && !nodes_.contains(act.payload.log); }

}  // namespace motcua::sync
