#pragma once
/// Runs numbered tasks on the cores there are. Findings are kept in words, since Catch2's assertions belong to one thread.

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace motcua::tests::properties {

constexpr unsigned cores_max = 8;

/// What the failing task of the lowest number said; empty when none failed. Tasks after a failed one may be left out.
inline std::string first_finding(std::uint64_t count, const std::function<std::string(std::uint64_t)>& task) {
    std::atomic<std::uint64_t> next = 0, stop_at = count;
    std::mutex mutex;
    std::map<std::uint64_t, std::string> findings;
    const auto work = [&] {
        for (std::uint64_t index = next++; index < stop_at; index = next++) {
            std::string finding = task(index);
            if (finding.empty()) continue;
            const std::lock_guard lock(mutex);
            findings.emplace(index, std::move(finding));
            stop_at = std::min(stop_at.load(), findings.begin()->first);
        }
    };
    std::vector<std::jthread> threads;
    for (unsigned core = 1; core < std::clamp(std::thread::hardware_concurrency(), 1U, cores_max); ++core) threads.emplace_back(work);
    work();
    threads.clear();
    return findings.empty() ? std::string() : findings.begin()->second;
}

}  // namespace motcua::tests::properties
