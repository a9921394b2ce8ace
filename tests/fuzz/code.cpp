/// Printed dossier codes, and the agencies in them.

#include "sync/dossier/code.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    const auto code = DossierCode::parse(text);
    if (!code) return 0;
    ensure(code->text() == text, "a dossier code has one form");
    const std::string right = agency_in(AgencyOrder::level_1_right, code->agency);
    const std::string left = agency_in(AgencyOrder::level_1_left, right);
    ensure(agency_in(AgencyOrder::level_1_left, agency_in(AgencyOrder::level_1_right, left)) == left, "levels turned twice come to rest");
    return 0;
}
