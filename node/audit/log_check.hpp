#pragma once
/// One log, checked entry by entry against what the registry says of it; where the entries come from is the caller's.

#include <map>
#include <set>

#include "node/audit/finding.hpp"
#include "sync/log/inbox.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {

/// Goes on after a finding, so that one flipped byte does not hide another: the tree then grows over the bytes as they are.
class LogCheck {
  public:
    /// A node's log. `checker`, `registry` and `findings` outlive the check.
    LogCheck(const sync::NodeRecord& node, const sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings);
    /// An inbox: its entries are leaves that carry acts.
    LogCheck(const sync::InboxName& inbox, const sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings);
    /// The registry itself: each entry that holds is applied to `registry`, which is empty and knows its pin.
    LogCheck(sync::Registry& registry, sync::SignatureChecker& checker, Findings& findings);

    /// What the tree must be at a size, from outside: a witness row, an earlier checkpoint. Given before the entries.
    void expect(std::uint64_t size, const sync::Hash& root, FindingPlace place, std::string cause);
    /// The next entry. Returns its payload, or that of the act that it carries, where it could be read.
    std::optional<sync::Payload> add(ByteView envelope);
    /// The entry at size() is not there, and so none after it can be placed.
    void missing(std::string cause);
    /// The log's own signed checkpoint over what was added: form, signature, size and root. A note that carries more
    /// signatures is looked at no further. Returns it where its signature holds.
    std::optional<crypto::Checkpoint> checkpoint(std::string_view note, std::uint64_t size);
    /// Signatures that are still to be checked, and expectations that were not reached.
    void finish();

    void add_finding(FindingPlace place, std::optional<std::uint64_t> position, std::string cause);
    [[nodiscard]] std::uint64_t size() const { return head_.size(); }
    [[nodiscard]] const sync::LogHead& head() const { return head_; }
    [[nodiscard]] bool is_whole() const { return whole_; }
    [[nodiscard]] crypto::VerifierKey verifier() const { return sync::log_verifier(head_.origin, head_.log_key); }

  private:
    struct Expectation {
        sync::Hash root;
        FindingPlace place;
        std::string cause;
    };
    void place_regardless(const sync::Hash& leaf);
    void place_in_registry(const sync::Act& act);
    void check_signatures();
    void check_expectations();
    [[nodiscard]] std::string without_place(const std::string& message, std::uint64_t seq) const;

    const sync::Registry* known_registry_;
    sync::Registry* growing_registry_ = nullptr;
    sync::SignatureChecker* checker_;
    Findings* findings_;
    sync::LogHead head_;
    bool whole_ = true;          // no entry was missing or displaced so far
    bool registry_ended_ = false;
    bool root_reported_ = false;
    std::set<sync::Position> carried_;  ///< by an inbox so far
    std::vector<sync::SignedMessage> unchecked_;
    std::vector<std::uint64_t> unchecked_seqs_;
    std::multimap<std::uint64_t, Expectation> expectations_;
};

/// The time at which a cosigner that the registry lists signed `checkpoint`. Errors: verification.
[[nodiscard]] Result<crypto::CosignTime> check_cosignature(const sync::Registry& registry, const crypto::Checkpoint& checkpoint,
                                                           const crypto::NoteSignature& line);

}  // namespace motcua::node
