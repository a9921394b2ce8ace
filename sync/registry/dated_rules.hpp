#pragma once
/// Rules of one kind by name, the day from which they hold, and the registry size that stated them. Contents are shared by
/// copies, so that a registry with a thousand procedures copies in microseconds.

#include <algorithm>
#include <compare>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "sync/act/registry_content.hpp"

namespace motcua::sync {

[[nodiscard]] inline std::string_view name_of_rule(const ProcedureContent& content) { return content.code; }
[[nodiscard]] inline std::string_view name_of_rule(const RuleSetContent& content) { return content.name; }

/// `Content` has `valid_from_day`; `name_of_rule(content)` says what it is called.
template <class Content>
class DatedRules {
  public:
    void add(std::uint64_t from_size, Content content) {
        auto shared = std::make_shared<const Content>(std::move(content));
        const auto place = std::upper_bound(entries_.begin(), entries_.end(), key_of(*shared, from_size),
                                            [](const Key& key, const Entry& entry) { return key < key_of(*entry.content, entry.from_size); });
        entries_.insert(place, Entry{from_size, std::move(shared)});
    }

    /// Of those that a registry of `size` entries had and that hold by `day`, the one of the latest day; of several for one
    /// day, the latest stated. Null where there is none. Lives as long as any copy of these rules.
    [[nodiscard]] const Content* find(std::string_view name, std::int64_t day, std::uint64_t size) const {
        auto place = std::upper_bound(entries_.begin(), entries_.end(), Key(name, day, ~std::uint64_t{0}),
                                      [](const Key& key, const Entry& entry) { return key < key_of(*entry.content, entry.from_size); });
        while (place != entries_.begin()) {
            --place;
            if (name_of_rule(*place->content) != name) return nullptr;
            if (place->from_size <= size) return place->content.get();
        }
        return nullptr;
    }

    /// The one stated last for exactly this name and day; null where there is none.
    [[nodiscard]] const Content* find_exactly(std::string_view name, std::int64_t day) const {
        const Content* found = find(name, day, ~std::uint64_t{0});
        return found != nullptr && found->valid_from_day == day ? found : nullptr;
    }

    /// Everything that stands: sorted by name and day, each the latest stated.
    [[nodiscard]] std::vector<std::shared_ptr<const Content>> standing() const {
        std::vector<std::shared_ptr<const Content>> all;
        for (const Entry& entry : entries_) {
            const bool replaces = !all.empty() && name_of_rule(*all.back()) == name_of_rule(*entry.content) &&
                                  all.back()->valid_from_day == entry.content->valid_from_day;
            if (replaces) all.pop_back();
            all.push_back(entry.content);
        }
        return all;
    }

  private:
    struct Entry {
        std::uint64_t from_size;
        std::shared_ptr<const Content> content;
    };
    using Key = std::tuple<std::string_view, std::int64_t, std::uint64_t>;
    static Key key_of(const Content& content, std::uint64_t from_size) { return {name_of_rule(content), content.valid_from_day, from_size}; }

    std::vector<Entry> entries_;  // sorted by key
};

}  // namespace motcua::sync
