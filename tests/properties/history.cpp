#include "tests/properties/history.hpp"

#include <algorithm>

#include "tests/properties/contents.hpp"
#include "tests/properties/dice.hpp"

namespace motcua::tests::properties {
namespace {

using sync::Kind;

constexpr std::uint64_t start_ms = 1'760'000'000'000, minute_ms = 60'000;
constexpr std::size_t acts_max = 60;  // each desk knows a set of them, one bit an act

// What the author of an act believed of the chain up to it. Only a hint for plausible next acts: verdicts are the fold's.
struct Belief {
    bool is_on_chain = false;  // a move, or the creating act
    bool is_likely = false;    // entitled, as far as one can see
    std::size_t prior = 0;
    std::size_t holder = 0;    // index of a line
    bool is_offered = false;
    sync::OfficeId to;
    int status = 0;            // the national code
    std::optional<std::size_t> given_by;  // the line to which the holder may hand back
};

struct Desk {
    std::uint64_t next_seq = 0;
    std::uint64_t registry = 0;
    std::uint64_t known = 0;
};

std::span<const Kind> plausible_moves(int status) {
    static const std::array at_the_counter{Kind::receive, Kind::receive, Kind::ask_supplement, Kind::decline};
    static const std::array received{Kind::assign, Kind::assign, Kind::stop};
    static const std::array handled{Kind::assign, Kind::ask_supplement, Kind::submit_for_signature, Kind::sign, Kind::number, Kind::complete,
                                    Kind::complete, Kind::return_unresolved, Kind::extend, Kind::ask_payment, Kind::stop};
    static const std::array paused{Kind::resume, Kind::resume, Kind::receive, Kind::stop};
    static const std::array resolved{Kind::correct_result, Kind::revoke_result};
    if (status == 1) return at_the_counter;
    if (status == 2) return received;
    if (status == 5 || status == 6) return paused;
    if (status == 9) return resolved;
    return handled;
}

int status_after(int status, Kind kind) {
    switch (kind) {
        case Kind::receive: return 2;
        case Kind::decline: return 3;
        case Kind::ask_supplement: return 5;
        case Kind::ask_payment: return 6;
        case Kind::stop: return 8;
        case Kind::complete:
        case Kind::return_unresolved:
        case Kind::correct_result:
        case Kind::revoke_result: return 9;
        case Kind::hand_over:
        case Kind::take_over:
        case Kind::hand_back:
        case Kind::seize: return status;
        default: return 4;
    }
}

class Play {
  public:
    explicit Play(std::uint64_t seed) : dice_(seed), city_(dice_.one_of(small_cities())) {
        history_.city = &city_;
        history_.seed = seed;
        for (std::size_t line = 0; line < city_.lines.size(); ++line) {
            desks_.push_back({1 + dice_.below(3), city_.base_size + (dice_.chance(50) ? 0 : dice_.below(city_.registries.size())), 0});
        }
        const std::size_t people = 2 + dice_.below(3);
        cast_.push_back(dice_.chance(80) ? leading_part() : dice_.below(city_.lines.size()));
        while (cast_.size() < people) cast_.push_back(dice_.chance(50) ? leading_part() : dice_.below(city_.lines.size()));
        offline_percent_ = 20 + dice_.below(75);
        create();
        const std::size_t steps = dice_.chance(5) ? 20 + dice_.below(35) : 3 + dice_.below(15);
        for (std::size_t step = 0; step < steps && history_.acts.size() < acts_max; ++step) play();
    }
    History take() && { return std::move(history_); }

  private:
    // --- the play ---
    // The commune with two nodes, and its neighbour.
    std::size_t leading_part() {
        const Line& line = city_.line(dice_.chance(75) ? dice_.chance(50) ? "first" : "first2" : "second");
        return static_cast<std::size_t>(&line - city_.lines.data());
    }

    void create() {
        const std::size_t line = cast_[0];
        const Kind kind = dice_.chance(75) ? Kind::receive : dice_.chance(80) ? Kind::submitted : Kind::imported;
        const std::uint64_t seq = desks_[line].next_seq;
        history_.id = dossier_id_at(city_.lines[line].log, seq);
        state(line, kind, std::nullopt, content_of(kind, start_ms, dice_));
        believe({true, true, 0, line, false, {}, kind == Kind::submitted ? 1 : kind == Kind::receive ? 2 : 4, {}});
        neighbour_ = history_.id;
        neighbour_.bytes.back() = ~neighbour_.bytes.back();
        if (!dice_.chance(4)) return;
        reuse_seq_ = seq;
        const Kind twin = dice_.chance(70) ? kind : Kind::submitted;
        state(line, twin, std::nullopt, content_of(twin, start_ms + minute_ms, dice_));
        believe({true, true, 0, line, false, {}, twin == Kind::submitted ? 1 : 2, {}});
    }

    void play() {
        const std::size_t line = dice_.chance(90) ? dice_.one_of(cast_) : dice_.below(city_.lines.size());
        Desk& desk = desks_[line];
        if (!dice_.chance(offline_percent_)) desk.known |= dice_.chance(60) ? everything() : desks_[dice_.one_of(cast_)].known;
        if (dice_.chance(15) && desk.registry < city_.size()) desk.registry += 1 + dice_.below(city_.size() - desk.registry);
        if (dice_.chance(1)) desk.registry = city_.size() + 1;
        if (dice_.chance(2) && desk.next_seq > 1) reuse_seq_ = desk.next_seq - 1 - dice_.below(std::min<std::uint64_t>(3, desk.next_seq - 1));
        if (dice_.chance(5)) return fork();
        const std::uint64_t roll = dice_.below(100);
        if (roll < 62) return move(line);
        if (roll < 82) return fact(line);
        if (roll < 91) return arbitrate(line);
        if (roll < 94) return confirm(line);
        if (roll < 96) return admit(line);
        if (roll < 98) return stray(line);
        odd(line);
    }

    void move(std::size_t line) {
        const bool is_careless = dice_.chance(7);
        const auto known = known_of(line, [&](std::size_t act) { return beliefs_[act].is_on_chain && (beliefs_[act].is_likely || is_careless); });
        if (known.empty()) return;
        std::vector<std::size_t> mine;
        for (const std::size_t act : known) {
            const Belief& belief = beliefs_[act];
            const bool can = belief.is_offered ? belief.to == city_.lines[line].office && belief.holder != line : belief.holder == line;
            if (can && belief.status != 3 && belief.status != 8) mine.push_back(act);
        }
        if (!mine.empty() && dice_.chance(88)) return move_after(line, dice_.chance(65) ? mine.back() : dice_.one_of(mine));
        const std::size_t prior = dice_.chance(60) ? known.back() : dice_.one_of(known);
        const sync::OfficeId& holder = city_.lines[beliefs_[prior].holder].office;
        const bool may_seize = beliefs_[prior].holder != line && city_.registry().is_at_or_below(holder, city_.lines[line].office);
        if (may_seize && dice_.chance(70)) return state_move(line, Kind::seize, prior, true);
        if (city_.registry().successor_at(holder, city_.size()) == city_.lines[line].office) return state_move(line, Kind::take_over, prior, true);
        if (dice_.chance(12)) state_move(line, dice_.one_of(every_move), prior, false);
    }

    void move_after(std::size_t line, std::size_t prior) {
        const Belief& belief = beliefs_[prior];
        if (belief.is_offered) return state_move(line, dice_.chance(85) ? Kind::take_over : Kind::hand_back, prior, true);
        const std::uint64_t roll = dice_.below(100);
        if (belief.given_by && roll < 20) return state_move(line, Kind::hand_back, prior, true);
        if (roll < 47) return state_move(line, Kind::hand_over, prior, true);
        if (roll < 50) return state_move(line, Kind::hand_back, prior, false);
        if (roll < 97) return state_move(line, dice_.one_of(plausible_moves(belief.status)), prior, true);
        state_move(line, dice_.one_of(every_move), prior, false);
    }

    // A cloned machine: another act at a place of the log that is taken, after the same prior.
    void fork() {
        const std::size_t first = dice_.below(history_.acts.size());
        const Belief& belief = beliefs_[first];
        if (!belief.is_on_chain || !history_.acts[first].payload.prior) return;
        const auto at = std::find_if(city_.lines.begin(), city_.lines.end(), [&](const Line& line) { return line.log == history_.acts[first].payload.log; });
        reuse_seq_ = history_.acts[first].payload.seq;
        const Kind kind = history_.acts[first].payload.kind;
        const bool is_custody = kind == Kind::take_over || kind == Kind::seize || dice_.chance(30);
        state_move(static_cast<std::size_t>(at - city_.lines.begin()), is_custody ? kind : Kind::hand_over, belief.prior, belief.is_likely);
    }

    void state_move(std::size_t line, Kind kind, std::size_t prior, bool is_likely) {
        cbor::Item content = content_of(kind, now(), dice_);
        Belief next = beliefs_[prior];
        next.prior = prior;
        next.is_on_chain = true;
        next.is_likely = next.is_likely && is_likely;
        next.status = status_after(next.status, kind);
        if (kind == Kind::hand_over) {
            std::size_t target = dice_.chance(30) ? leading_part() : dice_.chance(70) ? dice_.one_of(cast_) : dice_.below(city_.lines.size());
            if (target == line) target = dice_.below(city_.lines.size());
            const Line& to = city_.lines[target];
            content = sync::to_item(sync::HandOverContent{to.office, dice_.chance(20) ? std::optional(to.log) : std::nullopt, std::nullopt,
                                                          dice_.chance(20) ? std::optional(now() + 1000 * minute_ms) : std::nullopt});
            next.is_offered = true;
            next.to = to.office;
            next.holder = line;
        } else if (kind == Kind::hand_back) {
            next.is_offered = true;
            next.to = city_.lines[next.given_by.value_or(next.holder)].office;
            next.given_by.reset();
            next.holder = line;
        } else if (kind == Kind::take_over || kind == Kind::seize) {
            const bool is_handed_over = kind == Kind::take_over && history_.acts[prior].payload.kind == Kind::hand_over;
            next.given_by = is_handed_over ? std::optional(next.holder) : std::nullopt;
            next.is_offered = false;
            next.holder = line;
        } else if (kind == Kind::resume && dice_.chance(80)) {
            content = sync::to_item(sync::ResumeContent{some_position(beliefs_[prior].status == 6 ? Kind::paid : Kind::supplement_handed_in)});
        } else if (kind == Kind::stop) {
            content = sync::to_item(sync::StopContent{static_cast<sync::StopGround>(1 + dice_.below(3)), some_position(Kind::withdrawal_asked)});
        } else if (kind == Kind::correct_result || kind == Kind::revoke_result) {
            content = sync::to_item(sync::MendResultContent{some_position(Kind::complete).value_or(sync::Position{}), dice_.chance(30)});
        }
        state(line, kind, history_.acts[prior].id, std::move(content));
        const sync::PublicKey& signer = history_.acts.back().payload.signer;
        const bool is_for_heads = kind == Kind::seize && city_.standing_in.empty();
        next.is_likely = next.is_likely && (signer == city_.lines[line].chief || (signer == city_.lines[line].clerk && !is_for_heads));
        believe(next);
    }

    void fact(std::size_t line) {
        const auto known = known_of(line, [&](std::size_t act) { return beliefs_[act].is_on_chain || dice_.chance(4); });
        if (known.empty()) return;
        const std::size_t prior = dice_.chance(60) ? known.back() : dice_.one_of(known);
        const int status = beliefs_[prior].is_on_chain ? beliefs_[prior].status : 0;
        const bool is_awaited = (status == 5 || status == 6) && dice_.chance(60);
        const Kind kind = !is_awaited ? dice_.one_of(every_fact) : status == 5 ? Kind::supplement_handed_in : Kind::paid;
        cbor::Item content = content_of(kind, now(), dice_);
        if (kind == Kind::consult) {
            content = sync::to_item(sync::ConsultContent{city_.lines[dice_.below(city_.lines.size())].office, std::nullopt});
        } else if (kind == Kind::opinion) {
            const auto asked = some_position(Kind::consult);
            content = sync::to_item(sync::OpinionContent{asked.value_or(sync::Position{city_.lines[line].log, sync::Seq{dice_.below(9)}})});
        } else if (kind == Kind::contact_corrected) {
            const auto earlier = some_position(Kind::contact_corrected);
            content = sync::to_item(sync::ContactCorrectedContent{earlier ? std::vector{*earlier} : std::vector<sync::Position>{}});
        } else if (kind == Kind::erase) {
            content = sync::to_item(sync::EraseContent{{dice_.one_of(history_.acts).position()}, "Điều 16"});
        }
        state(line, kind, history_.acts[prior].id, std::move(content));
        believe({});
    }

    // Of a branching that the desk knows, or now and then of anything.
    void arbitrate(std::size_t line) {
        const auto moves = known_of(line, [&](std::size_t act) { return beliefs_[act].is_on_chain; });
        if (moves.empty()) return;
        std::size_t child = dice_.one_of(moves);
        for (int attempt = 0; attempt < 6 && !has_rival(child); ++attempt) child = dice_.one_of(moves);
        if (!has_rival(child) && dice_.chance(80)) return;
        sync::ArbitrateContent content{history_.acts[child].payload.prior, history_.acts[child].id, {}};
        if (dice_.chance(4)) content.after = dice_.one_of(history_.acts).id;
        if (dice_.chance(2)) content.stands = unknown_id();
        for (const auto& [act, decided] : arbitrations_) {
            if (decided.after == content.after && dice_.chance(60)) content.cites.push_back(history_.acts[act].id);
        }
        const std::size_t above = dice_.chance(70) ? dice_.below(city_.lines.size()) : line;
        const std::size_t author = city_.registry().is_at_or_below(city_.lines[line].office, city_.lines[above].office) ? above : line;
        desks_[author].known |= desks_[line].known;
        state(author, Kind::arbitrate, history_.acts[dice_.chance(90) ? child : dice_.one_of(moves)].id, sync::to_item(content));
        arbitrations_.emplace_back(history_.acts.size() - 1, content);
        believe({});
    }

    void confirm(std::size_t line) {
        const std::size_t act = dice_.below(history_.acts.size());
        const sync::ActId target = dice_.chance(96) ? history_.acts[act].id : unknown_id();
        state(line, Kind::confirm, history_.acts[dice_.below(history_.acts.size())].id, sync::to_item(sync::ConfirmContent{target}));
        believe({});
    }

    // From then on the stranger signs now and then: see signer_of.
    void admit(std::size_t line) {
        reuse_seq_.reset();
        if (desks_[line].known == 0) desks_[line].known = everything();
        Writing writing = writing_of(line, Kind::admit, std::nullopt, sync::to_item(sync::AdmitContent{dice_.chance(70) ? 3U : 7U}));
        writing.subject = to_bytes(city_.lines[line].stranger.view());
        add(line, writing);
        admitting_.push_back(line);
        believe({});
    }

    // Of another dossier, and what takes it for a prior: an act of either may name one of the other.
    void stray(std::size_t line) {
        const auto strays = known_of(line, [&](std::size_t act) { return history_.acts[act].payload.subject == to_bytes(neighbour_.view()); });
        const bool is_ours = !strays.empty() && dice_.chance(60);
        Kind kind = dice_.chance(50) ? dice_.one_of(every_move) : dice_.one_of(every_fact);
        std::optional<sync::ActId> prior = history_.acts[dice_.below(history_.acts.size())].id;
        if (!strays.empty()) prior = history_.acts[dice_.one_of(strays)].id;
        if (!is_ours && dice_.chance(60)) prior.reset(), kind = Kind::receive;
        cbor::Item content = content_of(kind, now(), dice_);
        if (is_ours && dice_.chance(30)) {
            const sync::ActId foreign = *prior;
            kind = dice_.chance(50) ? Kind::arbitrate : Kind::confirm;
            prior = dice_.chance(50) ? foreign : history_.acts.front().id;
            content = kind == Kind::confirm ? sync::to_item(sync::ConfirmContent{foreign})
                                            : sync::to_item(sync::ArbitrateContent{history_.acts.front().id, foreign, {foreign}});
        }
        Writing writing = writing_of(line, kind, prior, std::move(content));
        if (!is_ours) writing.subject = to_bytes(neighbour_.view());
        add(line, writing);
        believe({});
    }

    void odd(std::size_t line) {
        const std::uint64_t roll = dice_.below(8);
        std::optional<sync::ActId> prior = history_.acts[dice_.below(history_.acts.size())].id;
        Kind kind = dice_.one_of(every_move);
        if (roll == 0) kind = static_cast<Kind>(dice_.chance(50) ? 120 : 180);
        if (roll == 1) prior = unknown_id();
        if (roll == 2) prior = std::nullopt;
        if (roll == 3) kind = dice_.one_of(every_fact), prior = unknown_id();
        if (roll == 4) kind = Kind::note, prior = std::nullopt;
        if (roll == 5) kind = static_cast<Kind>(180);
        if (roll >= 6) {  // beside the tree, and hanging on nothing that is here
            if (roll == 6) prior = unknown_id();
            else prior.reset();
            const sync::ActId target = dice_.one_of(history_.acts).id;
            const bool confirms = dice_.chance(50);
            state(line, confirms ? Kind::confirm : Kind::arbitrate, prior,
                  confirms ? sync::to_item(sync::ConfirmContent{target}) : sync::to_item(sync::ArbitrateContent{dice_.one_of(history_.acts).payload.prior, target, {}}));
            return believe({});
        }
        state(line, kind, prior, sync::empty_content(kind));
        Belief belief = {};
        if (prior && roll == 5) belief.is_on_chain = true;
        believe(belief);
    }

    // --- the pen ---
    void state(std::size_t line, Kind kind, std::optional<sync::ActId> prior, cbor::Item content) {
        add(line, writing_of(line, kind, prior, std::move(content)));
    }
    Writing writing_of(std::size_t line, Kind kind, std::optional<sync::ActId> prior, cbor::Item content) {
        Desk& desk = desks_[line];
        const std::uint64_t seq = reuse_seq_ ? *reuse_seq_ : desk.next_seq;
        if (!reuse_seq_) desk.next_seq += 1 + (dice_.chance(10) ? 1 : 0);
        reuse_seq_.reset();
        return {&city_.lines[line], seq, desk.registry, signer_of(line), kind, to_bytes(history_.id.view()), prior, std::move(content), now()};
    }
    sync::PublicKey signer_of(std::size_t line) {
        const Line& own = city_.lines[line];
        if (std::find(admitting_.begin(), admitting_.end(), line) != admitting_.end() && dice_.chance(40)) return own.stranger;
        const std::uint64_t chiefs = city_.standing_in.empty() ? 80 : 30;  // who is away signs less
        const std::uint64_t roll = dice_.below(100);
        if (roll < chiefs) return own.chief;
        if (roll < 95) return own.clerk;
        if (roll < 97) return own.anew;
        return roll < 98 ? own.stranger : dice_.one_of(city_.lines).chief;
    }
    void add(std::size_t line, const Writing& writing) {
        desks_[line].known |= std::uint64_t{1} << history_.acts.size();
        history_.acts.push_back(write_act(writing, dice_.next()));
    }
    void believe(const Belief& belief) {
        if (beliefs_.size() < history_.acts.size()) beliefs_.push_back(belief);
    }

    [[nodiscard]] std::uint64_t now() const { return start_ms + history_.acts.size() * 97 * minute_ms; }
    [[nodiscard]] std::uint64_t everything() const { return (std::uint64_t{1} << history_.acts.size()) - 1; }
    [[nodiscard]] sync::ActId unknown_id() { return sync::ActId{crypto::sha256(as_bytes(std::to_string(dice_.next()))).bytes}; }
    [[nodiscard]] bool has_rival(std::size_t child) const {
        return std::any_of(history_.acts.begin(), history_.acts.end(), [&](const sync::Act& act) {
            return act.id != history_.acts[child].id && sync::class_of(act.payload.kind) != sync::KindClass::fact &&
                   act.payload.prior == history_.acts[child].payload.prior;
        });
    }
    template <class Wanted>
    std::vector<std::size_t> known_of(std::size_t line, Wanted wanted) const {
        std::vector<std::size_t> known;
        for (std::size_t act = 0; act < history_.acts.size(); ++act) {
            if ((desks_[line].known >> act & 1) != 0 && wanted(act)) known.push_back(act);
        }
        return known;
    }
    std::optional<sync::Position> some_position(Kind kind) {
        std::vector<sync::Position> found;
        for (const sync::Act& act : history_.acts) {
            if (act.payload.kind == kind) found.push_back(act.position());
        }
        if (found.empty()) return std::nullopt;
        return dice_.one_of(found);
    }

    Dice dice_;
    const SmallCity& city_;
    History history_;
    sync::DossierId neighbour_;        // another dossier, of which stray acts are
    std::vector<Desk> desks_;
    std::vector<Belief> beliefs_;      // one an act
    std::vector<std::size_t> cast_;    // lines that play the leading parts
    std::vector<std::size_t> admitting_;
    std::vector<std::pair<std::size_t, sync::ArbitrateContent>> arbitrations_;
    std::optional<std::uint64_t> reuse_seq_;
    std::uint64_t offline_percent_ = 0;
};

}  // namespace

History generate_history(std::uint64_t seed) { return Play(seed).take(); }

sync::Act write_act(const Writing& writing, std::uint64_t identity) {
    sync::Act act;
    sync::Payload& payload = act.payload;
    payload.log = writing.line->log;
    payload.seq = writing.seq;
    payload.registry = writing.registry;
    payload.signer = writing.signer;
    payload.at_ms = writing.at_ms;
    payload.kind = writing.kind;
    payload.subject = writing.subject;
    payload.prior = writing.prior;
    payload.content = writing.content;
    Dice dice(identity);
    for (std::byte& byte : act.id.bytes) byte = static_cast<std::byte>(dice.below(256));
    return act;
}

sync::DossierId dossier_id_at(const sync::LogId& log, std::uint64_t seq) {
    Bytes bytes = to_bytes(log.view().first(8));
    append_be(bytes, seq, 4);
    append_be(bytes, 0x6d6f7463, 4);
    return *sync::DossierId::from(bytes);
}

History shrink(History history, const std::function<bool(const History&)>& still_fails) {
    for (bool is_smaller = true; is_smaller;) {
        is_smaller = false;
        for (std::size_t act = history.acts.size(); act-- > 0;) {
            History without = history;
            without.acts.erase(without.acts.begin() + static_cast<std::ptrdiff_t>(act));
            if (!still_fails(without)) continue;
            history = std::move(without);
            is_smaller = true;
        }
    }
    return history;
}

}  // namespace motcua::tests::properties
