#pragma once
/// A directory that is made whole under another name beside its place, then renamed: it exists complete or not at all.

#include <filesystem>

#include "crypto/random.hpp"
#include "crypto/result.hpp"

namespace motcua::node {

class NewDirectory {
  public:
    /// Makes the temporary directory (mode 0700) with its `keys`. Errors: refused (`target` is there and not empty),
    /// not_found (its parent is missing), storage.
    [[nodiscard]] static Result<NewDirectory> begin(const std::filesystem::path& target, Random& random);
    NewDirectory(NewDirectory&& other) noexcept;
    NewDirectory& operator=(NewDirectory&&) = delete;
    /// Removes everything that was made, unless finished.
    ~NewDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return temporary_; }
    /// Syncs and renames; every file in it is closed and synced by now. Durable on return. Errors: refused, storage.
    [[nodiscard]] Result<void> finish();

  private:
    NewDirectory(std::filesystem::path target, std::filesystem::path temporary);
    std::filesystem::path target_, temporary_;
};

}  // namespace motcua::node
