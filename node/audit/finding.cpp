#include "node/audit/finding.hpp"

namespace motcua::node {

std::string_view name_of(FindingPlace place) {
    switch (place) {
        case FindingPlace::log: return "log";
        case FindingPlace::entry: return "entry";
        case FindingPlace::body: return "body";
        case FindingPlace::checkpoint: return "checkpoint";
        case FindingPlace::cosignature: return "cosignature";
        case FindingPlace::witness: return "witness";
        case FindingPlace::registry: return "registry";
        case FindingPlace::tile: return "tile";
        case FindingPlace::file: return "file";
        case FindingPlace::view: return "view";
    }
    ensure(false, "every place has a name");
    return "";
}

void Findings::add(Finding finding) {
    if (finding.origin != last_origin_) {
        last_origin_ = finding.origin;
        of_last_origin_ = 0;
    }
    if (all_.size() >= total_max || of_last_origin_ >= per_log_max) {
        ++left_out_;
        return;
    }
    ++of_last_origin_;
    all_.push_back(std::move(finding));
}

}  // namespace motcua::node
