#include "tests/simulation/memory_disk.hpp"

#include <algorithm>

namespace motcua::simulation {

namespace {

constexpr std::size_t sector_bytes = 512;

}  // namespace

// --- faults ---

void MemoryDisk::fail_writes(std::uint64_t from_now, DiskAnswer as) {
    writes_fail_from_ = writes_ + from_now;
    failure_ = as;
}
void MemoryDisk::fail_syncs(std::uint64_t from_now) { syncs_fail_from_ = syncs_ + from_now; }
void MemoryDisk::stop_at(std::uint64_t from_now) { stop_at_ = changes_ + from_now; }
void MemoryDisk::mend() { writes_fail_from_ = syncs_fail_from_ = std::nullopt; }

bool MemoryDisk::count_change() {
    if (stop_at_ && changes_ >= *stop_at_) stopped_ = true;
    ++changes_;
    return !stopped_;
}

// --- what SQLite asks for ---

std::shared_ptr<MemoryDisk::File> MemoryDisk::find(const std::string& name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<MemoryDisk::File> MemoryDisk::create(const std::string& name) {
    auto& file = files_[name];
    if (!file) file = std::make_shared<File>();
    return file;
}

DiskAnswer MemoryDisk::write(File& file, std::uint64_t offset, ByteView bytes) {
    if (!count_change()) return DiskAnswer::broken;
    if (writes_++; writes_fail_from_ && writes_ > *writes_fail_from_) return failure_;
    file.content.write(offset, bytes);
    if (keeps_books) file.unsynced.push_back({.is_truncation = false, .offset = offset, .bytes = to_bytes(bytes)});
    return DiskAnswer::done;
}

DiskAnswer MemoryDisk::truncate(File& file, std::uint64_t size) {
    if (!count_change()) return DiskAnswer::broken;
    file.content.resize(size);
    if (keeps_books) file.unsynced.push_back({.is_truncation = true, .offset = size, .bytes = {}});
    return DiskAnswer::done;
}

DiskAnswer MemoryDisk::sync(File& file) {
    if (!count_change()) return DiskAnswer::broken;
    if (syncs_++; syncs_fail_from_ && syncs_ > *syncs_fail_from_) return DiskAnswer::broken;
    if (!keeps_books || lies) return DiskAnswer::done;
    for (const auto& change : file.unsynced) apply(file.durable, change);
    file.unsynced.clear();
    return DiskAnswer::done;
}

void MemoryDisk::sync_directory() {
    if (stopped_ || lies) return;
    for (auto& [name, file] : files_) file->name_is_durable = true;
    ghosts_.clear();
}

DiskAnswer MemoryDisk::remove(const std::string& name) {
    if (!count_change()) return DiskAnswer::broken;
    const auto found = files_.find(name);
    if (found == files_.end()) return DiskAnswer::done;
    if (found->second->name_is_durable) ghosts_[name] = found->second->durable;
    files_.erase(found);
    return DiskAnswer::done;
}

// --- crashes ---

void MemoryDisk::kill() {
    ++generation_;
    stopped_ = false;
    stop_at_.reset();
    for (auto& [name, file] : files_) {
        // Dead handles keep the old object; the file goes on as another.
        auto fresh = std::make_shared<File>();
        fresh->content = std::move(file->content);
        fresh->durable = std::move(file->durable);
        fresh->unsynced = std::move(file->unsynced);
        fresh->name_is_durable = file->name_is_durable;
        file = std::move(fresh);
    }
}

void MemoryDisk::apply(FileContent& content, const File::Change& change) {
    if (change.is_truncation) content.resize(change.offset);
    else content.write(change.offset, change.bytes);
}

/// Writes that were under way reach the platter in any order and by sectors.
FileContent MemoryDisk::after_power_cut(File& file, Dice& dice) {
    FileContent content = std::move(file.durable);
    const auto mode = dice.below(5);
    const std::uint64_t prefix = file.unsynced.empty() ? 0 : dice.below(file.unsynced.size() + 1);
    for (std::size_t index = 0; index < file.unsynced.size(); ++index) {
        const auto& change = file.unsynced[index];
        if (mode == 0) break;                               // nothing arrived
        if (mode == 1 && index >= prefix) break;            // a beginning did
        if (mode == 2 && dice.chance(50)) continue;         // any of them did
        if (mode != 3 || change.is_truncation) {            // 4: all did
            apply(content, change);
            continue;
        }
        for (std::size_t at = 0; at < change.bytes.size();) {  // 3: sectors did
            const std::size_t to_boundary = sector_bytes - (change.offset + at) % sector_bytes;
            const std::size_t count = std::min(to_boundary, change.bytes.size() - at);
            if (dice.chance(50)) content.write(change.offset + at, ByteView(change.bytes).subspan(at, count));
            at += count;
        }
    }
    return content;
}

void MemoryDisk::cut_power(Dice& dice) {
    kill();
    for (auto file = files_.begin(); file != files_.end();) {
        if (!file->second->name_is_durable && dice.chance(50)) {
            file = files_.erase(file);
            continue;
        }
        file->second->content = after_power_cut(*file->second, dice);
        file->second->durable = file->second->content;
        file->second->unsynced.clear();
        file->second->name_is_durable = true;
        ++file;
    }
    for (auto& [name, content] : ghosts_) {
        if (files_.contains(name) || dice.chance(50)) continue;
        auto& file = files_[name] = std::make_shared<File>();
        file->content = content;
        file->durable = std::move(content);
        file->name_is_durable = true;
    }
    ghosts_.clear();
}

// --- whole disks ---

MemoryDisk::Image MemoryDisk::image() const {
    Image image;
    for (const auto& [name, file] : files_) image[name] = file->content.bytes();
    return image;
}

void MemoryDisk::restore(const Image& image) {
    ++generation_;
    files_.clear();
    ghosts_.clear();
    lies = stopped_ = false;
    stop_at_.reset();
    mend();
    changes_ = writes_ = syncs_ = 0;
    for (const auto& [name, content] : image) {
        auto& file = files_[name] = std::make_shared<File>();
        file->content = FileContent(content);
        if (keeps_books) file->durable = file->content;
        file->name_is_durable = true;
    }
}

}  // namespace motcua::simulation
