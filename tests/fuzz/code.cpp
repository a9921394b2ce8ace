/// Printed dossier codes, and the agencies in them.

#include "sync/dossier/code.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    const auto code = DossierCode::parse(text);
    if (!code) return 0;
    ensure(code->text() == text, "a dossier code has one form");
    // Zeros that the other form needs may be added once, then the levels come to rest.
    const auto turned = [](const std::string& agency) { return agency_in(AgencyOrder::level_1_left, agency_in(AgencyOrder::level_1_right, agency)); };
    const std::string once = turned(agency_in(AgencyOrder::level_1_left, code->agency));
    ensure(turned(once) == once, "levels turned over and over stay the same");
    return 0;
}
