#include "sync/dossier/parties.hpp"

#include <algorithm>

namespace motcua::sync {

OfficeNo Parties::number_of(const OfficeId& office) {
    const auto [place, is_new] = office_numbers_.emplace(office, static_cast<OfficeNo>(offices_.size()));
    if (is_new) offices_.push_back(office);
    return place->second;
}

LineNo Parties::number_of(const LogId& log) {
    if (const auto known = line_numbers_.find(log); known != line_numbers_.end()) return known->second;
    const NodeRecord* node = registry_->find_node(log);
    if (node == nullptr) return line_numbers_.emplace(log, nobody).first->second;
    const LogId first = registry_->line_of(log);
    if (first != log) {
        const LineNo number = number_of(first);
        return line_numbers_.emplace(log, number).first->second;
    }
    lines_.push_back({log, number_of(node->office)});
    return line_numbers_.emplace(log, static_cast<LineNo>(lines_.size() - 1)).first->second;
}

OfficeSetNo Parties::with(OfficeSetNo set, OfficeNo office) {
    const auto& members = sets_[set];
    const auto place = std::lower_bound(members.begin(), members.end(), office);
    if (place != members.end() && *place == office) return set;
    const auto [known, is_new] = larger_.emplace(std::pair(set, office), static_cast<OfficeSetNo>(sets_.size()));
    if (!is_new) return known->second;
    std::vector<OfficeNo> larger(members.begin(), place);
    larger.push_back(office);
    larger.insert(larger.end(), place, members.end());
    sets_.push_back(std::move(larger));
    return known->second;
}

OfficeNo Parties::heir(OfficeNo office, std::uint64_t size) {
    constexpr int mergers_max = 64;  // the registry lets none run in a circle; this makes it no matter of trust
    OfficeNo heir = office;
    for (int merger = 0; merger < mergers_max; ++merger) {
        const auto next = registry_->successor_at(offices_[heir], size);
        if (!next) break;
        heir = number_of(*next);
    }
    return heir;
}

}  // namespace motcua::sync
