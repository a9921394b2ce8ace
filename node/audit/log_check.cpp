#include "node/audit/log_check.hpp"

#include <fmt/format.h>

namespace motcua::node {
namespace {

constexpr std::size_t signatures_at_once = 1024;

sync::Hash leaf_of(const sync::Act& act) { return sync::Hash{act.id.bytes}; }

}  // namespace

LogCheck::LogCheck(const sync::NodeRecord& node, const sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings)
    : known_registry_(&registry), checker_(&checker), findings_(&findings),
      head_(sync::LogHead::empty(node.origin, node.log_key, sync::LogClass::node)) {}

LogCheck::LogCheck(const sync::InboxName& inbox, const sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings)
    : known_registry_(&registry), checker_(&checker), findings_(&findings), head_(inbox.empty_head()) {}

LogCheck::LogCheck(sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings)
    : known_registry_(&registry), growing_registry_(&registry), checker_(&checker), findings_(&findings), head_(registry.head()) {}

void LogCheck::add_finding(FindingPlace place, std::optional<std::uint64_t> position, std::string cause) {
    findings_->add({.origin = head_.origin, .place = place, .position = position, .cause = std::move(cause)});
}

void LogCheck::expect(std::uint64_t size, const sync::Hash& root, FindingPlace place, std::string cause) {
    expectations_.emplace(size, Expectation{.root = root, .place = place, .cause = std::move(cause)});
    if (size == 0) check_expectations();
}

/// The rules that sync/log applies name log and entry in their message, which a finding says anyway.
std::string LogCheck::without_place(const std::string& message, std::uint64_t seq) const {
    const auto prefix = fmt::format("{} entry {}: ", head_.origin, seq);
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

void LogCheck::place_regardless(const sync::Hash& leaf) {
    head_.tree.append(leaf);
    head_.last_leaf = leaf;
    head_.announced.reset();
    whole_ = false;
}

/// An entry that the registry's fold does not take ends the fold: what follows would be judged by a registry that has holes.
void LogCheck::place_in_registry(const sync::Act& act) {
    const auto seq = head_.size();
    if (!registry_ended_) {
        const auto applied = growing_registry_->apply(act);
        if (applied) {
            head_ = growing_registry_->head();
            return;
        }
        add_finding(FindingPlace::entry, seq, without_place(applied.error().message, seq));
        registry_ended_ = true;
    }
    place_regardless(leaf_of(act));
}

std::optional<sync::Payload> LogCheck::add(ByteView envelope) {
    const auto seq = head_.size();
    const bool is_inbox = head_.log_class == sync::LogClass::inbox;
    auto act = is_inbox ? sync::parse_inbox_leaf(envelope) : sync::parse_act(to_bytes(envelope));
    if (!act) {
        add_finding(FindingPlace::entry, seq, act.error().message);
        registry_ended_ = true;
        place_regardless(crypto::leaf_hash(envelope));
        check_expectations();
        return std::nullopt;
    }
    unchecked_.push_back({.key = act->payload.signer, .message = act->signed_bytes(), .signature = act->signature});
    unchecked_seqs_.push_back(seq);
    if (unchecked_.size() == signatures_at_once) check_signatures();

    if (growing_registry_ != nullptr) {
        place_in_registry(*act);
    } else if (is_inbox) {
        if (!carried_.insert(act->position()).second) add_finding(FindingPlace::entry, seq, "an act of that place has come already");
        sync::advance_inbox(head_, envelope);
    } else {
        const auto placed = sync::advance(head_, *act, [&](std::uint64_t size) { return known_registry_->root_at(size); });
        if (!placed) {
            add_finding(FindingPlace::entry, seq, without_place(placed.error().message, seq));
            place_regardless(leaf_of(*act));
            // What follows is held against what this entry says, so that one breach of a rule is one finding.
            head_.registry_size = act->payload.registry;
        }
    }
    check_expectations();
    return std::move(act->payload);
}

void LogCheck::missing(std::string cause) {
    add_finding(FindingPlace::entry, head_.size(), std::move(cause));
    whole_ = false;
}

void LogCheck::check_signatures() {
    std::size_t begin = 0;
    while (begin < unchecked_.size()) {
        const auto bad = checker_->first_bad(std::span(unchecked_).subspan(begin));
        if (!bad) break;
        add_finding(FindingPlace::entry, unchecked_seqs_[begin + *bad], "bad signature");
        begin += *bad + 1;
    }
    unchecked_.clear();
    unchecked_seqs_.clear();
}

void LogCheck::check_expectations() {
    const auto [begin, end] = expectations_.equal_range(size());
    for (auto expectation = begin; expectation != end; ++expectation)
        if (head_.tree.root() != expectation->second.root) add_finding(expectation->second.place, size(), expectation->second.cause + ", with another root");
    expectations_.erase(begin, end);
}

std::optional<crypto::Checkpoint> LogCheck::checkpoint(std::string_view text, std::uint64_t size_of_row) {
    const auto bad = [&](std::string cause) { add_finding(FindingPlace::checkpoint, size_of_row, std::move(cause)); };
    const auto note = crypto::Note::parse(text);
    if (!note) {
        bad(note.error().message);
        return std::nullopt;
    }
    auto checkpoint = crypto::open_checkpoint(*note, verifier());
    if (!checkpoint) {
        bad(checkpoint.error().message);
        return std::nullopt;
    }
    if (checkpoint->size != size_of_row) {
        bad(fmt::format("the signed checkpoint is of size {}", checkpoint->size));
        return std::nullopt;
    }
    if (checkpoint->size != size()) {
        if (whole_) bad(fmt::format("the entries end at {}", size()));
        return *checkpoint;
    }
    if (checkpoint->root != head_.tree.root() && !root_reported_) {
        bad("the signed root is not that of the entries");
        root_reported_ = true;  // it would be said again of every later one
    }
    return *checkpoint;
}

void LogCheck::finish() {
    check_signatures();
    for (const auto& [size_seen, expectation] : expectations_)
        add_finding(expectation.place, size_seen, fmt::format("{}, but only {} entries are here: the tail was cut off", expectation.cause, size()));
    expectations_.clear();
}

Result<crypto::CosignTime> check_cosignature(const sync::Registry& registry, const crypto::Checkpoint& checkpoint,
                                             const crypto::NoteSignature& line) {
    const auto* node = registry.find_cosigner(line.name);
    if (node == nullptr) return fail(ErrorKind::verification, fmt::format("it is by {}, a cosigner that the registry does not list", line.name));
    return crypto::verify_cosignature(checkpoint, line, sync::cosigner_verifier(node->origin, *node->cosigner_key));
}

}  // namespace motcua::node
