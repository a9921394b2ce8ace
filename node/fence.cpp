#include "node/fence.hpp"

#include "node/files.hpp"

namespace motcua::node {
namespace {

constexpr const char* meta_key = "fence";
constexpr std::size_t fence_bytes = 16;

}  // namespace

Result<void> renew_fence(Store& store, const std::filesystem::path& directory, Random& random) {
    Bytes value(fence_bytes);
    random.fill(value);
    const auto text = to_hex(value);
    if (auto ok = replace_file(directory / fence_file_name, as_bytes(text)); !ok) return ok;
    return store.set_meta(meta_key, text);
}

Result<bool> is_fence_whole(Reader& reader, const std::filesystem::path& directory) {
    const auto stored = reader.meta(meta_key);
    if (!stored) return std::unexpected(stored.error());
    const auto file = read_whole_file(directory / fence_file_name, 2 * fence_bytes);
    if (!file && file.error().kind == ErrorKind::storage) return std::unexpected(file.error());
    return file && *stored && as_bytes(**stored).size() == file->size() && std::ranges::equal(as_bytes(**stored), *file);
}

}  // namespace motcua::node
