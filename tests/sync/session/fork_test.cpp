/// Two histories of one log: both sides end with a document that convicts it.

#include "ends.hpp"
#include "sync/log/fork_proof.hpp"

namespace motcua::session_tests {
namespace {

void check_proof(const End& end, const std::string& origin, const PublicKey& key, std::optional<std::uint64_t> index) {
    REQUIRE(end.evidence.size() == 1);
    REQUIRE(end.evidence[0].proof);
    CHECK(end.evidence[0].proof->size() < fork_proof_bytes_max);
    const auto proof = ForkProof::decode(*end.evidence[0].proof);
    REQUIRE(proof);
    CHECK(verify_fork(*proof, origin, key));
    CHECK(proof->index == index);
}

}  // namespace

TEST_CASE("a fork found at equal sizes is proven on both sides by the two checkpoints alone") {
    City city(1, true);
    const Site& forked = city.commune();
    city.at(*city.hub) = twin_of(city, forked, 3, 2);
    city.at(city.city) = twin_of(city, forked, 5, 0);
    Ends ends(city, *city.hub, city.city);
    ends.run();
    CHECK(ends.a.error() == "");
    for (const End* end : {&ends.a, &ends.b}) check_proof(*end, forked.origin, forked.log_key.public_key(), std::nullopt);
    CHECK(ends.a.evidence[0].proof == ends.b.evidence[0].proof);
}

TEST_CASE("a fork found at other sizes is proven on both sides within the session that finds it") {
    for (const auto& [below, above] : {std::pair{4U, 2U}, {2U, 4U}, {200U, 1U}, {1U, 300U}}) {
        City city(1, true);
        const Site& forked = city.commune();
        city.at(*city.hub) = twin_of(city, forked, 3, below);
        city.at(city.city) = twin_of(city, forked, 3, above, 43);
        Ends ends(city, *city.hub, city.city);
        ends.run();
        CHECK(ends.a.error() == "");
        CHECK(ends.b.error() == "");
        for (const End* end : {&ends.a, &ends.b})
            check_proof(*end, forked.origin, forked.log_key.public_key(), 3 + std::min(below, above) - 1);
        CHECK(ends.a.finished->summary.entries_sent == 0);
        CHECK(ends.b.finished->summary.refusals.size() == 1);
    }
}

TEST_CASE("a clone that has written less than the original halts, and both sides can prove what happened") {
    City city;
    const Site& commune = city.commune();
    city.at(city.city) = twin_of(city, commune, 3, 4);
    city.at(commune) = twin_of(city, commune, 3, 1, 43);
    Ends ends(city, commune, city.city);
    ends.run();
    REQUIRE(ends.a.halts.size() == 1);
    CHECK(ends.a.halts[0].size_here == 4);
    CHECK(ends.a.halts[0].size_there == 7);
    CHECK_THAT(ends.a.error(), Catch::Contains("recover"));
    for (const End* end : {&ends.a, &ends.b}) check_proof(*end, commune.origin, commune.log_key.public_key(), 3);
}

TEST_CASE("an inbox signed twice over one size is proven against its keeper") {
    City city(2, true);
    const Site& sender = city.commune(0);
    const Site& receiver = city.commune(1);
    city.at(sender).write(sender, 9);
    city.reconcile(sender, *city.hub);
    const InboxName inbox = *inbox_name(*city.at(*city.hub).registry(),
                                        *city.at(*city.hub).registry()->find_node(city.hub->log), receiver.office);
    MemoryReplica twin = city.at(*city.hub);
    twin.post(*city.hub, receiver.office, sender.log, 5, 7);
    city.at(*city.hub).post(*city.hub, receiver.office, sender.log, 1, 3);
    city.reconcile(receiver, *city.hub);
    city.at(*city.hub) = twin;
    Ends ends(city, receiver, *city.hub);
    ends.run();
    for (const End* end : {&ends.a, &ends.b}) check_proof(*end, inbox.origin, inbox.log_key, std::nullopt);
}

TEST_CASE("a FORK that does not hold together is an error and no evidence") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 6);
    city.at(*city.hub) = twin_of(city, commune, 3, 5);
    const MemoryReplica& other = city.at(*city.hub);
    const auto inclusion = *other.inclusion(commune.log, 4, 8);
    const Fork good{commune.log, **other.checkpoint_note(commune.log, 8), 4, inclusion->leaf, inclusion->path};
    const auto after = [&](const std::vector<Fork>& forks) {
        Speaker speaker(city, *city.hub, commune);
        speaker.state(*city.at(commune).registry(), {});
        for (const Fork& fork : forks) speaker.say(fork);
        return std::pair(speaker.error(), speaker.end.evidence.size());
    };
    CHECK(after({good}).second == 1);
    Fork leaf = good, beyond = good, path = good, note = good;
    leaf.leaf.bytes[0] ^= std::byte{1};
    beyond.index = 8;
    path.path.pop_back();
    note.checkpoint[20] = note.checkpoint[20] == 'A' ? 'B' : 'A';
    for (const Fork& bad : {leaf, beyond, path, note}) {
        const auto [error, evidence] = after({bad});
        CHECK(error != "none");
        CHECK(evidence == 0);
    }
    const auto [error, evidence] = after({good, good});
    CHECK_THAT(error, Catch::Contains("restored or cloned") || Catch::Contains("second FORK"));
    CHECK(evidence == 1);
}

}  // namespace motcua::session_tests
