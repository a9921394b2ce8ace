#include "node/store/store.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <csignal>

#include "tests/node/store/stored_world.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Reader;
using node::Store;

TEST_CASE("store: what was committed is there after the store is opened again") {
    StoredWorld stored;
    stored.world.receive(stored.world.first());
    stored.store_all(stored.world.first());
    const auto head = stored.world.first().log.head;
    stored.reopen();
    const auto row = value_of(stored.store->reader().log(head.id));
    REQUIRE(row);
    CHECK(row->head == head);
    CHECK(row->root == head.tree.root());
    CHECK(!row->accused);
    CHECK(value_of(stored.store->reader().entry(head.id, 1)) == stored.world.first().log.acts[1].envelope);
    CHECK(value_of(stored.store->reader().body(head.id, 1)) == stored.world.first().log.bodies[1]);
    CHECK(value_of(stored.store->reader().last_checkpoint(head.id))->note == stored.world.first().log.checkpoints.back());
}

TEST_CASE("store: a group that goes without commit leaves nothing") {
    StoredWorld stored;
    value_of(stored.store->begin());
    value_of(stored.store->append(stored.check(stored.world.first(), 0)));
    stored.reopen();
    CHECK(value_of(stored.store->reader().logs()).empty());
    value_of(stored.store->begin());
    value_of(stored.store->append(stored.check(stored.world.first(), 0)));
    stored.store->rollback();
    CHECK(value_of(stored.store->reader().logs()).empty());
}

TEST_CASE("store: a job that is rolled back leaves the other jobs of its group") {
    StoredWorld stored;
    auto& store = *stored.store;
    value_of(store.begin());
    value_of(store.savepoint());
    value_of(store.append(stored.check(stored.world.first(), 0)));
    value_of(store.release_savepoint());
    value_of(store.savepoint());
    value_of(store.append(stored.check(stored.world.second(), 0)));
    value_of(store.rollback_to_savepoint());
    value_of(store.commit());
    CHECK(value_of(store.reader().log(stored.world.first().id())));
    CHECK(!value_of(store.reader().log(stored.world.second().id())));
}

TEST_CASE("store: a reader sees a commit at once, a snapshot only what was there when it began") {
    StoredWorld stored;
    stored.store_all(stored.world.first());
    auto reader = value_of(Reader::open(stored.folder.path()));
    value_of(reader.begin_snapshot());
    CHECK(value_of(reader.logs()).size() == 1);
    stored.store_all(stored.world.second());
    CHECK(value_of(reader.logs()).size() == 1);
    reader.end_snapshot();
    CHECK(value_of(reader.logs()).size() == 2);
}

TEST_CASE("store: a reader opens a database that was closed cleanly, and that a crash left with its WAL") {
    StoredWorld stored;
    stored.store_all(stored.world.first());
    const auto crashed = stored.folder.path() / "crashed";
    std::filesystem::create_directory(crashed);
    for (const auto* name : {"motcua.db", "motcua.db-wal"}) std::filesystem::copy(stored.folder.path() / name, crashed / name);
    stored.store.reset();
    CHECK(!std::filesystem::exists(stored.folder.path() / "motcua.db-wal"));
    CHECK(value_of(value_of(Reader::open(stored.folder.path())).logs()).size() == 1);
    CHECK(value_of(value_of(Reader::open(crashed)).logs()).size() == 1);
    // The reader did not copy the WAL into the database.
    CHECK(std::filesystem::file_size(crashed / "motcua.db-wal") > 0);
}

TEST_CASE("store: extensions are read up to a checkpoint, within the bytes asked for, but at least to the next") {
    StoredWorld stored;
    auto& first = stored.world.first();
    for (int count = 0; count < 9; ++count) stored.world.receive(first);
    stored.store_all(first);  // a checkpoint an entry
    auto& reader = stored.store->reader();
    const auto whole = value_of(reader.read(first.id(), 0, sync::extension_bytes_max));
    REQUIRE(whole);
    CHECK(whole->entries.size() == 10);
    CHECK(whole->checkpoint == first.log.checkpoints.back());
    CHECK(whole->bodies[1] == first.log.bodies[1]);
    CHECK(value_of(reader.read(first.id(), 3, 1))->entries.size() == 1);
    const auto two = first.log.acts[3].envelope.size() + first.log.bodies[3]->size() + first.log.acts[4].envelope.size() + first.log.bodies[4]->size();
    const auto part = value_of(reader.read(first.id(), 3, two));
    CHECK(part->entries.size() == 2);
    CHECK(part->checkpoint == first.log.checkpoints[4]);
    CHECK(!value_of(reader.read(first.id(), 10, 1000)));
    CHECK(!value_of(reader.read(first.id(), 11, 1000)));
    CHECK(!value_of(reader.read(stored.world.second().id(), 0, 1000)));
}

TEST_CASE("store: an extension with many entries to one checkpoint is read whole") {
    StoredWorld stored;
    auto& first = stored.world.first();
    for (int count = 0; count < 9; ++count) stored.world.receive(first);
    value_of(stored.store->begin());
    value_of(stored.store->append(stored.check_range(first, 0, 10)));
    value_of(stored.store->commit());
    auto& reader = stored.store->reader();
    CHECK(value_of(reader.read(first.id(), 0, 1))->entries.size() == 10);
    CHECK(value_of(reader.read(first.id(), 4, 1))->entries.size() == 6);
    // The root of a size without a checkpoint is computed.
    CHECK(value_of(reader.root_at(first.id(), 5)) == value_of(crypto::Checkpoint::parse(value_of(crypto::Note::parse(first.log.checkpoints[4])).text)).root);
    CHECK(!value_of(reader.root_at(first.id(), 11)));
}

TEST_CASE("store: a log under another number, or whose last entry was altered, is told as damage and not written behind") {
    for (const auto* tampering : {"UPDATE log SET number = 9000000", "UPDATE log SET number = -1", "UPDATE log SET number = 77",
                                  "UPDATE entry SET envelope = x'00'", "DELETE FROM entry", "UPDATE log SET registry_size = 1"}) {
        INFO(tampering);
        StoredWorld stored;
        stored.store_all(stored.world.first());
        stored.world.receive(stored.world.first());
        value_of(stored.store->database().execute(tampering));
        const auto checked = stored.check_range(stored.world.first(), stored.stored_size(stored.world.first().id()), stored.world.first().log.acts.size());
        value_of(stored.store->begin());
        const auto appended = stored.store->append(checked);
        REQUIRE(!appended);
        CHECK(appended.error().kind == ErrorKind::storage);
        CHECK(appended.error().message.find("restore") != std::string::npos);
        stored.store->rollback();
    }
}

TEST_CASE("store: a missing body is known as missing until the right one comes") {
    StoredWorld stored;
    auto& first = stored.world.first();
    stored.world.receive(first);
    auto extension = first.log.all();
    extension.bodies[1].reset();
    auto& store = *stored.store;
    value_of(store.begin());
    value_of(store.append(stored.check(std::move(extension), sync::LogHead::empty(first.log.head.origin, first.log.head.log_key, sync::LogClass::node))));
    CHECK(value_of(store.reader().missing_bodies(first.id(), 10)) == std::vector<std::uint64_t>{1});
    auto wrong = *first.log.bodies[1];
    wrong[5] ^= std::byte{1};  // in the salt: as well-formed as before
    CHECK(kind_of(store.add_body(first.id(), 1, wrong)) == ErrorKind::verification);
    CHECK(kind_of(store.add_body(first.id(), 0, *first.log.bodies[1])) == ErrorKind::verification);
    CHECK(kind_of(store.add_body(first.id(), 2, *first.log.bodies[1])) == ErrorKind::not_found);
    value_of(store.add_body(first.id(), 1, *first.log.bodies[1]));
    CHECK(value_of(store.reader().missing_bodies(first.id(), 10)).empty());
    CHECK(value_of(store.reader().body(first.id(), 1)) == first.log.bodies[1]);
    value_of(store.commit());
}

TEST_CASE("store: of two cosignatures over one size the earlier stays, and the newest size is found") {
    StoredWorld stored;
    stored.store_all(stored.world.first());
    const auto log = stored.world.first().id();
    auto& store = *stored.store;
    value_of(store.begin());
    const auto add = [&](std::uint64_t size, std::string cosigner, std::uint64_t time) {
        value_of(store.add_cosignature(log, {.size = size, .cosigner = std::move(cosigner), .time_s = time, .line = "line " + std::to_string(time)}));
    };
    add(1, "hub", 100), add(1, "hub", 200), add(3, "hub", 300), add(2, "city", 400);
    const auto newest = value_of(store.reader().newest_cosignatures(log));
    REQUIRE(newest.size() == 2);
    CHECK((newest[0].cosigner == "city" && newest[0].size == 2));
    CHECK((newest[1].cosigner == "hub" && newest[1].size == 3));
    std::vector<std::uint64_t> times;
    value_of(store.reader().each_cosignature(log, [&](const node::CosignatureRow& row) { times.push_back(row.time_s); return true; }));
    CHECK(times == std::vector<std::uint64_t>{400, 100, 300});
    value_of(store.commit());
}

TEST_CASE("store: an unproven accusation goes with the next good extension, a proven one stays") {
    StoredWorld stored;
    auto& world = stored.world;
    auto& store = *stored.store;
    stored.store_all(world.first());
    value_of(store.begin());
    value_of(store.accuse(world.first().id(), "spoiled on the way", false));
    value_of(store.commit());
    CHECK(value_of(store.reader().log(world.first().id()))->accused == "spoiled on the way");
    world.receive(world.first());
    stored.store_all(world.first());
    CHECK(!value_of(store.reader().log(world.first().id()))->accused);
    value_of(store.begin());
    value_of(store.accuse(world.first().id(), "two histories", true));
    value_of(store.accuse(world.first().id(), "spoiled on the way", false));
    value_of(store.commit());
    world.receive(world.first());
    stored.store_all(world.first());
    const auto row = value_of(store.reader().log(world.first().id()));
    CHECK(row->accused == "two histories");
    CHECK(row->proven);
}

TEST_CASE("store: evidence that comes twice is kept once") {
    StoredWorld stored;
    auto& store = *stored.store;
    value_of(store.begin());
    const node::EvidenceRow row{.log = stored.world.first().id(), .ours = "a", .theirs = "b", .cause = "c"};
    value_of(store.add_evidence(row));
    value_of(store.add_evidence(row));
    value_of(store.commit());
    CHECK(value_of(store.reader().evidence()).size() == 1);
}

namespace {

/// No file may grow beyond `bytes` while this lives; the write fails as on a full disk, without the signal.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int);
};

}  // namespace

TEST_CASE("store: after a write that failed everything is refused until the store is opened again") {
    StoredWorld stored;
    stored.store_all(stored.world.first());
    const auto before = stored.world.first().log.head;
    for (int count = 0; count < 40; ++count) stored.world.receive(stored.world.first());
    {
        const FileSizeLimit limit(std::filesystem::file_size(stored.folder.path() / "motcua.db-wal") + 2000);
        value_of(stored.store->begin());
        auto ok = stored.store->append(stored.check_range(stored.world.first(), 1, 41));
        const auto committed = stored.store->commit();
        REQUIRE(!committed);
        CHECK(committed.error().kind == ErrorKind::storage);
    }
    CHECK(kind_of(stored.store->begin()) == ErrorKind::storage);
    // Readers go on.
    CHECK(value_of(value_of(Reader::open(stored.folder.path())).log(before.id))->head == before);
    stored.reopen();
    CHECK(value_of(stored.store->reader().log(before.id))->head == before);
    value_of(stored.store->begin());
    value_of(stored.store->append(stored.check_range(stored.world.first(), 1, 41)));
    value_of(stored.store->commit());
}

TEST_CASE("store: a database of another program or of a newer schema is refused") {
    Folder folder;
    { auto store = value_of(Store::open(folder.path())); value_of(store.database().execute("PRAGMA user_version = 99")); }
    const auto newer = Store::open(folder.path());
    REQUIRE(!newer);
    CHECK(newer.error().message.find("schema version 99") != std::string::npos);
    CHECK(kind_of(Reader::open(folder.path())) == ErrorKind::refused);
    Folder other;
    { auto store = value_of(Store::open(other.path())); value_of(store.database().execute("PRAGMA application_id = 7")); }
    CHECK(kind_of(Store::open(other.path())) == ErrorKind::storage);
    other.write("motcua.db", "this is not a database, but it is long enough to be read as one, or so one might think");
    CHECK(kind_of(Store::open(other.path())) == ErrorKind::storage);
    CHECK(kind_of(Reader::open(other.path() / "nowhere")) == ErrorKind::not_found);
}

TEST_CASE("store: its files are the owner's alone") {
    StoredWorld stored;
    stored.store_all(stored.world.first());
    for (const auto* name : {"motcua.db", "motcua.db-wal", "motcua.db-shm"}) {
        const auto mode = std::filesystem::status(stored.folder.path() / name).permissions();
        CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) == std::filesystem::perms::none);
    }
}

TEST_CASE("store: every commit is synced and what is deleted is overwritten") {
    StoredWorld stored;
    auto statement = value_of(stored.store->database().prepare("SELECT (SELECT * FROM pragma_synchronous), (SELECT * FROM pragma_secure_delete), "
                                                               "(SELECT * FROM pragma_journal_mode)"));
    REQUIRE(value_of(statement.step()));
    CHECK(statement.integer(0) == 2);
    CHECK(statement.integer(1) == 1);
    CHECK(statement.text(2) == "wal");
}
