#include <fmt/format.h>

#include "node/bundle/bundle.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {
namespace {

/// One bundle on its way into its file.
class BundleWriter {
  public:
    BundleWriter(Reader& reader, const sync::Registry& registry, const sync::NodeRecord& own, const sync::NodeRecord& recipient, SealedFileWriter file)
        : reader_(reader), registry_(registry), replica_(reader, std::make_shared<const sync::Registry>(registry)), own_(own), recipient_(recipient),
          file_(std::move(file)) {}

    Result<BundleSummary> write(const std::optional<BundleHead>& said, std::uint64_t made_at_ms) {
        summary_.to = recipient_.origin;
        const bool goes_up = registry_.is_at_or_below(own_.office, recipient_.office);
        auto heads = goes_up ? replica_.heads(own_.office, recipient_.log) : replica_.heads(recipient_.office, own_.log);
        if (!heads) return std::unexpected(std::move(heads).error());
        if (auto ok = write_head(*heads, made_at_ms); !ok) return std::unexpected(std::move(ok).error());
        if (auto ok = write_registry(said, goes_up); !ok) return std::unexpected(std::move(ok).error());
        for (const auto& head : *heads) {
            // Logs of nodes go up, an inbox goes down; what comes down for a log are cosignatures.
            const bool is_inbox = registry_.find_node(head.log) == nullptr;
            if (is_inbox && goes_up) continue;
            auto ok = is_inbox || goes_up ? write_log(head, said, goes_up) : write_cosignatures(head);
            if (!ok) return std::unexpected(std::move(ok).error());
        }
        if (auto ok = file_.finish(); !ok) return std::unexpected(std::move(ok).error());
        return summary_;
    }

  private:
    Result<void> put(const Bytes& message) {
        std::array<std::byte, 4> length{};
        for (std::size_t index = 0; index < length.size(); ++index) length[index] = static_cast<std::byte>(message.size() >> (8 * (length.size() - 1 - index)) & 0xffU);
        if (auto ok = file_.write(length); !ok) return ok;
        return file_.write(message);
    }

    Result<void> write_head(const std::vector<sync::HeadState>& heads, std::uint64_t made_at_ms) {
        BundleHead head;
        head.from = own_.log;
        head.to = recipient_.log;
        head.made_at_ms = made_at_ms;
        head.registry = {registry_.log_id(), registry_.size(), registry_.head().tree.root()};
        head.heads = heads;
        return put(cbor::encode(head));
    }

    /// From what the recipient said it has; else a lower one has what its log cites, and an upper one has all of it.
    Result<void> write_registry(const std::optional<BundleHead>& said, bool goes_up) {
        std::uint64_t from = goes_up ? registry_.size() : 0;
        if (said) {
            from = said->registry.size;
        } else if (!goes_up) {
            auto row = reader_.log(recipient_.log);
            if (!row) return std::unexpected(std::move(row).error());
            if (*row) from = (*row)->head.registry_size;
        }
        return write_extensions(registry_.log_id(), from, summary_.registry_entries);
    }

    Result<void> write_log(const sync::HeadState& head, const std::optional<BundleHead>& said, bool goes_up) {
        // Going up: beyond what the recipient once cosigned. An inbox: from its beginning, unless it was told how far it is.
        std::uint64_t from = goes_up ? head.held : 0;
        if (said) {
            const auto theirs = std::ranges::find(said->heads, head.log, &sync::HeadState::log);
            if (theirs != said->heads.end() && theirs->size <= head.size) from = std::max(from, theirs->size);
        }
        return write_extensions(head.log, from, summary_.entries);
    }

    Result<void> write_extensions(const sync::LogId& log, std::uint64_t from, std::uint64_t& entries) {
        while (true) {
            auto extension = reader_.read(log, from, sync::extension_bytes_max);
            if (!extension) return std::unexpected(std::move(extension).error());
            if (!*extension) return {};
            from += (*extension)->entries.size();
            entries += (*extension)->entries.size();
            if (auto ok = put(sync::encode_message(sync::Extend{std::move(**extension)})); !ok) return ok;
        }
    }

    Result<void> write_cosignatures(const sync::HeadState& head) {
        auto all = replica_.cosignatures(head.log);
        if (!all) return std::unexpected(std::move(all).error());
        for (auto& cosigned : *all) {
            summary_.cosignatures += cosigned.lines.size();
            if (auto ok = put(sync::encode_message(sync::Cosign{.cosigned = std::move(cosigned), .missing = {}})); !ok) return ok;
        }
        return {};
    }

    Reader& reader_;
    const sync::Registry& registry_;
    StoredReplica replica_;
    const sync::NodeRecord& own_;
    const sync::NodeRecord& recipient_;
    SealedFileWriter file_;
    BundleSummary summary_;
};

}  // namespace

Result<BundleSummary> write_bundle(Reader& reader, const sync::Registry& registry, const sync::LogId& own_log, const sync::LogId& recipient,
                                   const std::optional<BundleHead>& said, const std::filesystem::path& target, const Clock& clock, Random& random) {
    const auto* own = registry.find_node(own_log);
    const auto* other = registry.find_node(recipient);
    if (own == nullptr || other == nullptr || other->retired_at) return fail(ErrorKind::not_found, "the registry here lists no such node, or it is retired");
    if (own->office == other->office || (!registry.is_at_or_below(own->office, other->office) && !registry.is_at_or_below(other->office, own->office))) {
        return fail(ErrorKind::refused, fmt::format("{} is neither above nor below this node: it is not sent any of its logs", other->origin));
    }
    auto file = SealedFileWriter::create(target, crypto::StreamSealer::for_recipient("bundle", other->noise_key, random));
    if (!file) return std::unexpected(std::move(file).error());
    return BundleWriter(reader, registry, *own, *other, std::move(*file)).write(said, static_cast<std::uint64_t>(std::max<std::int64_t>(0, clock.wall().time_since_epoch().count())));
}

Result<sync::LogId> find_recipient(const sync::Registry& registry, const sync::LogId& own_log, const std::optional<std::string>& name) {
    const auto* own = registry.find_node(own_log);
    if (own == nullptr) return fail(ErrorKind::not_found, "the registry here does not list this node");
    const auto* office = registry.find_office(own->office);
    std::vector<sync::NodeRecord> fitting;
    for (const auto& node : registry.nodes()) {
        if (node.retired_at || node.log == own_log) continue;
        const bool fits = name ? node.origin == *name || node.office.code == *name : office != nullptr && office->parent == node.office;
        if (fits) fitting.push_back(node);
    }
    if (fitting.size() == 1) return fitting.front().log;
    if (fitting.empty()) return fail(ErrorKind::not_found, name ? fmt::format("the registry here lists no node of {}", *name) : "there is no node above this one: say --for CODE");
    std::string names;
    for (const auto& node : fitting) names += (names.empty() ? "" : ", ") + node.origin;
    return fail(ErrorKind::usage, fmt::format("there are several nodes; say --for one of: {}", names));
}

}  // namespace motcua::node
