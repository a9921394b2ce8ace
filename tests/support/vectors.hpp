#pragma once
/// Other people's test vectors lie beside the checkout, in ../shared, on some machines. A test that needs them says so
/// when they are missing, and its folder has hand-made cases that hold everywhere.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

namespace motcua::tests {

/// The path of ../shared/`relative`, or nothing, after a line on stderr that says what is skipped.
inline std::optional<std::filesystem::path> find_shared(const std::string& relative) {
    const auto path = std::filesystem::path(MOTCUA_SOURCE_DIR).parent_path() / "shared" / relative;
    if (std::filesystem::exists(path)) return path;
    std::cerr << "skipped: " << relative << " is not beside this checkout\n";
    return std::nullopt;
}

inline std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace motcua::tests
