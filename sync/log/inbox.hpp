#pragma once
/// The log that a hub keeps for one office below it: acts of other logs, carried whole. FORMAT.md, "Inboxes".
///
/// Its leaves are [origin log id, seq, envelope]; they are no acts of the inbox's own, so nothing is chained by `prev` here and
/// only some acts of a log come. What binds them is their own signatures, and the hub's over the tree.

#include "sync/log/extension.hpp"

namespace motcua::sync {

/// A leaf: three heads, a log id, and the longest envelope.
constexpr std::size_t inbox_leaf_bytes_max = adopt_bytes_max + 64;

/// The leaf that carries an act.
[[nodiscard]] Bytes encode_inbox_leaf(const Act& act);
/// The same from what is stored: `envelope` is that of the act at `position`.
[[nodiscard]] Bytes encode_inbox_leaf(const Position& position, ByteView envelope);
/// The act that a leaf carries. Says nothing about its signature. Errors: verification, when the leaf is not of its form or the
/// envelope is of another place than the leaf says.
[[nodiscard]] Result<Act> parse_inbox_leaf(ByteView leaf);

/// An extension of an inbox that passed every structural check against `base`. Only `check_inbox_extension` and `InboxWriter`
/// make one, and the store takes nothing else.
class CheckedInboxExtension : public CheckedActs {
    CheckedInboxExtension() = default;
    friend Result<CheckedInboxExtension> check_inbox_extension(const LogHead&, Extension, SignatureChecker&);
    friend class InboxWriter;
};

/// Checks leaves, that each act comes once, bodies by hash, root, checkpoint signature and every carried act's signature.
/// `base` is the whole of what is stored of this inbox. That no act came in an earlier extension is for whoever stores them.
/// Errors: as check_extension.
[[nodiscard]] Result<CheckedInboxExtension> check_inbox_extension(const LogHead& base, Extension extension, SignatureChecker& checker);

/// As it travels: the very bytes that were checked or written.
[[nodiscard]] Extension to_extension(const CheckedInboxExtension& checked);

/// Puts one leaf behind `head`. Shared by checking, writing and auditing.
void advance_inbox(LogHead& head, ByteView leaf);

/// Appends acts that are stored here to an inbox whose key we hold, then signs the checkpoint.
class InboxWriter {
  public:
    /// `log_key` outlives the writer and is the head's.
    InboxWriter(LogHead head, const crypto::SigningKey& log_key);

    /// True when the act, with a body of so many bytes, might not fit: finish, and go on with another writer.
    [[nodiscard]] bool full_for(const Act& act, std::size_t body_bytes) const;
    /// Only where not full_for. Bodies are not copied: the act's place says where they are.
    void append(const Act& act, std::size_t body_bytes);
    [[nodiscard]] std::size_t entries() const { return extension_.acts_.size(); }
    [[nodiscard]] const LogHead& head() const { return extension_.head_; }
    /// At least one act was appended. Its bodies are all null.
    [[nodiscard]] CheckedInboxExtension finish() &&;

  private:
    CheckedInboxExtension extension_;
    const crypto::SigningKey* log_key_;
    std::size_t bytes_ = 0;
};

}  // namespace motcua::sync
