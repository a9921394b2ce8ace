#include "node/bundle/bundle.hpp"

#include <catch2/catch.hpp>

#include "node/files.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

/// A city and a commune between which a stick is carried.
struct Stick : Places {
    std::optional<node::Node> city, badinh;
    int files = 0;

    Stick() {
        make_city();
        city.emplace(open("city"));
        enrol(*city, "badinh", "H26.00004");
        badinh.emplace(open("badinh"));
    }
    std::filesystem::path new_file() { return folder.path() / ("stick-" + std::to_string(files++)); }
    void record(int count) {
        value_of(badinh->begin());
        for (int index = 0; index < count; ++index) {
            const auto entry = receive("H26.00004-250101-" + std::to_string(1000 + index));
            value_of(badinh->record(officer("badinh"), std::span(&entry, 1)));
        }
        value_of(badinh->commit());
    }
    std::filesystem::path write(node::Node& from, const node::Node& to, const std::optional<node::BundleHead>& said = std::nullopt) {
        const auto file = new_file();
        value_of(node::write_bundle(from.reader(), *from.registry(), from.log_id(), to.log_id(), said, file, clock, random));
        return file;
    }
    node::TakeBundleDone take(node::Node& into, const std::filesystem::path& file) {
        node::TakeBundle request{.file = file.string()};
        node::TakeBundleDone total;
        for (int round = 0; !total.is_whole; ++round) {
            REQUIRE(round < 1000);
            auto part = value_of(node::take_bundle(into, request));
            request.messages_done = part.messages_done;
            total.is_whole = part.is_whole;
            total.head = std::move(part.head);
            total.entries += part.entries;
            total.registry_entries += part.registry_entries;
            total.cosignatures += part.cosignatures;
            total.refusals.insert(total.refusals.end(), part.refusals.begin(), part.refusals.end());
        }
        return total;
    }
    std::uint64_t held() {
        const node::StoredReplica replica(badinh->reader(), badinh->registry());
        for (const auto& head : value_of(replica.heads(badinh->identity().office, city->log_id()))) {
            if (head.log == badinh->log_id()) return head.held;
        }
        return 0;
    }
};

}  // namespace

TEST_CASE("bundle: acts go up on a stick, cosignatures come back on it, and then nothing is left to carry") {
    Stick stick;
    stick.record(3);
    const auto up = stick.take(*stick.city, stick.write(*stick.badinh, *stick.city));
    CHECK(up.entries == 4);
    CHECK(up.refusals.empty());
    CHECK(stick.held() == 0);  // not before the answer is here
    const auto said = value_of(cbor::decode<node::BundleHead>(up.head));
    const auto down = stick.take(*stick.badinh, stick.write(*stick.city, *stick.badinh, said));
    CHECK(down.cosignatures == 1);
    CHECK(stick.held() == 4);
    CHECK(stick.take(*stick.city, stick.write(*stick.badinh, *stick.city)).entries == 0);
}

TEST_CASE("bundle: taken twice, or an older one after a newer one, it changes nothing") {
    Stick stick;
    stick.record(2);
    const auto first = stick.write(*stick.badinh, *stick.city);
    stick.record(2);
    const auto second = stick.write(*stick.badinh, *stick.city);
    for (const auto& file : {second, first, second, first}) CHECK(stick.take(*stick.city, file).refusals.empty());
    CHECK(value_of(stick.city->reader().log(stick.badinh->log_id()))->head.size() == 5);
}

TEST_CASE("bundle: whoever else finds the stick reads nothing") {
    Stick stick;
    stick.enrol(*stick.city, "longbien", "H26.00005");
    stick.record(1);
    const auto file = stick.write(*stick.badinh, *stick.city);
    const auto bytes = Places::read_text(file);
    CHECK(bytes.find("Nguyễn Văn An") == std::string::npos);
    CHECK(bytes.find("H26") == std::string::npos);
    auto finder = stick.open("longbien");
    CHECK(node::take_bundle(finder, {.file = file.string()}).error().kind == ErrorKind::refused);
    CHECK(node::take_bundle(*stick.badinh, {.file = file.string()}).error().kind == ErrorKind::refused);  // not even its author
}

TEST_CASE("bundle: between nodes of which none is above the other there is none") {
    Stick stick;
    stick.enrol(*stick.city, "longbien", "H26.00005");
    auto longbien = stick.open("longbien");
    const auto registry = longbien.registry();
    const auto written = node::write_bundle(longbien.reader(), *registry, longbien.log_id(), stick.badinh->log_id(), std::nullopt, stick.new_file(), stick.clock, stick.random);
    CHECK(written.error().kind == ErrorKind::refused);
    CHECK(value_of(node::find_recipient(*registry, longbien.log_id(), std::nullopt)) == stick.city->log_id());
    CHECK(node::find_recipient(*registry, longbien.log_id(), "H26.99999").error().kind == ErrorKind::not_found);
}

TEST_CASE("bundle: a new officer's registry entry reaches a commune without a link") {
    Stick stick;
    stick.enrol(*stick.city, "longbien", "H26.00005");  // the registry grows at the city
    const auto before = stick.badinh->registry()->size();
    const auto down = stick.take(*stick.badinh, stick.write(*stick.city, *stick.badinh));
    CHECK(down.registry_entries > 0);
    CHECK(stick.badinh->registry()->size() > before);
    CHECK(stick.badinh->registry()->size() == stick.city->registry()->size());
}

TEST_CASE("bundle: cut or damaged anywhere, what was taken before stays, nothing is half taken, and a whole one goes on") {
    Stick stick;
    stick.record(40);
    const auto file = stick.write(*stick.badinh, *stick.city);
    const auto whole = Places::read_text(file);
    std::mt19937_64 dice(5);
    for (int round = 0; round < 25; ++round) {
        auto bytes = whole;
        const auto place = static_cast<std::size_t>(dice() % bytes.size());
        if (round % 2 == 0) bytes.resize(place);
        else bytes[place] = static_cast<char>(bytes[place] ^ (1 << (dice() % 8)));
        const auto damaged = stick.new_file();
        std::ofstream(damaged, std::ios::binary) << bytes;
        INFO("byte " << place);
        CHECK_FALSE(node::take_bundle(*stick.city, {.file = damaged.string()}));
    }
    CHECK(stick.take(*stick.city, file).entries == 41);
}

TEST_CASE("bundle: a large one is taken in parts, and a log that is not this node's business is refused alone") {
    Stick stick;
    stick.enrol(*stick.city, "longbien", "H26.00005");
    stick.record(1);
    auto longbien = stick.open("longbien");
    // Badình writes to the city, and slips in a log of the city's own.
    const auto& noise = stick.city->registry()->find_node(stick.city->log_id())->noise_key;
    const auto file = stick.new_file();
    auto writer = value_of(node::SealedFileWriter::create(file, crypto::StreamSealer::for_recipient("bundle", noise, stick.random)));
    const auto put = [&](const Bytes& message) {
        const Bytes length{std::byte{0}, static_cast<std::byte>(message.size() >> 16U), static_cast<std::byte>(message.size() >> 8U & 0xffU), static_cast<std::byte>(message.size() & 0xffU)};
        value_of(writer.write(length));
        value_of(writer.write(message));
    };
    node::BundleHead head;
    head.from = stick.badinh->log_id();
    head.to = stick.city->log_id();
    head.registry.log = stick.city->registry()->log_id();
    put(cbor::encode(head));
    put(sync::encode_message(sync::Extend{*value_of(stick.city->reader().read(stick.city->log_id(), 0, sync::extension_bytes_max))}));
    put(sync::encode_message(sync::Extend{*value_of(stick.badinh->reader().read(stick.badinh->log_id(), 0, sync::extension_bytes_max))}));
    value_of(writer.finish());
    const auto done = stick.take(*stick.city, file);
    CHECK(done.refusals.size() == 1);
    CHECK(done.entries == 2);
}
