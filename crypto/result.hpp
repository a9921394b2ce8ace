#pragma once
/// How this code says that something went wrong.

#include <expected>
#include <source_location>
#include <string>
#include <utility>

namespace motcua {

/// What kind of trouble; the values are the exit codes of the command line.
enum class ErrorKind {
    internal = 1,
    usage = 2,         ///< the caller's own input, such as an option or a mapping file
    not_found = 3,     ///< what was named does not exist here
    refused = 4,       ///< by a rule or by the peer
    verification = 5,  ///< bytes that do not prove what they claim: malformed, bad signature, wrong hash, fork
    unreachable = 6,   ///< the peer cannot be reached or the link was cut
    storage = 7,       ///< disk or database; after a failed commit the outcome is unknown
    busy = 8,          ///< another process or a limit; trying again later may help
};

/// Trouble that we expect. `message` says what, where and what to do, and never holds personal data or a secret.
struct Error {
    ErrorKind kind;
    std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
    return std::unexpected(Error{kind, std::move(message)});
}

/// A broken invariant ends the process, in Release too: nothing is written by code that no longer knows its state.
/// Prints `what` and the place to stderr, then aborts.
void ensure(bool holds, const char* what, std::source_location where = std::source_location::current());

}  // namespace motcua
