#pragma once
/// What becomes of a node's log after a restore: the next log of its line, seals and convictions, admitted logs, adopted acts.

#include "sync/act/adoption.hpp"
#include "sync/log/fork_proof.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

inline Bytes subject_of(const sync::LogId& log) { return to_bytes(log.view()); }
/// The root of the log's first `size` entries.
inline sync::Hash root_of(const TestLog& log, std::uint64_t size) {
    std::vector<sync::Hash> leaves;
    for (std::uint64_t seq = 0; seq < size; ++seq) leaves.push_back(sync::Hash{log.acts.at(seq).id.bytes});
    return crypto::root_of(leaves);
}

/// A node with new keys and the officer of `old`; nobody knows it yet, and its log is empty.
inline TestNode& make_next(World& world, const std::string& name, const TestNode& old) {
    TestNode node{.name = name, .office = old.office,
                  .log_key = std::make_shared<crypto::SigningKey>(signing_key(name + " log")),
                  .cosigner_key = std::make_shared<crypto::SigningKey>(signing_key(name + " cosigner")),
                  .officer = old.officer,
                  .noise = std::make_shared<crypto::NoiseKeyPair>(noise_key(name)),
                  .log = {}};
    const sync::PublicKey log_key = node.log_key->public_key();
    node.log.key = node.log_key.get();
    node.log.head = sync::LogHead::empty(sync::node_origin(node.office.code, log_key), log_key, sync::LogClass::node);
    return world.nodes.insert_or_assign(name, std::move(node)).first->second;
}
inline sync::Act list(World& world, const TestNode& node) {
    return world.state_node(world.registrar, {node.office, node.name, node.log_key->public_key(), node.noise->public_key(), node.cosigner_key->public_key()});
}
/// Entry 0: it continues `old` at that size, or nothing.
inline sync::Act open_after(World& world, TestNode& node, const TestNode* old, std::uint64_t size = 0) {
    std::optional<sync::Predecessor> predecessor;
    if (old != nullptr) predecessor = sync::Predecessor{old->id(), size, root_of(old->log, size)};
    const sync::OpenContent content{node.office, node.name, node.log_key->public_key(), node.noise->public_key(), node.cosigner_key->public_key(), predecessor,
                                    world.registry_log.checkpoints.back()};
    return value_of(node.log.append({.signer = node.log_key.get(), .at = world.next_time(), .kind = sync::Kind::open, .subject = subject_of(node.id()),
                                     .prior = {}, .content = sync::to_item(content), .body = {}}, 0));
}
/// Entry 1, and the registry is told of it.
inline sync::Act admit(World& world, TestNode& node, const crypto::SigningKey& head) {
    const auto act = value_of(node.log.append({.signer = &head, .at = world.next_time(), .kind = sync::Kind::admit_node, .subject = subject_of(node.id()),
                                               .prior = {}, .content = sync::to_item(sync::AdmitNodeContent{}), .body = {}},
                                              node.log.head.announced.value_or(node.log.head.registry_size)));
    world.registry.admit_node(node.log.acts.front(), act);
    return act;
}
/// Listed and opened, but not sealed to.
inline TestNode& add_listed_next(World& world, const std::string& name, const TestNode& old) {
    TestNode& next = make_next(world, name, old);
    list(world, next);
    open_after(world, next, &old, old.log.acts.size());
    return next;
}
/// Opened and admitted by the office's head; the registry knows nothing.
inline TestNode& add_admitted_next(World& world, const std::string& name, const TestNode& old) {
    TestNode& next = make_next(world, name, old);
    open_after(world, next, &old, old.log.acts.size());
    admit(world, next, *old.officer);
    return next;
}

inline sync::Act seal(World& world, const crypto::SigningKey& signer, const TestNode& old, std::uint64_t size, std::optional<sync::LogId> next) {
    return world.state_registry(signer, sync::Kind::seal, subject_of(old.id()), sync::SealContent{size, root_of(old.log, size), next});
}
inline sync::Act seal(World& world, const TestNode& old, std::uint64_t size, std::optional<sync::LogId> next) {
    return seal(world, world.registrar, old, size, next);
}
inline sync::Act convict(World& world, const crypto::SigningKey& signer, const TestNode& node, std::uint64_t size, const sync::ForkProof& proof) {
    return world.state_registry(signer, sync::Kind::convict, subject_of(node.id()), sync::ConvictContent{size, proof.encode()});
}
/// That `one` and `other` are two histories of the node's log.
inline sync::ForkProof fork_proof(const TestNode& node, const TestLog& one, const TestLog& other) {
    const auto index = *sync::fork_index(one.acts.size(), other.acts.size());
    const auto side = [&](const TestLog& log) {
        std::vector<sync::Hash> leaves;
        for (const sync::Act& act : log.acts) leaves.push_back(sync::Hash{act.id.bytes});
        return sync::ForkSide{log.checkpoints.back(), leaves.at(index), crypto::inclusion_proof(leaves, index, leaves.size())};
    };
    return value_of(sync::make_fork_proof(side(one), side(other), index, node.log.head.origin, node.log_key->public_key()));
}

/// An adopt as its author wants it, right or wrong.
inline sync::Act adopt_as(World& world, TestNode& node, const sync::Act& carried, const sync::AdoptContent& content, const crypto::SigningKey* signer = nullptr) {
    return value_of(node.log.append({.signer = signer == nullptr ? node.log_key.get() : signer, .at = world.next_time(), .kind = sync::Kind::adopt,
                                     .subject = carried.payload.subject, .prior = {}, .content = sync::to_item(content), .body = {},
                                     .absent_body = carried.payload.body},
                                    node.log.head.announced.value_or(node.log.head.registry_size)));
}
inline sync::Act adopt(World& world, TestNode& node, const sync::Act& carried, const crypto::SigningKey* head = nullptr) {
    const crypto::SigningKey& vouching = head == nullptr ? *node.officer : *head;
    return adopt_as(world, node, carried, {carried.envelope, vouching.public_key(), sync::countersign(vouching, node.id(), carried.id)});
}

}  // namespace motcua::tests
