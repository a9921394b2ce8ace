#pragma once
/// What a receipt's QR is worth, by a registry and, where the log is here, by what stands in it.

#include "node/store/reader.hpp"
#include "sync/dossier/receipt_statement.hpp"

namespace motcua::node {

struct ReceiptCheck {
    sync::ReceiptProof proof;
    /// What stands at the place that the receipt names.
    enum class Found : std::uint8_t {
        no_log,       ///< nothing of that log is here
        not_yet,      ///< the log is here, and does not reach so far
        missing,      ///< so it is with this node's own log, which signed the receipt
        another_act,  ///< with the receipt this convicts the log
        promised,     ///< the act that was promised
    };
    Found found = Found::no_log;
    std::optional<sync::Verdict> verdict;  ///< of the promised act, as this node sees it
};

/// Errors: those of sync::verify_receipt; storage.
[[nodiscard]] Result<ReceiptCheck> check_receipt(Reader& reader, const sync::Registry& registry, std::string_view text);

}  // namespace motcua::node
