#include "node/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "node/files.hpp"
#include "node/toml.hpp"
#include "sync/act/content.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t config_bytes_max = 1024 * 1024;
constexpr std::array journal_levels{"trace", "debug", "info", "warn", "error", "off"};

std::string toml_text(const std::string& value) {
    // TOML's basic string: what it may not hold as it is, escaped (TOML 1.0, "String").
    std::string text = "\"";
    for (const char character : value) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') (text += '\\') += character;
        else if (code < 0x20 || code == 0x7f) text += fmt::format("\\u{:04X}", code);
        else text += character;
    }
    return text + '"';
}

bool is_host_and_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, [](char digit) { return digit >= '0' && digit <= '9'; })) return false;
    return std::stoul(std::string(port)) <= 65535 && !std::ranges::any_of(text, [](char each) { return each == ' ' || each == '\n'; });
}

// --- what a value may be ---

using Check = std::string (*)(const std::string&);  ///< what it may be, or nothing when it is fine

std::string any_text(const std::string&) { return {}; }
std::string office_code_or_empty(const std::string& value) {
    return value.empty() || sync::is_office_code(value) ? "" : "an office code such as \"H26.00004\"";
}
std::string listen_address(const std::string& value) { return is_host_and_port(value) ? "" : "\"HOST:PORT\", such as \"0.0.0.0:7433\""; }
std::string address_or_empty(const std::string& value) {
    return value.empty() || is_host_and_port(value) ? "" : "\"HOST:PORT\" of the office above, or \"\" at the top";
}
std::string journal_level_word(const std::string& value) {
    return std::ranges::find(journal_levels, value) != journal_levels.end() ? "" : "one of trace, debug, info, warn, error, off";
}

struct Range {
    std::int64_t min, max;
};

/// Every field of the file once, for reading and for writing alike.
template <class Config_, class Visitor>
void visit_fields(Config_& config, Visitor& visit) {
    visit.section("node", "Who this node is. Written by `motcua init` and `motcua enrol request`; the registry knows it by these.");
    visit.text("office_code", config.office_code, office_code_or_empty, "Code of the office.");
    visit.text("office_name", config.office_name, any_text, "Its name, as people see it.");
    visit.text("name", config.node_name, any_text, "Name of this node among the office's own.");
    visit.truth("insecure", config.insecure, "The keys in DIR/keys are kept without a passphrase. Shown by `motcua status`.");
    visit.section("registry", "Whom this node trusts.");
    visit.text("root", config.root, any_text, "The city's root verifier key, pinned by `motcua enrol accept`; empty until then.");
    visit.section("link", "The encrypted link to the offices above and below.");
    visit.text("listen", config.listen, listen_address, "HOST:PORT that `motcua serve` listens on.");
    visit.text("upstream", config.upstream, address_or_empty, "HOST:PORT of the office above; empty at the top.");
    visit.seconds("connect_timeout_s", config.connect_timeout, {1, 3600}, "How long a dial may take.");
    visit.seconds("reconnect_min_s", config.reconnect_min, {1, 86400}, "First wait after a lost link; doubles from there, with jitter.");
    visit.seconds("reconnect_max_s", config.reconnect_max, {1, 86400}, "Longest wait between two dials.");
    visit.seconds("unsent_timeout_s", config.unsent_timeout, {1, 86400}, "A link whose peer acknowledges nothing for so long is cut (TCP_USER_TIMEOUT).");
    visit.count("sessions_max", config.sessions_max, {1, 100'000}, "Links that may be open at once.");
    visit.section("disk", "What happens before the disk is full.");
    visit.count("keep_free_mib", config.keep_free_mib, {1, 1'000'000}, "With less free space nothing of other offices is taken; what is recorded here goes on.");
    visit.count("reserve_mib", config.reserve_mib, {0, 1'000'000}, "Kept in DIR/reserve while `motcua serve` runs, and given up when a quarter of keep_free_mib is left.");
    visit.section("journal", "The program's own text log. It holds no personal data.");
    visit.text("level", config.journal_level, journal_level_word, "trace, debug, info, warn, error or off.");
    visit.text("file", config.journal_file, any_text, "Where it is written; empty means standard error.");
}

// --- writing ---

class Formatter {
  public:
    void section(const char* name, const char* help) { text_ += fmt::format("\n# {}\n[{}]\n", help, name); }
    void text(const char* name, const std::string& value, Check, const char* help) { line(name, toml_text(value), help); }
    void truth(const char* name, bool value, const char* help) { line(name, value ? "true" : "false", help); }
    void seconds(const char* name, std::chrono::seconds value, Range, const char* help) { line(name, std::to_string(value.count()), help); }
    void count(const char* name, std::uint64_t value, Range, const char* help) { line(name, std::to_string(value), help); }
    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    void line(const char* name, const std::string& value, const char* help) { text_ += fmt::format("# {}\n{} = {}\n", help, name, value); }
    std::string text_ = "# Settings of a motcua node. A field that is left out has the value shown by a new file.\n";
};

// --- reading ---

class FieldReader {
  public:
    explicit FieldReader(const toml::table& root) : root_(root) {}

    void section(const char* name, const char*) {
        section_ = name;
        names_[section_];
        table_ = nullptr;
        const auto* node = root_.get(name);
        if (node == nullptr) return;
        table_ = node->as_table();
        if (table_ == nullptr) refuse(*node, name, "must be a table, [" + section_ + "]");
    }
    void text(const char* name, std::string& value, Check check, const char*) {
        const auto* node = find(name);
        if (node == nullptr) return;
        const auto found = node->value_exact<std::string>();
        if (!found) return refuse(*node, name, "must be a text in quotes");
        if (const auto allowed = check(*found); !allowed.empty()) return refuse(*node, name, "must be " + allowed);
        value = *found;
    }
    void truth(const char* name, bool& value, const char*) {
        const auto* node = find(name);
        if (node == nullptr) return;
        const auto found = node->value_exact<bool>();
        if (!found) return refuse(*node, name, "must be true or false");
        value = *found;
    }
    void seconds(const char* name, std::chrono::seconds& value, Range range, const char*) {
        if (const auto found = integer(name, range)) value = std::chrono::seconds(*found);
    }
    void count(const char* name, std::uint64_t& value, Range range, const char*) {
        if (const auto found = integer(name, range)) value = static_cast<std::uint64_t>(*found);
    }

    /// After every field was visited: whatever is left over is a mistake in a name.
    [[nodiscard]] std::optional<Error> finish() {
        for (const auto& [section, node] : root_) {
            const auto known = names_.find(std::string(section.str()));
            if (known == names_.end()) refuse(node, std::string(section.str()), "is no section that motcua knows");
            else if (const auto* table = node.as_table()) {
                for (const auto& [name, value] : *table) {
                    if (known->second.contains(std::string(name.str()))) continue;
                    section_ = known->first;
                    refuse(value, std::string(name.str()), "is no field that motcua knows");
                }
            }
        }
        return trouble_;
    }

  private:
    const toml::node* find(const char* name) {
        names_[section_].insert(name);
        return table_ == nullptr ? nullptr : table_->get(name);
    }
    std::optional<std::int64_t> integer(const char* name, Range range) {
        const auto* node = find(name);
        if (node == nullptr) return std::nullopt;
        const auto found = node->value_exact<std::int64_t>();
        if (found && *found >= range.min && *found <= range.max) return found;
        refuse(*node, name, fmt::format("must be a whole number from {} to {}", range.min, range.max));
        return std::nullopt;
    }
    void refuse(const toml::node& node, const std::string& name, const std::string& allowed) {
        if (trouble_) return;
        const auto where = section_.empty() || section_ == name ? name : section_ + "." + name;
        trouble_ = Error{ErrorKind::usage, fmt::format("{} line {}: {} {}", Config::file_name, node.source().begin.line, where, allowed)};
    }

    const toml::table& root_;
    const toml::table* table_ = nullptr;
    std::string section_;
    std::map<std::string, std::set<std::string>> names_;
    std::optional<Error> trouble_;
};

}  // namespace

std::string Config::format() const {
    Formatter formatter;
    visit_fields(*this, formatter);
    return std::move(formatter).take();
}

Result<Config> Config::parse(std::string_view toml) {
    if (const auto plain = check_plain_toml(toml); !plain) return fail(ErrorKind::usage, fmt::format("{}, {}", file_name, plain.error().message));
    const auto parsed = toml::parse(toml);
    if (!parsed) {
        return fail(ErrorKind::usage, fmt::format("{} line {}: {}", file_name, parsed.error().source().begin.line, parsed.error().description()));
    }
    Config config;
    FieldReader reader(parsed.table());
    visit_fields(config, reader);
    if (auto trouble = reader.finish()) return std::unexpected(*std::move(trouble));
    if (config.reconnect_min > config.reconnect_max) {
        return fail(ErrorKind::usage, fmt::format("{}: link.reconnect_min_s must not be above link.reconnect_max_s", file_name));
    }
    return config;
}

Result<Config> Config::load(const std::filesystem::path& directory) {
    auto bytes = read_whole_file(directory / file_name, config_bytes_max);
    if (!bytes && bytes.error().kind == ErrorKind::not_found) {
        return fail(ErrorKind::not_found, fmt::format("{} is no node's directory: it has no {}; make one with `motcua init` or `motcua enrol request`",
                                                      directory.string(), file_name));
    }
    if (!bytes) return std::unexpected(std::move(bytes).error());
    auto config = parse(as_text(*bytes));
    if (!config) return fail(config.error().kind, fmt::format("{}/{}", directory.string(), config.error().message));
    return config;
}

Result<void> Config::save(const std::filesystem::path& directory) const { return replace_file(directory / file_name, as_bytes(format())); }

}  // namespace motcua::node
