#pragma once
/// A city as it stands before a run: offices, nodes, keys, and the disk of each node just after enrolment. Made once a shape by
/// the product's own enrolment, then copied for each seed: enrolling costs a hundred times as much as copying.

#include <filesystem>
#include <memory>

#include "node/enrolment.hpp"
#include "tests/simulation/memory_disk.hpp"

namespace motcua::simulation {

constexpr std::uint64_t start_ms = 1'760'000'000'000;  ///< 2025-10-09
constexpr std::uint64_t shapes = 24;

struct OfficeSite {
    std::string code;
    std::optional<std::size_t> parent;  ///< none: the city
    sync::OfficeKind kind = sync::OfficeKind::commune;
    std::size_t level = 0;
};

struct NodeSite {
    std::string name;
    std::size_t office = 0;
    std::optional<std::size_t> upstream;  ///< the node that it dials; none at the city
    bool is_spare = false;                ///< has asked to be enrolled; the city has not approved yet
    std::filesystem::path directory;
    std::string config;                   ///< of the directory's motcua.toml
    MemoryDisk::Image disk;
    std::string request;
    sync::LogId log;
    // Keys: those of the directory, and a second officer's, who is no head.
    std::shared_ptr<crypto::SigningKey> log_key, head, deputy;
};

struct Town {
    std::uint64_t shape = 0;
    std::vector<OfficeSite> offices;
    std::vector<NodeSite> nodes;  ///< the city's first, spare ones last
    std::shared_ptr<crypto::SigningKey> root;
    std::string root_text;

    /// `folder` is this process's own.
    [[nodiscard]] static Town build(std::uint64_t shape, const std::filesystem::path& folder);
    [[nodiscard]] std::size_t levels() const;
};

/// A folder for keys and lock files that goes with the process; one town a shape, made when first asked for.
class Towns {
  public:
    /// Its folder lies in `above`, or in memory where that is possible.
    explicit Towns(const std::filesystem::path& above = {});
    ~Towns();
    Towns(const Towns&) = delete;
    [[nodiscard]] const Town& of_shape(std::uint64_t shape);
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
    std::map<std::uint64_t, Town> made_;
};

}  // namespace motcua::simulation
