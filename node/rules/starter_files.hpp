#pragma once
/// The files of node/rules/starter, as the build put them into the program.

#include <span>
#include <string_view>

namespace motcua::node {

struct StarterFile {
    std::string_view name, text;
};
/// Sorted by name.
[[nodiscard]] std::span<const StarterFile> starter_files();

}  // namespace motcua::node
