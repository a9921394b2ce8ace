/// The files that people carry: tickets and enrolment requests.

#include <algorithm>

#include "sync/registry/ticket.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes = std::as_bytes(std::span(data, size));
    (void)open_request(bytes);
    const auto ticket = decode_ticket(bytes);
    if (!ticket) return 0;
    ensure(std::ranges::equal(encode_ticket(*ticket), bytes), "a ticket has one form");
    SequentialSignatureChecker checker;
    const auto opened = open_ticket(*ticket, checker);
    if (opened) ensure(opened->registry.size() > 0, "a ticket carries a registry");
    return 0;
}
