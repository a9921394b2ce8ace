/// The text of a receipt's QR.

#include <algorithm>

#include "sync/dossier/receipt_statement.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    const auto statement = read_receipt(text);
    if (!statement) return 0;
    crypto::Secret seed(crypto::SigningKey::seed_bytes);
    std::ranges::fill(seed.writable(), std::byte{4});
    const auto again = read_receipt(sign_receipt(*statement, *crypto::SigningKey::from_seed(seed)));
    ensure(again.has_value() && *again == *statement, "a statement that was read can be signed and read again");
    return 0;
}
