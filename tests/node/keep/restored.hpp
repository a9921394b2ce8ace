#pragma once
/// A city and a commune that was put back to an older copy, whose old directory is still there.

#include "node/keep/backup.hpp"
#include "node/keep/next_log.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {

/// A commune that recorded twice, was backed up, recorded a third time, and was then put back to the backup.
struct Restored : Places {
    std::optional<node::Node> city;
    crypto::Secret passphrase = crypto::Secret::copy_of(as_bytes("giữ kín"));
    std::vector<node::Recorded> dossiers;

    explicit Restored(bool tail_reached_the_city = true) {
        make_city();
        city.emplace(open("city"));
        enrol(*city, "badinh", "H26.00004");
        {
            auto badinh = open("badinh");
            record(badinh, "H26.00004-250101-0001");
            send(badinh);
            back_up();
            record(badinh, "H26.00004-250101-0002");
            if (tail_reached_the_city) send(badinh);
        }
        std::filesystem::rename(directory("badinh"), directory("old"));
        value_of(node::restore_backup(folder.path() / "backup", &passphrase, directory("badinh"), random));
    }
    void back_up() {
        auto sealer = crypto::StreamSealer::for_passphrase("backup", passphrase, random, {.operations = 1, .memory_bytes = 8192});
        value_of(node::back_up(directory("badinh"), folder.path() / "backup", std::move(sealer), clock, random));
    }
    void record(node::Node& node, const std::string& code) {
        const auto entry = receive(code);
        value_of(node.begin());
        dossiers.push_back(value_of(node.record(officer("badinh"), std::span(&entry, 1))).front());
        value_of(node.commit());
    }
    /// Everything of a node's own log goes up, as a session would carry it.
    void send(node::Node& node) { copy(node, *city, node.log_id()); }
    void copy(node::Node& from, node::Node& to, const sync::LogId& log) {
        while (true) {
            const auto row = value_of(to.reader().log(log));
            const auto extension = value_of(from.reader().read(log, row ? row->head.size() : 0, sync::extension_bytes_max));
            if (!extension) return;
            value_of(to.begin());
            value_of(to.take(*extension));
            value_of(to.commit());
        }
    }
    Result<node::NextLog> go_on(bool nobody = false) {
        return node::open_next_log(directory("badinh"), officer("badinh"), "Lan", nobody, nullptr, environment());
    }
};

}  // namespace motcua::tests
