#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/verb.hpp"

namespace motcua::cli {
namespace {

constexpr std::size_t passphrase_bytes_max = 1024;

/// Reads the first line of a descriptor byte by byte, so that what follows the line stays for others, straight into
/// locked memory. Errors: usage, when the line is empty or too long.
Result<crypto::Secret> read_line(int fd, const std::string& source) {
    crypto::Secret line(passphrase_bytes_max);
    std::size_t length = 0;
    for (;;) {
        std::byte byte{};
        const auto got = ::read(fd, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorKind::usage, fmt::format("{}: no passphrase could be read: {}", source, std::strerror(errno)));
        if (got == 0 || byte == std::byte{'\n'}) break;
        if (length == passphrase_bytes_max)
            return fail(ErrorKind::usage, fmt::format("{}: the passphrase is longer than {} bytes", source, passphrase_bytes_max));
        line.writable()[length++] = byte;
    }
    return crypto::Secret::copy_of(line.view().first(length));
}

/// The terminal without echo, as it was again at the end.
class SilentTerminal {
  public:
    explicit SilentTerminal(int fd) : fd_(fd) {
        is_set_ = ::tcgetattr(fd_, &before_) == 0;
        if (!is_set_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= static_cast<tcflag_t>(ECHONL);
        is_set_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        if (is_set_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    [[nodiscard]] bool is_set() const { return is_set_; }

  private:
    int fd_;
    termios before_{};
    bool is_set_ = false;
};

Result<crypto::Secret> ask(const std::string& question) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> terminal(std::fopen("/dev/tty", "r+e"), &std::fclose);
    if (!terminal) return fail(ErrorKind::usage, "there is no terminal to ask for a passphrase on; give --passphrase-file");
    // Silent before the question stands there, so that nothing typed in answer is shown or, flushed away, lost.
    const SilentTerminal silent(::fileno(terminal.get()));
    if (!silent.is_set()) return fail(ErrorKind::usage, "the terminal's echo cannot be switched off; give --passphrase-file");
    std::fputs(question.c_str(), terminal.get());
    std::fflush(terminal.get());
    return read_line(::fileno(terminal.get()), "terminal");
}

Result<crypto::Secret> read_from_file(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(errno == ENOENT ? ErrorKind::not_found : ErrorKind::usage,
                    fmt::format("{}: the passphrase file cannot be opened: {}", file, std::strerror(errno)));
    auto line = read_line(fd, file);
    ::close(fd);
    return line;
}

Result<crypto::Secret> not_empty(Result<crypto::Secret> passphrase, const std::string& source) {
    if (passphrase && passphrase->size() == 0)
        return fail(ErrorKind::usage, fmt::format("{}: the passphrase is empty", source));
    return passphrase;
}

/// `fallback` is taken when the person only presses Enter.
Result<crypto::Secret> prompt(const std::string& what, bool confirm, const crypto::Secret* fallback) {
    if (::isatty(STDIN_FILENO) == 0)
        return fail(ErrorKind::usage,
                    fmt::format("the passphrase of {} is needed and there is no terminal; give --passphrase-file or --passphrase-fd", what));
    auto first = ask(fmt::format("Passphrase of {}{}: ", what, fallback != nullptr ? " (Enter: the same as before)" : ""));
    if (!first) return first;
    if (fallback != nullptr && first->size() == 0) return crypto::Secret::copy_of(fallback->view());
    first = not_empty(std::move(first), "terminal");
    if (!first || !confirm) return first;
    const auto second = ask("The same again: ");
    if (!second) return std::unexpected(second.error());
    if (!equal_constant_time(first->view(), second->view())) return fail(ErrorKind::usage, "the two passphrases differ; nothing was written");
    return first;
}

}  // namespace

struct RememberedPassphrases {
    std::optional<crypto::Secret> officer, node;
};

PassphraseOptions::PassphraseOptions() : remembered(std::make_shared<RememberedPassphrases>()) {}

void add_passphrase_options(CLI::App& verb, PassphraseOptions& options, bool node_too) {
    auto* file = verb.add_option("--passphrase-file", options.file, "First line of this file is the officer's passphrase")->type_name("FILE");
    verb.add_option("--passphrase-fd", options.fd, "Read it from this inherited descriptor instead")->type_name("N")->excludes(file)->check(
        CLI::NonNegativeNumber);
    if (!node_too) return;
    auto* node_file = verb.add_option("--node-passphrase-file", options.node_file, "The node's passphrase, where it is not the officer's")
                          ->type_name("FILE");
    verb.add_option("--node-passphrase-fd", options.node_fd, "The same from an inherited descriptor")
        ->type_name("N")
        ->excludes(node_file)
        ->check(CLI::NonNegativeNumber);
}

Result<crypto::Secret> read_passphrase(const PassphraseOptions& options, bool node_key, const std::string& what, bool confirm) {
    auto& remembered = *options.remembered;
    auto& known = node_key ? remembered.node : remembered.officer;
    if (known) return crypto::Secret::copy_of(known->view());

    const bool own_source = node_key && (!options.node_file.empty() || options.node_fd >= 0);
    const auto& file = own_source ? options.node_file : options.file;
    const int fd = own_source ? options.node_fd : options.fd;
    const crypto::Secret* officer = node_key && !own_source && remembered.officer ? &*remembered.officer : nullptr;

    auto passphrase = [&]() -> Result<crypto::Secret> {
        if (!file.empty()) return not_empty(read_from_file(file), file);
        if (fd >= 0 && officer != nullptr) return crypto::Secret::copy_of(officer->view());
        if (fd >= 0) return not_empty(read_line(fd, fmt::format("descriptor {}", fd)), fmt::format("descriptor {}", fd));
        return prompt(what, confirm, officer);
    }();
    if (passphrase) known = crypto::Secret::copy_of(passphrase->view());
    return passphrase;
}

Result<std::optional<crypto::Secret>> choose_passphrase(const PassphraseOptions& options, bool insecure, const std::string& what) {
    if (insecure) {
        std::fputs("Keys are kept WITHOUT a passphrase: whoever reads this directory can sign. For demonstrations only.\n", stderr);
        return std::nullopt;
    }
    auto passphrase = read_passphrase(options, false, what, true);
    if (!passphrase) return std::unexpected(std::move(passphrase).error());
    return std::optional<crypto::Secret>(std::move(*passphrase));
}

}  // namespace motcua::cli
