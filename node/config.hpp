#pragma once
/// DIR/motcua.toml. Every field has a default and is documented in the file that `format` writes.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "crypto/result.hpp"

namespace motcua::node {

struct Config {
    static constexpr const char* file_name = "motcua.toml";

    // [node]
    std::string office_code;
    std::string office_name;
    std::string node_name = "1";
    bool insecure = false;             ///< keys are kept without a passphrase
    // [registry]
    std::string root;                  ///< root verifier key, empty until enrolled
    // [link]
    std::string listen = "127.0.0.1:7433";
    std::string upstream;              ///< HOST:PORT, empty at the top
    std::chrono::seconds connect_timeout{10};
    std::chrono::seconds reconnect_min{1};
    std::chrono::seconds reconnect_max{60};
    std::chrono::seconds unsent_timeout{35};   ///< TCP_USER_TIMEOUT
    std::uint64_t sessions_max = 1200;
    // [disk]
    std::uint64_t keep_free_mib = 256;  ///< below this nothing of others is taken
    std::uint64_t reserve_mib = 64;     ///< kept by `serve` in a file, and given up where even that is used
    // [journal]
    std::string journal_level = "info";
    std::string journal_file;          ///< empty: stderr

    /// Errors: not_found; usage, naming the line, the field and what it may be (unknown fields too).
    static Result<Config> load(const std::filesystem::path& directory);
    /// Whole file, replaced atomically and fsynced. Errors: storage.
    [[nodiscard]] Result<void> save(const std::filesystem::path& directory) const;
    [[nodiscard]] std::string format() const;
    static Result<Config> parse(std::string_view toml);
};

}  // namespace motcua::node
