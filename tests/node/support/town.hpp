#pragma once
/// Real nodes in real directories for tests: a city, and the offices that it enrols.

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "node/control/gateway.hpp"
#include "node/enrolment.hpp"
#include "node/link/server.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

using Path = std::filesystem::path;

/// Polls until it holds, at most this long.
inline bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds at_most = std::chrono::seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

class Town {
  public:
    Town() : Town("H26") {}
    explicit Town(const std::string& city_code) : city_code_(city_code) {
        root_ = value_of(node::init_city(city(), {.code = city_code, .name = "Thành phố", .officer_name = "Registrar"},
                                         folder_.path() / "recovery.key", nullptr, environment()));
    }

    [[nodiscard]] node::NodeEnvironment environment() { return {.clock = &clock_, .random = &random_, .checker = &checker_}; }
    [[nodiscard]] Path city() const { return folder_.path() / "city"; }
    [[nodiscard]] Path path(const std::string& name) const { return folder_.path() / name; }

    /// A new office with a node and an officer, known to the city; no serve may run there meanwhile.
    Path enrol(const std::string& name, const std::string& code, sync::OfficeKind kind, const std::string& parent) {
        const Path directory = path(name);
        value_of(node::request_enrolment(directory, {.code = code, .name = name, .officer_name = "Officer of " + name, .kind = kind}, nullptr, environment()));
        const Bytes ticket = approve(text_bytes(directory / "enrol.request"), parent);
        value_of(node::accept_enrolment(directory, ticket, "", root_, nullptr, environment()));
        auto config = value_of(node::Config::load(directory));
        config.journal_level = "off";
        value_of(config.save(directory));
        return directory;
    }
    Bytes approve(const Bytes& request, const std::string& parent) {
        auto gateway = value_of(node::Gateway::open(city(), no_passphrase, environment()));
        const auto done = value_of(gateway.ask({.work = node::Approve{.request = request, .parent_code = parent}, .officer_seed = officer(city()).seed()}));
        return std::get<node::ApproveDone>(done).ticket;
    }

    [[nodiscard]] node::Node open(const Path& directory) { return value_of(node::Node::open(directory, nullptr, environment())); }
    [[nodiscard]] node::Gateway gateway(const Path& directory) { return value_of(node::Gateway::open(directory, no_passphrase, environment())); }
    [[nodiscard]] static crypto::SigningKey officer(const Path& directory) {
        return value_of(node::load_signing_key(value_of(node::pick_officer(directory, std::nullopt)).file, nullptr));
    }
    static void set_upstream(const Path& directory, const std::string& address) {
        auto config = value_of(node::Config::load(directory));
        config.upstream = address;
        value_of(config.save(directory));
    }

    node::Request reception(const Path& directory, const std::string& applicant = "Nguyễn Văn Đức") {
        node::Receive receive;
        receive.procedure = "1.001193";
        receive.applicant.name = applicant;
        return {.work = std::move(receive), .officer_seed = officer(directory).seed()};
    }
    std::string receive(const Path& directory) {
        const auto done = value_of(gateway(directory).ask(reception(directory)));
        return std::get<node::ReceiveDone>(done).code;
    }
    /// Many small acts in one go: the cases of an earlier system.
    void import(const Path& directory, std::size_t events, const std::string& source = "source") {
        auto door = gateway(directory);
        for (std::size_t first = 0; first < events; first += node::import_rows_max) {
            node::ImportBatch batch;
            for (std::size_t index = first; index < std::min(events, first + node::import_rows_max); ++index) {
                node::EventRow row;
                row.content.source = source;
                row.content.case_name = "case-" + std::to_string(index / 6);
                row.content.event_key = std::to_string(index);
                row.content.activity = "Check documents";
                row.resource = "Resource " + std::to_string(index % 48);
                batch.rows.push_back(std::move(row));
            }
            value_of(door.ask({.work = std::move(batch), .officer_seed = officer(directory).seed()}));
        }
    }

    /// The size of `of`'s log as `at` has stored it.
    static std::uint64_t size_at(const Path& at, const sync::LogId& of) {
        auto reader = value_of(node::Reader::open(at));
        const auto row = value_of(reader.log(of));
        return row ? row->head.size() : 0;
    }
    /// How many different nodes have cosigned the log's present size, as `at` knows.
    static std::size_t cosigners_at(const Path& at, const sync::LogId& of) {
        auto reader = value_of(node::Reader::open(at));
        std::size_t count = 0;
        const std::uint64_t size = size_at(at, of);
        for (const auto& row : value_of(reader.newest_cosignatures(of))) count += row.size == size ? 1 : 0;
        return count;
    }
    sync::LogId log_of(const Path& directory) { return open(directory).log_id(); }

    static Result<std::optional<crypto::Secret>> no_passphrase() { return std::nullopt; }

  private:
    static Bytes text_bytes(const Path& file) { return to_bytes(as_bytes(read_file(file))); }
    static std::string read_file(const Path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    Folder folder_;
    std::string city_code_, root_;
    node::SystemClock clock_;
    node::SystemRandom random_;
    sync::SequentialSignatureChecker checker_;
};

/// A serve in a thread of its own, at a free port of loopback; stopped at the end.
class Serving {
  public:
    Serving(Town& town, const Path& directory, node::ServeOptions options = {.listen = node::Address{.host = "127.0.0.1"}},
            node::Journal journal = node::Journal::silent())
        : server_(value_of(node::Server::start(town.open(directory), town.environment(), std::move(journal), std::move(options)))),
          thread_([this] { result_ = server_.run(); }) {}
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving() { (void)stop(); }

    [[nodiscard]] std::string address() const { return server_.listening()->text(); }
    [[nodiscard]] std::uint16_t port() const { return server_.listening()->port; }
    Result<void> stop() {
        if (thread_.joinable()) {
            server_.stop();
            thread_.join();
        }
        return result_;
    }
    /// Until it ends by itself.
    Result<void> wait() {
        if (thread_.joinable()) thread_.join();
        return result_;
    }

  private:
    node::Server server_;
    Result<void> result_;
    std::thread thread_;
};

}  // namespace motcua::tests
