#include "node/toml.hpp"

#include "crypto/bytes.hpp"

namespace motcua::node {

Result<void> check_plain_toml(std::string_view toml) {
    if (!is_utf8(toml)) return fail(ErrorKind::usage, "line 1: the file is not UTF-8");
    constexpr char outside = 0, comment = '#';
    char inside = outside;  // or the quote that is open, or a comment
    std::size_t line = 1;
    const auto bad = [&](const char* cause) { return fail(ErrorKind::usage, "line " + std::to_string(line) + ": " + cause); };
    for (std::size_t at = 0; at < toml.size(); ++at) {
        const char letter = toml[at];
        const auto code = static_cast<unsigned char>(letter);
        if ((code < 0x20 && letter != '\t' && letter != '\n' && letter != '\r') || code == 0x7f) return bad("it has a control character");
        if (letter == '\n') {
            inside = outside;  // an open quote is the parser's to refuse
            ++line;
        } else if (inside == outside) {
            if (code >= 0x80) return bad("letters beyond ASCII stand in quotes, keys too: \"Mã hồ sơ\"");
            if (letter == '#') inside = comment;
            if (letter == '"' || letter == '\'') {
                constexpr std::string_view before_a_quote = " \t\n=[{,.";
                if (at > 0 && before_a_quote.find(toml[at - 1]) == before_a_quote.npos) return bad("a quote inside a word");
                if (toml.substr(at).starts_with(std::string(3, letter))) return bad("a text stands on one line, in one pair of quotes");
                inside = letter;
            }
        } else if (inside == '"' && letter == '\\') {
            ++at;  // whatever is escaped ends no text
            if (at < toml.size() && toml[at] == '\n') --at;
        } else if (letter == inside && inside != comment) {
            inside = outside;
        }
    }
    return {};
}

}  // namespace motcua::node
