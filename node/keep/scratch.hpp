#pragma once
/// A directory for copies in the clear, the owner's alone, removed with all that is in it.

#include <filesystem>
#include <string_view>

#include "crypto/random.hpp"
#include "crypto/result.hpp"

namespace motcua::node {

class Scratch {
  public:
    explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Removes what is there. Errors: storage.
    [[nodiscard]] Result<void> empty() const;
    /// Errors: storage.
    [[nodiscard]] Result<void> make() const;

  private:
    std::filesystem::path path_;
};

/// A name that nothing has, beside `file`: "motcua.db.copy-5f3d…".
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& file, std::string_view what, Random& random);

}  // namespace motcua::node
