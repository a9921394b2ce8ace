#pragma once
/// Real nodes in temporary directories: a city, and what is enrolled under it. Insecure keys, so that nothing waits for
/// Argon2; a clock that stands still until it is moved; seeded randomness.

#include "node/enrolment.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

class StoppedClock final : public node::Clock {
  public:
    [[nodiscard]] sync::WallTime wall() const override { return wall_; }
    [[nodiscard]] sync::MonoTime mono() const override { return {}; }
    void move(std::chrono::milliseconds by) { wall_ += by; }

  private:
    sync::WallTime wall_{std::chrono::milliseconds(World::start_ms)};
};

class Places {
  public:
    Folder folder;
    StoppedClock clock;
    SeededRandom random{"places"};
    sync::SequentialSignatureChecker checker;
    std::string root;

    [[nodiscard]] node::NodeEnvironment environment() { return {.clock = &clock, .random = &random, .checker = &checker}; }
    [[nodiscard]] std::filesystem::path directory(const std::string& name) const { return folder.path() / name; }

    void make_city() {
        const node::CitySetup setup{.code = "H26", .name = "Thành phố Hà Nội", .officer_name = "Trần Bình"};
        root = value_of(node::init_city(directory("city"), setup, folder.path() / "recovery.key", nullptr, environment()));
    }
    void request(const std::string& name, const std::string& code) {
        const node::NodeSetup setup{.code = code, .name = "Phường " + name, .officer_name = "Lan", .kind = sync::OfficeKind::commune};
        value_of(node::request_enrolment(directory(name), setup, nullptr, environment()));
    }
    /// The ticket that the open city hands out.
    Bytes approve(node::Node& city, const std::string& name, const std::string& parent) {
        const auto file = read_text(directory(name) / "enrol.request");
        const auto registrar = officer("city");
        value_of(city.begin());
        value_of(node::approve_enrolment(city, registrar, as_bytes(file), parent));
        value_of(city.commit());
        return value_of(node::make_ticket(city));
    }
    void accept(const std::string& name, const Bytes& ticket) {
        value_of(node::accept_enrolment(directory(name), ticket, "127.0.0.1:7433", root, nullptr, environment()));
    }
    void enrol(node::Node& city, const std::string& name, const std::string& code, const std::string& parent = "H26") {
        request(name, code);
        accept(name, approve(city, name, parent));
    }
    [[nodiscard]] node::Node open(const std::string& name) { return value_of(node::Node::open(directory(name), nullptr, environment())); }
    [[nodiscard]] crypto::SigningKey officer(const std::string& name) {
        const auto file = value_of(node::pick_officer(directory(name), std::nullopt));
        return value_of(node::load_signing_key(file.file, nullptr));
    }

    // --- entries for Node::record ---
    node::Entry receive(std::string code, std::string applicant = "Nguyễn Văn An") {
        sync::ReceiveBody body;
        body.salt = Bytes(sync::body_salt_bytes);
        body.applicant = std::move(applicant);
        random.fill(body.salt);
        const auto content = World::received(std::move(code));
        return {.kind = sync::Kind::receive, .subject = node::Entry::NewDossier{}, .prior = std::nullopt, .content = sync::to_item(content), .body = cbor::encode(body)};
    }
    static node::Entry step(sync::Kind kind, std::variant<node::Entry::NewDossier, node::Entry::SameAs, Bytes> subject, std::optional<sync::ActId> prior = {}) {
        return {.kind = kind, .subject = std::move(subject), .prior = prior, .content = sync::empty_content(kind), .body = std::nullopt};
    }
    static std::string read_text(const std::filesystem::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
};

/// One call of record in a group of its own.
inline Result<std::vector<node::Recorded>> record_alone(node::Node& node, const crypto::SigningKey& officer, std::vector<node::Entry> entries) {
    value_of(node.begin());
    auto recorded = node.record(officer, entries);
    if (recorded) value_of(node.commit());
    else node.rollback();
    return recorded;
}

/// Everything of `log` that `from` has and `to` lacks, in one group.
inline node::Node::Committed carry(node::Node& from, node::Node& to, const sync::LogId& log) {
    value_of(to.begin());
    std::uint64_t at = 0;
    if (const auto row = value_of(to.reader().log(log))) at = row->head.size();
    while (auto extension = value_of(from.reader().read(log, at, sync::extension_bytes_max))) {
        at += extension->entries.size();
        value_of(to.take(std::move(*extension)));
    }
    return value_of(to.commit());
}

inline std::uint64_t size_of(node::Node& node, const sync::LogId& log) {
    const auto row = value_of(node.reader().log(log));
    return row ? row->head.size() : 0;
}

}  // namespace motcua::tests
