#pragma once
/// A history written by hand, in a small city where nothing changes unless another is named: for cases that a person can follow.

#include "tests/properties/folding.hpp"
#include "tests/properties/model.hpp"

namespace motcua::tests::properties {

class Script {
  public:
    explicit Script(std::string_view city_name = "nothing later", std::string_view creator = "first", sync::Kind kind = sync::Kind::receive) {
        for (const SmallCity& city : small_cities()) {
            if (city.name == city_name) history_.city = &city;
        }
        ensure(history_.city != nullptr, "a city of small_cities()");
        registry_ = history_.city->base_size;
        history_.id = dossier_id_at(line(creator).log, 1);
        created_ = write(creator, kind, std::nullopt, sync::empty_content(kind));
    }

    [[nodiscard]] const sync::ActId& created() const { return created_; }
    /// Acts from now on cite this many entries more than the city began with.
    void cite(std::uint64_t later_entries) { registry_ = history_.city->base_size + later_entries; }
    /// The next act takes this place in its log, though another is there.
    void fork_at(std::uint64_t seq) { fork_ = seq; }
    void sign_as_clerk() { is_clerk_ = true; }

    sync::ActId act(std::string_view author, sync::Kind kind, const sync::ActId& prior) { return write(author, kind, prior, sync::empty_content(kind)); }
    template <class Content>
    sync::ActId act(std::string_view author, sync::Kind kind, const sync::ActId& prior, const Content& content) {
        return write(author, kind, prior, sync::to_item(content));
    }
    /// To the office of that line.
    sync::ActId hand_over(std::string_view author, std::string_view to, const sync::ActId& prior) {
        return act(author, sync::Kind::hand_over, prior, sync::HandOverContent{line(to).office, {}, {}, {}});
    }
    /// Handed over and taken.
    sync::ActId move_to(std::string_view from, std::string_view to, const sync::ActId& prior) {
        return act(to, sync::Kind::take_over, hand_over(from, to, prior));
    }
    sync::ActId arbitrate(std::string_view author, std::optional<sync::ActId> after, const sync::ActId& stands, std::vector<sync::ActId> cites = {}) {
        return act(author, sync::Kind::arbitrate, stands, sync::ArbitrateContent{after, stands, std::move(cites)});
    }

    /// What the fold says.
    [[nodiscard]] sync::Standing standing(const sync::ActId& id) const {
        for (const sync::DossierAct& act : dossier().acts) {
            if (act.id == id) return act.verdict.standing;
        }
        ensure(false, "an act of this script");
        return {};
    }
    [[nodiscard]] sync::Dossier dossier() const { return fold(history_); }
    [[nodiscard]] const History& history() const { return history_; }
    [[nodiscard]] const Line& line(std::string_view name) const { return history_.city->line(name); }
    [[nodiscard]] sync::Position last_position() const { return history_.acts.back().position(); }

  private:
    sync::ActId write(std::string_view author, sync::Kind kind, std::optional<sync::ActId> prior, cbor::Item content) {
        std::uint64_t seq = 1;
        for (const sync::Act& act : history_.acts) {
            if (act.payload.log == line(author).log) seq = std::max(seq, act.payload.seq + 1);
        }
        const std::uint64_t at_ms = 1'760'000'000'000 + history_.acts.size() * 3'600'000;
        history_.acts.push_back(write_act({&line(author), fork_.value_or(seq), registry_, is_clerk_ ? line(author).clerk : line(author).chief, kind,
                                           to_bytes(history_.id.view()), prior, std::move(content), at_ms},
                                          history_.acts.size() + 1));
        fork_.reset();
        is_clerk_ = false;
        return history_.acts.back().id;
    }

    History history_;
    sync::ActId created_;
    std::uint64_t registry_ = 0;
    std::optional<std::uint64_t> fork_;
    bool is_clerk_ = false;
};

}  // namespace motcua::tests::properties
