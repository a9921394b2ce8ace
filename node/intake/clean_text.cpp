#include "node/intake/clean_text.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "crypto/bytes.hpp"

namespace motcua::node {
namespace {

struct Free {
    void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

std::string in_form_c(const std::string& text) {
    utf8proc_uint8_t* composed = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &composed,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, Free> owner(composed);
    ensure(size >= 0, "UTF-8 that was checked has a composed form");
    return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
}

enum class Class { letter, space, line_break, invisible };

Class class_of(utf8proc_int32_t code) {
    // U+200B and its kin join or hide; U+FEFF is a byte order mark that went astray.
    if (code == '\n' || code == '\r' || code == '\t' || code == 0x2028 || code == 0x2029 || code == 0x85) return Class::line_break;
    switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_ZS: return Class::space;
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF: return Class::invisible;
        default: return Class::letter;
    }
}

}  // namespace

std::string_view name_of(Mend mend) {
    switch (mend) {
        case Mend::trimmed: return "white space at an end removed";
        case Mend::whitespace: return "line breaks, tabs and repeated spaces made one space";
        case Mend::recomposed: return "letters and their marks joined (Unicode form C)";
        case Mend::invisible: return "control and zero-width characters removed";
    }
    return "";
}

Result<CleanText> clean_text(std::string_view text) {
    if (!is_utf8(text)) return fail(ErrorKind::usage, "is not UTF-8");
    CleanText clean;
    const auto note = [&](Mend mend) { clean.mends.set(static_cast<std::size_t>(mend)); };
    std::string plain;
    bool space_is_due = false;
    std::size_t run_begin = 0;   // of the white space that is due
    std::size_t at = 0;
    while (at < text.size()) {
        utf8proc_int32_t code = 0;
        const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at), static_cast<utf8proc_ssize_t>(text.size() - at), &code);
        ensure(size > 0, "UTF-8 that was checked is read to its end");
        const auto letter = text.substr(at, static_cast<std::size_t>(size));
        switch (class_of(code)) {
            case Class::invisible: note(Mend::invisible); break;
            case Class::space:
            case Class::line_break:
                if (!space_is_due) run_begin = at;
                space_is_due = true;
                break;
            case Class::letter:
                if (space_is_due && plain.empty()) note(Mend::trimmed);
                if (space_is_due && !plain.empty()) {
                    plain += ' ';
                    if (text.substr(run_begin, at - run_begin) != " ") note(Mend::whitespace);
                }
                space_is_due = false;
                plain += letter;
                break;
        }
        at += letter.size();
    }
    if (space_is_due) note(Mend::trimmed);
    clean.text = in_form_c(plain);
    if (clean.text != plain) note(Mend::recomposed);
    return clean;
}

}  // namespace motcua::node
