#pragma once
/// The disk of one simulated machine: its SQLite files in memory, what of them is durable, and the faults that are armed.
///
/// A write changes what processes see at once. Durable it is after a sync; until then a power cut may drop, keep or tear it.
/// Counting and failing operations is here; crash_vfs.cpp only translates for SQLite. Belongs to one thread.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/properties/dice.hpp"
#include "tests/simulation/file_content.hpp"

namespace motcua::simulation {

using tests::properties::Dice;

/// What an operation comes to. `full` and `broken` are reported to SQLite as ENOSPC and EIO.
enum class DiskAnswer { done, full, broken };

class MemoryDisk {
  public:
    /// One file. `shared` and the locks are the processes', not the disk's: they go with a crash.
    struct File {
        FileContent content;
        // --- only with books ---
        struct Change {
            bool is_truncation = false;
            std::uint64_t offset = 0;  ///< of a truncation: the new size
            Bytes bytes;
        };
        FileContent durable;
        std::vector<Change> unsynced;
        bool name_is_durable = false;
        // --- of the processes that have it open ---
        std::vector<std::unique_ptr<std::array<std::byte, 32768>>> shared;
        static constexpr std::size_t shared_locks = 8;
        std::array<int, shared_locks> shared_readers{};
        std::array<bool, shared_locks> shared_writer{};
        int readers = 0;
        bool reserved = false, pending = false, exclusive = false;
    };
    using Image = std::map<std::string, Bytes>;

    /// With books a power cut is possible; they cost a copy of each write.
    bool keeps_books = false;
    /// Syncs that answer `done` and do nothing: cheap disks, and some virtual machines.
    bool lies = false;
    /// The n-th write or sync from now fails, and so does every later one until `mend`.
    void fail_writes(std::uint64_t from_now, DiskAnswer as);
    void fail_syncs(std::uint64_t from_now);
    /// The machine stops at the n-th change (write, sync, truncation, deletion) from now: nothing later reaches the disk.
    void stop_at(std::uint64_t from_now);
    void mend();

    /// The process is gone: open handles are dead, locks and shared memory too. What it wrote stays.
    void kill();
    /// The same, and of what was not synced each file keeps what `dice` say, by 512-byte sectors. Needs books.
    void cut_power(Dice& dice);
    [[nodiscard]] bool has_stopped() const { return stopped_; }
    /// Handles are good as long as this is what it was when they were opened.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    [[nodiscard]] Image image() const;
    /// All files as they were, durable, unopened, without faults.
    void restore(const Image& image);

    // --- for crash_vfs.cpp ---
    [[nodiscard]] std::shared_ptr<File> find(const std::string& name) const;
    std::shared_ptr<File> create(const std::string& name);
    [[nodiscard]] DiskAnswer write(File& file, std::uint64_t offset, ByteView bytes);
    [[nodiscard]] DiskAnswer truncate(File& file, std::uint64_t size);
    [[nodiscard]] DiskAnswer sync(File& file);
    [[nodiscard]] DiskAnswer remove(const std::string& name);
    /// Which files there are becomes durable. SQLite does so with the first sync of a new journal or WAL.
    void sync_directory();
    /// Changes asked for so far: what `stop_at` counts.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

  private:
    /// False once the machine has stopped.
    [[nodiscard]] bool count_change();
    static void apply(FileContent& content, const File::Change& change);
    static FileContent after_power_cut(File& file, Dice& dice);

    std::map<std::string, std::shared_ptr<File>> files_;
    std::map<std::string, FileContent> ghosts_;  ///< deleted, but the directory was not synced since
    std::uint64_t generation_ = 1;
    bool stopped_ = false;
    std::uint64_t changes_ = 0, writes_ = 0, syncs_ = 0;
    std::optional<std::uint64_t> stop_at_, writes_fail_from_, syncs_fail_from_;
    DiskAnswer failure_ = DiskAnswer::done;
};

}  // namespace motcua::simulation
