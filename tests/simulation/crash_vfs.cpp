#include "tests/simulation/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace motcua::simulation {
namespace {

/// C callbacks carry no state that the product could pass, hence one table a process.
struct Machines {
    std::map<std::string, MemoryDisk*> disks;
    Dice random{0};
};
Machines& machines() {
    static Machines all;
    return all;
}

struct Place {
    MemoryDisk* disk = nullptr;
    std::string name;
};
Place place_of(const char* path) {
    const std::string_view whole(path);
    const auto slash = whole.rfind('/');
    if (slash == std::string_view::npos) return {};
    auto directory = whole.substr(0, slash);
    directory = directory.substr(0, std::min(directory.size(), directory.find(".new-")));
    const auto found = machines().disks.find(std::string(directory));
    if (found == machines().disks.end()) return {};
    return {found->second, std::string(whole.substr(slash + 1))};
}

int code_of(DiskAnswer answer, int broken) {
    switch (answer) {
        case DiskAnswer::done: return SQLITE_OK;
        case DiskAnswer::full: return SQLITE_FULL;
        case DiskAnswer::broken: return broken;
    }
    return broken;
}

struct Handle {
    sqlite3_file base;
    std::shared_ptr<MemoryDisk::File>* file;  // C memory: made and deleted by hand
    MemoryDisk* disk;                         // null: a temporary file
    std::uint64_t generation;
    std::string* delete_on_close;
    bool syncs_directory;                     ///< with the next sync: a new journal or WAL
    int lock;
    std::array<bool, MemoryDisk::File::shared_locks> shared, exclusive;

    [[nodiscard]] MemoryDisk::File& of() const { return **file; }
    [[nodiscard]] bool is_dead() const { return disk != nullptr && (disk->generation() != generation || disk->has_stopped()); }
};
Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }

// --- locks of one file. One process, so counting is enough ---

int unlock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    auto& state = handle.of();
    if (handle.lock <= level) return SQLITE_OK;
    if (handle.lock == SQLITE_LOCK_EXCLUSIVE) state.exclusive = false;
    if (handle.lock >= SQLITE_LOCK_PENDING) state.pending = false;
    if (handle.lock >= SQLITE_LOCK_RESERVED) state.reserved = false;
    if (level == SQLITE_LOCK_NONE) --state.readers;
    handle.lock = level;
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    auto& state = handle.of();
    if (handle.lock >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (state.pending || state.exclusive) return SQLITE_BUSY;
        ++state.readers;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (state.reserved) return SQLITE_BUSY;
        state.reserved = true;
    } else {
        if (state.reserved && handle.lock < SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
        state.reserved = state.pending = true;
        handle.lock = SQLITE_LOCK_PENDING;
        if (state.readers > 1) return SQLITE_BUSY;
        state.exclusive = true;
    }
    handle.lock = level;
    return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* result) {
    *result = handle_of(file).of().reserved ? 1 : 0;
    return SQLITE_OK;
}

// --- shared memory of the WAL ---

int shared_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** result) {
    Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_SHMMAP;
    auto& shared = handle.of().shared;
    if (bytes != 32768) return SQLITE_IOERR_SHMMAP;
    const auto wanted = static_cast<std::size_t>(region) + 1;
    if (shared.size() < wanted && extend == 0) return *result = nullptr, SQLITE_OK;
    while (shared.size() < wanted) shared.push_back(std::make_unique<std::array<std::byte, 32768>>());
    *result = shared[static_cast<std::size_t>(region)]->data();
    return SQLITE_OK;
}

int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
    Handle& handle = handle_of(file);
    auto& state = handle.of();
    const auto first = static_cast<std::size_t>(offset), end = first + static_cast<std::size_t>(count);
    const bool wants_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (auto at = first; at < end; ++at) {
            if (wants_exclusive && handle.exclusive[at]) state.shared_writer[at] = handle.exclusive[at] = false;
            if (!wants_exclusive && handle.shared[at]) --state.shared_readers[at], handle.shared[at] = false;
        }
        return SQLITE_OK;
    }
    for (auto at = first; at < end; ++at) {
        if (state.shared_writer[at] && !handle.exclusive[at]) return SQLITE_BUSY;
        if (wants_exclusive && state.shared_readers[at] > (handle.shared[at] ? 1 : 0)) return SQLITE_BUSY;
    }
    for (auto at = first; at < end; ++at) {
        if (wants_exclusive) state.shared_writer[at] = handle.exclusive[at] = true;
        else if (!handle.shared[at]) ++state.shared_readers[at], handle.shared[at] = true;
    }
    return SQLITE_OK;
}

void shared_barrier(sqlite3_file*) {}
int shared_unmap(sqlite3_file* file, int remove) {
    if (remove != 0) handle_of(file).of().shared.clear();
    return SQLITE_OK;
}

// --- bytes ---

int close(sqlite3_file* file) {
    Handle& handle = handle_of(file);
    unlock(file, SQLITE_LOCK_NONE);
    if (handle.delete_on_close != nullptr && !handle.is_dead()) (void)handle.disk->remove(*handle.delete_on_close);
    delete handle.delete_on_close;
    delete handle.file;
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* target, int amount, sqlite3_int64 offset) {
    const Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_READ;
    const auto wanted = static_cast<std::size_t>(amount);
    const std::size_t there = handle.of().content.read(static_cast<std::size_t>(offset), {static_cast<std::byte*>(target), wanted});
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<std::byte*>(target) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* source, int amount, sqlite3_int64 offset) {
    const Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_WRITE;
    const ByteView bytes(static_cast<const std::byte*>(source), static_cast<std::size_t>(amount));
    if (handle.disk != nullptr) return code_of(handle.disk->write(handle.of(), static_cast<std::uint64_t>(offset), bytes), SQLITE_IOERR_WRITE);
    handle.of().content.write(static_cast<std::size_t>(offset), bytes);
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_TRUNCATE;
    if (handle.disk == nullptr) return handle.of().content.resize(static_cast<std::size_t>(size)), SQLITE_OK;
    return code_of(handle.disk->truncate(handle.of(), static_cast<std::uint64_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_FSYNC;
    if (handle.disk == nullptr) return SQLITE_OK;
    const auto answer = handle.disk->sync(handle.of());
    if (answer == DiskAnswer::done && std::exchange(handle.syncs_directory, false)) handle.disk->sync_directory();
    return code_of(answer, SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    const Handle& handle = handle_of(file);
    if (handle.is_dead()) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.of().content.size());
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
// Both as SQLite's own VFS says of a disk on Linux.
int sector_size(sqlite3_file*) { return 4096; }
int device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

const sqlite3_io_methods io_methods{.iVersion = 2, .xClose = close, .xRead = read, .xWrite = write, .xTruncate = truncate, .xSync = sync,
                                    .xFileSize = file_size, .xLock = lock, .xUnlock = unlock, .xCheckReservedLock = check_reserved,
                                    .xFileControl = file_control, .xSectorSize = sector_size, .xDeviceCharacteristics = device_characteristics,
                                    .xShmMap = shared_map, .xShmLock = shared_lock, .xShmBarrier = shared_barrier, .xShmUnmap = shared_unmap,
                                    .xFetch = nullptr, .xUnfetch = nullptr};

// --- names ---

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    file->pMethods = nullptr;
    Handle handle{.base = {}, .file = nullptr, .disk = nullptr, .generation = 0, .delete_on_close = nullptr, .syncs_directory = false,
                  .lock = SQLITE_LOCK_NONE, .shared = {}, .exclusive = {}};
    std::shared_ptr<MemoryDisk::File> content;
    if (path == nullptr) {
        content = std::make_shared<MemoryDisk::File>();
    } else {
        const Place place = place_of(path);
        if (place.disk == nullptr || place.disk->has_stopped()) return SQLITE_CANTOPEN;
        content = place.disk->find(place.name);
        if (!content && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
        handle.syncs_directory = !content && (flags & journals) != 0;
        if (!content) content = place.disk->create(place.name);
        handle.disk = place.disk;
        handle.generation = place.disk->generation();
        if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0) handle.delete_on_close = new std::string(place.name);
    }
    handle.file = new std::shared_ptr<MemoryDisk::File>(std::move(content));
    handle.base.pMethods = &io_methods;
    new (file) Handle(handle);
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* path, int syncs_directory) {
    const Place place = place_of(path);
    if (place.disk == nullptr || place.disk->has_stopped()) return SQLITE_IOERR_DELETE;
    if (!place.disk->find(place.name)) return SQLITE_IOERR_DELETE_NOENT;
    const auto answer = place.disk->remove(place.name);
    if (answer == DiskAnswer::done && syncs_directory != 0) place.disk->sync_directory();
    return code_of(answer, SQLITE_IOERR_DELETE);
}

int access(sqlite3_vfs*, const char* path, int, int* result) {
    const Place place = place_of(path);
    *result = place.disk != nullptr && place.disk->find(place.name) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int bytes, char* target) {
    sqlite3_snprintf(bytes, target, "%s", path);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int bytes, char* target) {
    for (int at = 0; at < bytes; ++at) target[at] = static_cast<char>(machines().random.next());
    return bytes;
}
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs*, double* day) { return *day = 2460000.5, SQLITE_OK; }
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

void install_crash_vfs() {
    static sqlite3_vfs vfs{};
    if (vfs.zName != nullptr) return;
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(Handle);
    vfs.mxPathname = 1024;
    vfs.zName = "motcua-simulation";
    vfs.xOpen = open;
    vfs.xDelete = remove;
    vfs.xAccess = access;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    ensure(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "SQLite takes our VFS for its own");
}

void attach_disk(const std::filesystem::path& directory, MemoryDisk& disk) { machines().disks[directory.string()] = &disk; }
void detach_disks() { machines().disks.clear(); }

void reseed_sqlite(std::uint64_t seed) {
    machines().random = Dice(seed);
    sqlite3_randomness(0, nullptr);
}

}  // namespace motcua::simulation
