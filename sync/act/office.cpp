#include "sync/act/office.hpp"

#include <array>
#include <utility>

namespace motcua::sync {
namespace {

constexpr std::array role_names{
    std::pair{Role::desk, std::string_view("desk")},       std::pair{Role::handler, std::string_view("handler")},
    std::pair{Role::head, std::string_view("head")},       std::pair{Role::admin, std::string_view("admin")},
    std::pair{Role::auditor, std::string_view("auditor")}, std::pair{Role::registrar, std::string_view("registrar")},
};

bool is_code_letter(char letter) { return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'); }

}  // namespace

bool is_office_code(std::string_view code) {
    constexpr std::size_t code_length_max = 35;
    if (code.empty() || code.size() > code_length_max) return false;
    if (code.front() == '.' || code.back() == '.') return false;
    char before = '.';
    for (const char letter : code) {
        if (letter == '.' ? before == '.' : !is_code_letter(letter)) return false;
        before = letter;
    }
    return true;
}

Result<Roles> Roles::parse(std::string_view text) {
    Roles roles;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view word = text.substr(0, comma);
        bool known = false;
        for (const auto& [role, name] : role_names) {
            if (word != name) continue;
            roles.add(role);
            known = true;
        }
        if (!known) {
            return fail(ErrorKind::usage, "'" + std::string(word) +
                                              "' is no role; write some of desk,handler,head,admin,auditor,registrar");
        }
        if (comma == std::string_view::npos) return roles;
        text.remove_prefix(comma + 1);
    }
}

std::string Roles::text() const {
    std::string text;
    for (const auto& [role, name] : role_names) {
        if (!has(role)) continue;
        if (!text.empty()) text += ',';
        text += name;
    }
    return text;
}

}  // namespace motcua::sync
