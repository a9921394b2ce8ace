/// A proof of a fork has one form, and only what the log's key signed twice convinces.

#include <algorithm>

#include "sync/log/fork_proof.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tests::World world;
    const ByteView bytes = std::as_bytes(std::span(data, size));
    const auto proof = ForkProof::decode(bytes);
    if (!proof) return 0;
    ensure(bytes.size() <= fork_proof_bytes_max && std::ranges::equal(proof->encode(), bytes), "a proof has one form and a limit");
    const tests::TestNode& node = world.second();  // the corpus accuses the first one
    ensure(!verify_fork(*proof, node.log.head.origin, node.log_key->public_key()), "an honest log cannot be accused");
    ensure(!proof->text().empty(), "a proof says what it is");
    return 0;
}
