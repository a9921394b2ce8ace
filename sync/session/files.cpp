/// Files: manifests and chunks, asked for by whoever was sent an act that names them, and given when nothing else waits.

#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t chunks_window = 8;       // asked for and not stored: 2 MiB of memory
constexpr std::size_t files_at_once_max = 8;   // small files would else cost two round trips each
constexpr std::size_t wishes_max = 64;         // read from the store at once
constexpr std::size_t files_skipped_max = 4096;
constexpr std::chrono::milliseconds retry_max{3'600'000};

}  // namespace

std::size_t Session::State::chunks_under_way() const {
    std::size_t count = 0;
    for (const auto& [blob, file] : getting) count += file.asked.size() + file.storing.size();
    return count;
}

/// Says what there is room for. Called before our word that could make the peer believe that we want nothing more.
Result<bool> Session::State::ask_for_files() {
    if (files_changed && wishes.empty()) {
        files_changed = false;
        std::set<BlobId> skip = left_out;
        for (const auto& [blob, retry] : absent)
            if (retry.waiting) skip.insert(blob);
        for (const auto& [blob, file] : getting) skip.insert(blob);
        if (skip.size() >= files_skipped_max) return false;
        auto wanted_now = replica->wanted_files(ends(), skip, wishes_max);
        if (!wanted_now) return std::unexpected(std::move(wanted_now).error());
        files_changed = wanted_now->size() >= wishes_max;
        for (FileWish& wish : *wanted_now)
            if (!skip.contains(wish.blob)) wishes.push_back(std::move(wish));
    }
    while (!wishes.empty() && getting.size() < files_at_once_max) {
        const FileWish wish = std::move(wishes.front());
        wishes.pop_front();
        FileGet file{.size_bytes = wish.size_bytes, .manifest = std::nullopt, .next = wish.first_chunk, .asked = {}, .storing = {}};
        if (wish.manifest) {
            auto manifest = decode_manifest(*wish.manifest);
            if (!manifest) return std::unexpected(std::move(manifest).error());
            file.manifest = std::move(*manifest);
        }
        if (!file.manifest || file.next < file.manifest->chunks.size()) getting.emplace(wish.blob, std::move(file));
    }
    bool said = false;
    for (auto& [blob, file] : getting) said = ask_for_chunks(blob, file) || said;
    return said;
}

bool Session::State::ask_for_chunks(const BlobId& blob, FileGet& file) {
    const std::size_t under_way = chunks_under_way();
    if (file.ended || under_way >= chunks_window) return false;
    if (!file.manifest) {
        if (file.asked.contains(manifest_index)) return false;
        file.asked.insert(manifest_index);
        say(FileWant{blob, manifest_index, 1});
        return true;
    }
    const auto chunks = static_cast<std::uint32_t>(file.manifest->chunks.size());
    if (file.next >= chunks) return false;
    const auto room_left = static_cast<std::uint32_t>(chunks_window - under_way);
    const std::uint32_t count = std::min(room_left, chunks - file.next);
    for (std::uint32_t index = 0; index < count; ++index) file.asked.insert(file.next + index);
    say(FileWant{blob, file.next, count});
    file.next += count;
    return true;
}

Result<void> Session::State::take(Chunk& chunk) {
    const auto found = getting.find(chunk.blob);
    if (found == getting.end() || found->second.asked.erase(chunk.index) == 0)
        return broken("a chunk that was not asked for");
    FileGet& file = found->second;
    if (!chunk.bytes) {
        if (!file.ended) {
            FileRetry& retry = absent[chunk.blob];
            retry.wait = retry.wait.count() == 0 ? options.file_retry_after : std::min(2 * retry.wait, retry_max);
            retry.at = now + retry.wait;
            retry.waiting = true;
        }
        file.ended = true;
    } else if (chunk.index == manifest_index) {
        if (auto taken = take_manifest(chunk.blob, file, std::move(*chunk.bytes)); !taken) return taken;
    } else {
        if (chunk.bytes->size() != file.manifest->bytes_of(chunk.index) ||
            crypto::sha256(*chunk.bytes) != file.manifest->chunks[chunk.index])
            return broken("a chunk that is not what its file's manifest says");
        if (!file.ended) {
            file.storing.insert(chunk.index);
            ++summary.chunks_received;
            actions.emplace_back(StoreChunk{chunk.blob, chunk.index, std::move(*chunk.bytes)});
        }
    }
    if (file.ended && file.asked.empty() && file.storing.empty()) getting.erase(found);
    return {};
}

/// A manifest of another hash is the peer's doing; one that says what cannot be is that of the act's author, and only its
/// file is left out: else one bad act would end every session.
Result<void> Session::State::take_manifest(const BlobId& blob, FileGet& file, Bytes bytes) {
    if (blob_id(bytes) != blob) return broken("a manifest that is not the one that was asked for");
    auto manifest = decode_manifest(bytes);
    if (!manifest || manifest->size_bytes != file.size_bytes) {
        leave_out(blob, file, manifest ? "its act says another size than its manifest" : manifest.error().message);
        return {};
    }
    file.manifest = std::move(*manifest);
    file.next = 0;
    file.storing.insert(manifest_index);
    actions.emplace_back(StoreChunk{blob, manifest_index, std::move(bytes)});
    return {};
}

void Session::State::leave_out(const BlobId& blob, FileGet& file, const std::string& why) {
    if (file.ended) return;
    file.ended = true;
    left_out.insert(blob);
    note_refusal("the file " + to_hex(blob.bytes) + ": " + why);
    say(FileWant{blob, 0, 0});
}

void Session::State::chunk_answered(const BlobId& blob, std::uint32_t index, const Error* error) {
    const auto found = getting.find(blob);
    ensure(found != getting.end() && found->second.storing.erase(index) == 1, "the answer is to a StoreChunk");
    FileGet& file = found->second;
    last_progress = now;
    if (error != nullptr) leave_out(blob, file, error->message);
    const bool idle = file.asked.empty() && file.storing.empty();
    const bool whole = !file.ended && idle && file.manifest && file.next >= file.manifest->chunks.size();
    if (whole) {
        absent.erase(blob);
        say(FileWant{blob, static_cast<std::uint32_t>(file.manifest->chunks.size()), 0});
    }
    if (whole || (file.ended && idle)) getting.erase(found);
    if (auto asked = ask_for_files(); !asked) fail_with(std::move(asked).error());
}

// --- giving ---

Result<void> Session::State::take(const FileWant& want) {
    if (want.count == 0) {
        if (giving.erase(want.blob) > 0 && want.first > 0) actions.emplace_back(FileHeld{want.blob, want.first});
        return {};
    }
    if (chunks_owed.size() + want.count > chunks_window || (giving.size() >= files_at_once_max && !giving.contains(want.blob)))
        return broken("more chunks of files wanted than are sent at once");
    if (!giving.contains(want.blob)) {
        const auto may = replica->may_have_file(want.blob, ends());
        if (!may) return std::unexpected(may.error());
        giving.emplace(want.blob, *may);
    }
    for (std::uint32_t index = 0; index < want.count; ++index) chunks_owed.emplace_back(want.blob, want.first + index);
    return {};
}

/// One chunk, when nothing else is to be said: an act that comes now stands behind one chunk at most.
Result<bool> Session::State::send_chunk() {
    if (chunks_owed.empty() || room == Room::none_for_files) return false;
    if (held || !to_extend.empty() || !to_send_bodies.empty()) return false;
    const auto [blob, index] = chunks_owed.front();
    chunks_owed.pop_front();
    const auto given = giving.find(blob);
    auto bytes = given != giving.end() && given->second ? replica->chunk(blob, index) : std::optional<Bytes>{};
    if (!bytes) return std::unexpected(std::move(bytes).error());
    if (!*bytes) giving.erase(blob);
    if (*bytes && index != manifest_index) ++summary.chunks_sent;
    say(Chunk{blob, index, std::move(*bytes)});
    return true;
}

// --- files that the peer did not have ---

std::optional<MonoTime> Session::State::file_retry_due() const {
    std::optional<MonoTime> first;
    for (const auto& [blob, retry] : absent)
        if (retry.waiting && (!first || retry.at < *first)) first = retry.at;
    return first;
}

void Session::State::retry_files() {
    for (auto& [blob, retry] : absent) {
        if (!retry.waiting || now < retry.at) continue;
        retry.waiting = false;
        files_changed = true;
    }
}

}  // namespace motcua::sync
