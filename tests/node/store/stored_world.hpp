#pragma once
/// The small city of tests/support/world.hpp in a store on disk.

#include "node/store/views.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

class StoredWorld {
  public:
    Folder folder;
    World world;
    std::optional<node::Store> store = value_of(node::Store::open(folder.path()));

    void reopen() {
        store.reset();
        store.emplace(value_of(node::Store::open(folder.path())));
    }
    [[nodiscard]] sync::CheckedExtension check(sync::Extension extension, const sync::LogHead& base) {
        sync::SequentialSignatureChecker checker;
        return value_of(sync::check_extension(base, std::move(extension), checker, world.registry_roots()));
    }
    /// Entries from <= seq < to of a log, checked behind the head that is stored.
    [[nodiscard]] sync::CheckedExtension check_range(const TestNode& node, std::uint64_t from, std::uint64_t to) {
        const auto row = value_of(store->reader().log(node.id()));
        const auto base = row ? row->head : sync::LogHead::empty(node.log.head.origin, node.log.head.log_key, sync::LogClass::node);
        return check(node.log.extension(from, to), base);
    }
    [[nodiscard]] sync::CheckedExtension check(const TestNode& node, std::uint64_t seq) { return check_range(node, seq, seq + 1); }
    [[nodiscard]] std::uint64_t stored_size(const sync::LogId& log) {
        const auto row = value_of(store->reader().log(log));
        return row ? row->head.size() : 0;
    }
    /// What the log has beyond the store, an extension an entry, with views, in one commit.
    void store_all(const TestNode& node) {
        value_of(store->begin());
        for (auto seq = stored_size(node.id()); seq < node.log.acts.size(); ++seq) {
            const auto checked = check(node, seq);
            value_of(store->append(checked));
            value_of(node::update_views(*store, checked.acts(), world.registry));
        }
        value_of(store->commit());
    }
    /// The same in one extension.
    void store_at_once(const TestNode& node) {
        value_of(store->begin());
        const auto checked = check_range(node, stored_size(node.id()), node.log.acts.size());
        value_of(store->append(checked));
        value_of(node::update_views(*store, checked.acts(), world.registry));
        value_of(store->commit());
    }
    [[nodiscard]] sync::Dossier dossier(const sync::DossierId& id) {
        auto found = value_of(store->reader().dossier(id));
        ensure(found.has_value(), "the dossier is in the views");
        return std::move(*found);
    }
    /// The digest of the views, which a rebuild must not change.
    sync::Hash digest_through_rebuild() {
        const auto before = value_of(store->reader().state_digest());
        value_of(node::rebuild_views(*store, world.registry, {}));
        ensure(value_of(store->reader().state_digest()) == before, "a rebuild gives the views that were there");
        return before;
    }
};

}  // namespace motcua::tests
