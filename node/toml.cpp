#include "node/toml.hpp"

#include "crypto/bytes.hpp"

namespace motcua::node {
namespace {

/// One line, taken from the front.
class Line {
  public:
    explicit Line(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size())); }
    [[nodiscard]] bool take(char wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// One or more of these characters.
    [[nodiscard]] bool take_word(std::string_view further) {
        std::size_t length = 0;
        while (length < rest_.size() && (is_letter_or_digit(rest_[length]) || further.find(rest_[length]) != further.npos)) ++length;
        rest_.remove_prefix(length);
        return length > 0;
    }
    /// A text in one pair of quotes. Whatever follows a backslash ends no text in double quotes.
    [[nodiscard]] bool take_text() {
        const char quote = rest_.empty() ? '\0' : rest_.front();
        if (quote != '"' && quote != '\'') return false;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == quote) {
                rest_.remove_prefix(at + 1);
                return true;
            }
            if (quote == '"' && rest_[at] == '\\') ++at;
        }
        return false;
    }
    [[nodiscard]] bool take_key() { return take_text() || take_word("_-"); }

  private:
    static bool is_letter_or_digit(char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    }
    std::string_view rest_;
};

bool is_plain(std::string_view text) {
    Line line(text);
    line.skip_space();
    if (line.take('[')) {
        line.skip_space();
        if (!line.take_key()) return false;
        line.skip_space();
        if (!line.take(']')) return false;
    } else if (line.take_key()) {
        line.skip_space();
        if (!line.take('=')) return false;
        line.skip_space();
        if (!line.take_text() && !line.take_word("_-+.:")) return false;
    }
    line.skip_space();
    return line.at_end() || line.take('#');
}

bool has_control_character(std::string_view text) {
    return text.find_first_of(std::string_view("\0\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18"
                                               "\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f", 30)) != text.npos;
}

}  // namespace

Result<void> check_plain_toml(std::string_view toml) {
    if (!is_utf8(toml)) return fail(ErrorKind::usage, "line 1: the file is not UTF-8");
    for (std::size_t number = 1; !toml.empty(); ++number) {
        const auto line = toml.substr(0, toml.find('\n'));
        toml.remove_prefix(std::min(line.size() + 1, toml.size()));
        const auto bad = [&](const char* cause) { return fail(ErrorKind::usage, "line " + std::to_string(number) + ": " + cause); };
        if (has_control_character(line)) return bad("it has a control character");
        if (!is_plain(line)) return bad("it is neither [table], nor key = \"text\", nor key = number; letters beyond ASCII stand in quotes, keys too");
    }
    return {};
}

}  // namespace motcua::node
