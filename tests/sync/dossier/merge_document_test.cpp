// MERGE.md's tables are the code's.

#include <fstream>
#include <sstream>

#include "sync/dossier/lifecycle.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

std::string document() {
    std::ifstream file(MOTCUA_SOURCE_DIR "/sync/MERGE.md");
    std::stringstream text;
    text << file.rdbuf();
    REQUIRE_FALSE(text.str().empty());
    return text.str();
}

std::string text_of(LifeCell cell) {
    switch (cell) {
        case LifeCell::never: return ".";
        case LifeCell::stays: return "=";
        case LifeCell::to_received: return "2";
        case LifeCell::to_desk_supplement:
        case LifeCell::to_supplement: return "5";
        case LifeCell::to_declined: return "3";
        case LifeCell::to_handling: return "4";
        case LifeCell::to_payment: return "6";
        case LifeCell::to_resolved: return "9";
        case LifeCell::to_stopped: return "8";
        case LifeCell::stops_if_withdrawn: return "8w";
        case LifeCell::stops_unless_expired: return "8x";
        case LifeCell::stays_once: return "once";
        case LifeCell::mends_result: return "mend";
        case LifeCell::revokes_result: return "rev";
    }
    return "?";
}

std::string text_of(FactCell cell) {
    switch (cell) {
        case FactCell::no: return ".";
        case FactCell::yes: return "y";
        case FactCell::if_imported: return "imp";
        case FactCell::if_consulted: return "cons";
        case FactCell::if_quarantined: return "cut";
        case FactCell::if_in_conflict: return "conf";
        case FactCell::if_collectable: return "coll";
    }
    return "?";
}

}  // namespace

TEST_CASE("MERGE.md has the table of life as it is") {
    const std::string text = document();
    for (const Kind move : life_moves()) {
        std::string row = "| " + std::string(name_of(move)) + " |";
        for (std::size_t stage = 0; stage < life_stages; ++stage) row += " " + text_of(life_cell(static_cast<LifeStage>(stage), move)) + " |";
        INFO(row);
        CHECK(text.find(row + "\n") != std::string::npos);
    }
    for (const Kind fact : life_facts()) {
        std::string row = "| " + std::string(name_of(fact)) + " |";
        for (int status = 1; status <= 10; ++status) row += " " + text_of(fact_cell(static_cast<DossierStatus>(status), fact)) + " |";
        INFO(row);
        CHECK(text.find(row + "\n") != std::string::npos);
    }
}
