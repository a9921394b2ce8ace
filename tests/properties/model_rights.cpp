// What an act's signer was entitled to, whatever the dossier: the registry's word read entry by entry (FORMAT.md, Rights), and section 6,
// rule 5: what stops acts from taking effect.

#include <algorithm>

#include "tests/properties/model.hpp"

namespace motcua::tests::properties {

using sync::Kind;
using sync::KindClass;

namespace {

constexpr std::uint64_t day_ms = 86'400'000, hanoi_is_ahead_ms = 7 * 3'600'000;

std::int64_t day_of_claim(const sync::Act& act) { return static_cast<std::int64_t>((act.payload.at_ms + hanoi_is_ahead_ms) / day_ms); }

}  // namespace

// --- who signs ---

std::optional<sync::OfficerContent> Law::officer(const sync::PublicKey& key, std::uint64_t size) const {
    std::optional<sync::OfficerContent> found;
    for (const Listed& listed : city_.listed) {
        if (listed.from_size <= size && listed.key == key) found = listed.officer;
    }
    return found;
}

bool Law::was_ever_listed(const sync::PublicKey& key, std::uint64_t size) const {
    return std::any_of(city_.listed.begin(), city_.listed.end(), [&](const Listed& listed) { return listed.from_size <= size && listed.key == key; });
}

bool Law::has_ended(const sync::PublicKey& key, std::uint64_t after_size, std::uint64_t size) const {
    return std::any_of(city_.listed.begin(), city_.listed.end(), [&](const Listed& listed) {
        return listed.key == key && !listed.officer && listed.from_size > after_size && listed.from_size <= size;
    });
}

// Own ones, and an absent officer's on the days named: the latest word on the two counts, unless either has ended since, or while they
// are of two offices. Never more than the absent one holds.
std::uint32_t Law::roles(const sync::PublicKey& key, std::uint64_t size, std::int64_t day) const {
    const auto own = officer(key, size);
    if (!own) return 0;
    std::uint32_t held = own->roles;
    for (auto word = city_.standing_in.begin(); word != city_.standing_in.end(); ++word) {
        if (word->key != key || word->from_size > size) continue;
        const auto is_later = [&](const StandsIn& other) {
            return other.key == key && other.content.absent == word->content.absent && other.from_size <= size;
        };
        if (std::any_of(word + 1, city_.standing_in.end(), is_later)) continue;
        if (day < word->content.first_day || day > word->content.last_day) continue;
        if (has_ended(key, word->from_size, size) || has_ended(word->content.absent, word->from_size, size)) continue;
        const auto absent = officer(word->content.absent, size);
        if (absent && absent->office == own->office) held |= word->content.roles & absent->roles;
    }
    return held;
}

bool Law::may_sign(const sync::Act& act) const {
    const sync::Payload& payload = act.payload;
    const auto own = officer(payload.signer, payload.registry);
    return own && own->office == office_of(payload.log) && (roles(payload.signer, payload.registry, day_of_claim(act)) & sync::roles_for(payload.kind).bits) != 0;
}

// By a head, of roles that the head holds that day, for a key that no registry has listed. It says nothing once one has.
Authority Law::admitted(const sync::Act& act, const sync::Act& admission) const {
    const auto granted = sync::from_item<sync::AdmitContent>(admission.payload.content);
    if (admission.payload.registry > city_.size()) return Authority::waiting;
    const std::uint32_t held = roles(admission.payload.signer, admission.payload.registry, day_of_claim(admission));
    const bool is_good = is_working(admission) && may_sign(admission) && (granted->roles & ~held) == 0 && !was_ever_listed(act.payload.signer, admission.payload.registry);
    return is_good && (granted->roles & sync::roles_for(act.payload.kind).bits) != 0 ? Authority::entitled : Authority::not_entitled;
}

bool Law::is_working(const sync::Act& act) const {
    return std::none_of(city_.retired_nodes.begin(), city_.retired_nodes.end(), [&](const NodeRetired& node) {
        return node.log == act.payload.log && node.from_size <= act.payload.registry;
    });
}

// --- rule 5: what an act of the registry stops ---

// The lowest cut of all revocations of the key wins; a log that one of them does not name is cut at 0.
bool Law::is_cut(const sync::Act& act) const {
    return std::any_of(city_.placed.begin(), city_.placed.end(), [&](const Placed& placed) {
        if (!placed.revocation || placed.revoked != act.payload.signer) return false;
        std::uint64_t cut = 0;
        for (const auto& named : placed.revocation->cuts) {
            if (named.log == act.payload.log) cut = named.size;
        }
        return act.payload.seq >= cut;
    });
}

// A confirmation may itself have been cut, and confirmed.
bool Law::is_confirmed(const sync::Act& act) {
    if (!being_confirmed_.insert(act.id).second) return false;
    const bool is_confirmed = std::any_of(acts_.begin(), acts_.end(), [&](const auto& other) { return confirms(*other.second, act); });
    being_confirmed_.erase(act.id);
    return is_confirmed;
}

// A head of the author's office, or of one above.
bool Law::confirms(const sync::Act& confirmation, const sync::Act& act) {
    if (confirmation.payload.kind != Kind::confirm || !confirmation.payload.prior || !acts_.contains(*confirmation.payload.prior)) return false;
    if (own_authority(confirmation) != Authority::entitled) return false;
    const auto content = sync::from_item<sync::ConfirmContent>(confirmation.payload.content);
    return content->act == act.id && city_.find_line(act.payload.log) != nullptr &&
           is_at_or_above(office_of(confirmation.payload.log), office_of(act.payload.log), confirmation.payload.registry);
}

// By the act alone: its signer's rights at the registry size that it cites, whether cut, whether its kind is known. A quarantined
// admission takes what rests on it along; a confirmation lifts the quarantine of its one act, whichever of the two it came from.
Authority Law::own_authority(const sync::Act& act) {
    const sync::Payload& payload = act.payload;
    const bool is_cut_off = is_cut(act);
    const auto unless_cut = [&](bool is_quarantined, Authority found) {
        return is_quarantined && !is_confirmed(act) ? Authority::quarantined : found;
    };
    if (payload.registry > city_.size()) return unless_cut(is_cut_off, Authority::waiting);
    const KindClass kind_class = sync::class_of(payload.kind);
    if (!is_working(act) || kind_class == KindClass::log || kind_class == KindClass::registry) return unless_cut(is_cut_off, Authority::not_entitled);
    if (kind_class == KindClass::unknown) return unless_cut(is_cut_off, Authority::opaque);
    const bool has_form = sync::content_fits(payload.kind, payload.content);
    if (may_sign(act)) return unless_cut(is_cut_off, has_form ? Authority::entitled : Authority::not_entitled);
    if (was_ever_listed(payload.signer, payload.registry)) return unless_cut(is_cut_off, Authority::not_entitled);
    bool rests_on_cut = false;
    Authority found = Authority::not_entitled;
    for (const sync::Act* admission : admissions_) {
        const bool is_earlier = admission->payload.log == payload.log && admission->payload.seq < payload.seq;
        if (!is_earlier || admission->payload.subject != to_bytes(payload.signer.view())) continue;
        const Authority through_it = has_form ? admitted(act, *admission) : Authority::not_entitled;
        if (through_it != Authority::not_entitled && !is_cut(*admission)) return unless_cut(is_cut_off, through_it);
        if (is_cut(*admission)) rests_on_cut = true, found = through_it;
    }
    return unless_cut(is_cut_off || rests_on_cut, found);
}

}  // namespace motcua::tests::properties
