#include "node/keep/disk_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <limits>

#include "node/files.hpp"

namespace motcua::node {

DiskGuard::DiskGuard(std::filesystem::path directory, const Config& config, const DiskProbe* probe)
    : directory_(std::move(directory)), keep_free_bytes_(config.keep_free_mib << 20U), reserve_bytes_(config.reserve_mib << 20U), probe_(probe) {}

std::uint64_t DiskGuard::free() const {
    const auto bytes = probe_ != nullptr ? (*probe_)(directory_) : free_bytes(directory_);
    return bytes.value_or(std::numeric_limits<std::uint64_t>::max());
}

DiskRoom DiskGuard::room() const {
    const auto bytes = free();
    // A quarter is enough for the WAL of what is under way.
    if (bytes < keep_free_bytes_ / 4) return DiskRoom::critical;
    return bytes < keep_free_bytes_ ? DiskRoom::low : DiskRoom::plenty;
}

bool DiskGuard::has_reserve() const {
    std::error_code ignored;
    return std::filesystem::exists(directory_ / reserve_file_name, ignored);
}

std::optional<std::string> DiskGuard::why_not() const {
    if (room() == DiskRoom::plenty) return std::nullopt;
    return fmt::format("the disk is nearly full ({} MiB are free): nothing of other offices is taken, so that what is recorded at this counter still fits", free() >> 20U);
}

DiskGuard::Look DiskGuard::look(bool may_make) {
    const auto place = directory_ / reserve_file_name;
    Look look{.room = room(), .news = std::nullopt};
    std::error_code trouble;
    if (look.room == DiskRoom::critical) {
        if (has_reserve() && std::filesystem::remove(place, trouble) && !trouble) {
            look.news = fmt::format("the disk is full: the reserve of {} MiB in {} was given up, so that acts can still be recorded here. Free some space now", reserve_bytes_ >> 20U,
                                    place.string());
        }
        return look;
    }
    if (!may_make || look.room != DiskRoom::plenty || reserve_bytes_ == 0 || has_reserve() || free() < keep_free_bytes_ + reserve_bytes_) return look;
    const int fd = ::open(place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return look;
    // Blocks that are really ours: a hole would be no reserve.
    const int failed = ::posix_fallocate(fd, 0, static_cast<off_t>(reserve_bytes_));
    ::close(fd);
    if (failed != 0) std::filesystem::remove(place, trouble);
    else look.news = fmt::format("{} MiB are kept in reserve in {}, for when the disk is full", reserve_bytes_ >> 20U, place.string());
    return look;
}

}  // namespace motcua::node
