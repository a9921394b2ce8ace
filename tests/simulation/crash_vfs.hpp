#pragma once
/// SQLite's files on MemoryDisks: a VFS that, once installed, is the default of this process, so that the product opens its
/// databases as ever and they lie in memory. A file belongs to the disk of its directory; one whose name goes on with ".new-…"
/// (a directory that is still being made) counts as the directory itself.

#include <filesystem>

#include "tests/simulation/memory_disk.hpp"

namespace motcua::simulation {

/// Once a process, before its first connection. Also tells SQLite that there is one thread.
void install_crash_vfs();
/// `disk` outlives every connection to files of that directory.
void attach_disk(const std::filesystem::path& directory, MemoryDisk& disk);
void detach_disks();
/// What SQLite draws its own random numbers (WAL salts) from; the same seed gives the same bytes.
void reseed_sqlite(std::uint64_t seed);

}  // namespace motcua::simulation
