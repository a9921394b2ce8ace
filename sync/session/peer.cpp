#include "sync/session/peer.hpp"

#include <limits>

#include "sync/log/origin.hpp"

namespace motcua::sync {
namespace {

bool is_properly_below(const Registry& registry, const OfficeId& office, const OfficeId& above) {
    return office != above && registry.is_at_or_below(office, above);
}

bool is_revoked(const Registry& registry, const NodeRecord& node) {
    constexpr Seq far{std::numeric_limits<std::uint64_t>::max()};
    return registry.is_cut(node.log_key, Position{node.log, far});
}

}  // namespace

Result<Peer> recognise(const Registry& registry, const OfficeId& our_office, const NoiseKey& key) {
    const NodeRecord* node = registry.find_node(key);
    if (node == nullptr) {
        return fail(ErrorKind::refused, "our registry (size " + std::to_string(registry.size()) +
                                            ") knows no node with the Noise key " + to_hex(key.bytes) +
                                            "; if it was enrolled later, carry a registry bundle here");
    }
    if (registry.is_retired(*node))
        return fail(ErrorKind::refused, "the registry has retired the node " + node->origin);
    if (is_revoked(registry, *node))
        return fail(ErrorKind::refused, "the registry has revoked the key of the node " + node->origin);
    if (is_properly_below(registry, our_office, node->office)) return Peer{*node, Side::upper};
    if (is_properly_below(registry, node->office, our_office)) return Peer{*node, Side::lower};
    return fail(ErrorKind::refused, "the node " + node->origin +
                                        " is of an office neither above nor below ours; check the upstream address");
}

Result<crypto::Checkpoint> open_log_checkpoint(const Registry& registry, const LogId& log, std::string_view note) {
    const NodeRecord* node = registry.find_node(log);
    if (node == nullptr) return fail(ErrorKind::not_found, "our registry does not know the log " + to_hex(log.bytes));
    auto parsed = crypto::Note::parse(note);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    return crypto::open_checkpoint(*parsed, log_verifier(node->origin, node->log_key));
}

Result<std::vector<std::string>> check_cosignatures(const Registry& registry, const Cosigned& cosigned) {
    const NodeRecord* node = registry.find_node(cosigned.log);
    if (node == nullptr)
        return fail(ErrorKind::verification, "a cosignature for a log that our registry does not know");
    const crypto::Checkpoint checkpoint{node->origin, cosigned.size, cosigned.root};
    std::vector<std::string> good;
    for (const std::string& text : cosigned.lines) {
        const auto line = crypto::NoteSignature::parse_line(text);
        if (!line) return std::unexpected(line.error());
        const NodeRecord* cosigner = registry.find_cosigner(line->name);
        if (cosigner == nullptr || !cosigner->cosigner_key) continue;
        if (!is_properly_below(registry, node->office, cosigner->office)) {
            return fail(ErrorKind::verification,
                        line->name + " is no node above " + node->origin + ", but cosigned it");
        }
        const auto time =
            crypto::verify_cosignature(checkpoint, *line, cosigner_verifier(cosigner->origin, *cosigner->cosigner_key));
        if (!time) return std::unexpected(time.error());
        good.push_back(text);
    }
    return good;
}

}  // namespace motcua::sync
