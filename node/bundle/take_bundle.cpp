#include <fmt/format.h>

#include "node/bundle/bundle.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t budget_bytes = 4U << 20U;  ///< of messages taken in one request: about a second's work
constexpr std::size_t head_bytes_max = 256U << 10U;

/// Reads messages off a bundle that is for this node.
class BundleReader {
  public:
    static Result<BundleReader> open(const std::filesystem::path& file, const sync::SessionIdentity& identity) {
        auto sealed = SealedFileReader::open(file, "bundle", OpeningKey(identity.noise));
        if (!sealed) return std::unexpected(std::move(sealed).error());
        BundleReader reader(std::move(*sealed), file);
        auto bytes = reader.next(head_bytes_max);
        if (!bytes) return std::unexpected(std::move(bytes).error());
        if (!*bytes) return reader.bad("it is empty");
        auto head = cbor::decode<BundleHead>(**bytes);
        if (!head) return reader.bad(head.error().message);
        if (head->magic != BundleHead().magic) return reader.bad("it is no bundle");
        if (head->version != BundleHead::version_now) return reader.bad(fmt::format("it is of version {}, this program reads 1", head->version));
        if (head->to != identity.log) return reader.bad("it is for another node");
        reader.head_ = std::move(*head);
        return reader;
    }
    [[nodiscard]] const BundleHead& head() const { return head_; }
    /// The next message's bytes; nothing at the end, which is the whole bundle's.
    Result<std::optional<Bytes>> next(std::size_t bytes_max = sync::message_bytes_max) {
        if (file_.is_at_end()) {
            if (auto ok = file_.expect_end(); !ok) return std::unexpected(std::move(ok).error());
            return std::nullopt;
        }
        const auto length = file_.read(4);
        if (!length) return std::unexpected(length.error());
        std::size_t left = 0;
        for (const std::byte byte : *length) left = left << 8U | std::to_integer<std::size_t>(byte);
        if (left > bytes_max) return bad("a message in it is too long");
        Bytes bytes;
        while (left > 0) {
            const auto part = file_.read(std::min(left, crypto::sealed_piece_bytes_max));
            if (!part) return std::unexpected(part.error());
            append(bytes, *part);
            left -= part->size();
        }
        return bytes;
    }
    [[nodiscard]] std::unexpected<Error> bad(const std::string& cause) const {
        return fail(ErrorKind::verification, fmt::format("{}: {}; ask for another bundle", path_.string(), cause));
    }

  private:
    BundleReader(SealedFileReader file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
    SealedFileReader file_;
    std::filesystem::path path_;
    BundleHead head_;
};

/// As on a link: who may bring which log.
bool is_welcome(const sync::Registry& registry, const sync::SessionIdentity& identity, const sync::LogId& log) {
    if (log == registry.log_id()) return true;
    if (const auto* node = registry.find_node(log)) return node->office != identity.office && registry.is_at_or_below(node->office, identity.office);
    const auto inboxes = sync::inboxes_of(registry, identity.office);
    return std::ranges::any_of(inboxes, [&](const sync::InboxName& inbox) { return inbox.log == log; });
}

class BundleTaker {
  public:
    explicit BundleTaker(Node& node) : node_(node) {}

    /// An error is one of storage, or of the registry, on which all else rests; what is wrong with one log stays with it.
    Result<void> take(sync::Message message, TakeBundleDone& done) {
        if (auto* extend = std::get_if<sync::Extend>(&message)) return take(std::move(extend->extension), done);
        if (auto* cosign = std::get_if<sync::Cosign>(&message)) {
            auto taken = node_.take_cosignatures(cosign->cosigned);
            if (taken) done.cosignatures += cosign->cosigned.lines.size();
            return note(std::move(taken), cosign->cosigned.log, done);
        }
        return fail(ErrorKind::verification, "a bundle holds extensions and cosignatures alone");
    }

  private:
    Result<void> take(sync::Extension extension, TakeBundleDone& done) {
        const auto log = extension.log;
        const auto entries = extension.entries.size();
        const auto registry = node_.registry();
        if (!registry) return fail(ErrorKind::refused, "this node is not enrolled yet: it takes no bundle");
        if (!is_welcome(*registry, node_.identity(), log)) {
            return note(fail(ErrorKind::refused, "a log that is not of an office below, nor an inbox of this office"), log, done);
        }
        const bool is_registry = log == registry->log_id();
        auto stored = node_.take(std::move(extension));
        if (!stored && is_registry) return std::unexpected(std::move(stored).error());
        if (stored) (is_registry ? done.registry_entries : done.entries) += entries;
        return note(stored ? Result<void>{} : std::unexpected(std::move(stored).error()), log, done);
    }

    Result<void> note(Result<void> taken, const sync::LogId& log, TakeBundleDone& done) {
        if (taken) return {};
        if (taken.error().kind == ErrorKind::storage) return taken;
        const auto registry = node_.registry();
        const auto* record = registry ? registry->find_node(log) : nullptr;
        done.refusals.push_back(fmt::format("{}: {}", record != nullptr ? record->origin : to_hex(log.view()), taken.error().message));
        return {};
    }

    Node& node_;
};

}  // namespace

Result<TakeBundleDone> take_bundle(Node& node, const TakeBundle& request) {
    auto bundle = BundleReader::open(request.file, node.identity());
    if (!bundle) return std::unexpected(std::move(bundle).error());
    TakeBundleDone done;
    done.head = cbor::encode(bundle->head());
    done.messages_done = request.messages_done;
    for (std::uint64_t skipped = 0; skipped < request.messages_done; ++skipped) {
        const auto passed = bundle->next();
        if (!passed) return std::unexpected(passed.error());
    }
    std::size_t bytes_taken = 0;
    if (auto begun = node.begin(); !begun) return std::unexpected(std::move(begun).error());
    BundleTaker taker(node);
    while (bytes_taken < budget_bytes) {
        auto bytes = bundle->next();
        auto message = bytes && *bytes ? sync::decode_message(**bytes) : Result<sync::Message>(fail(ErrorKind::verification, "a bundle that ends early"));
        if (bytes && !*bytes) {
            done.is_whole = true;
            break;
        }
        auto taken = !bytes ? Result<void>(std::unexpected(bytes.error())) : !message ? Result<void>(std::unexpected(message.error())) : taker.take(std::move(*message), done);
        if (!taken) {
            node.rollback();
            return std::unexpected(std::move(taken).error());
        }
        bytes_taken += (*bytes)->size();
        ++done.messages_done;
    }
    auto committed = node.commit();
    if (!committed) return std::unexpected(std::move(committed).error());
    for (const auto& withheld : committed->withheld) done.refusals.push_back(withheld.message);
    return done;
}

}  // namespace motcua::node
