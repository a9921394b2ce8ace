#include <catch2/catch.hpp>

#include "sync/dossier/receipt_statement.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

struct Scene {
    World world;
    Act act;
    std::string text;

    Scene() {
        world.receipt(world.first());
        ReceiveContent content = World::received("H26.1.01-261127-0007", 1'795'827'634'567);
        content.due_ms = 1'796'119'200'000;
        act = world.state(world.first(), Kind::receive, world.next_dossier(world.first()), std::nullopt, content);
        text = sign_receipt(value_of(receipt_statement(act)), *world.first().log_key);
    }
};

}  // namespace

TEST_CASE("a receipt's statement is proven with the registry alone") {
    Scene scene;
    const auto proof = value_of(verify_receipt(scene.text, scene.world.registry));
    CHECK(proof.statement == value_of(receipt_statement(scene.act)));
    CHECK(proof.statement.code.text() == "H26.1.01-261127-0007");
    CHECK(proof.statement.received_ms == 1'795'827'600'000);  // to the minute
    CHECK(proof.statement.due_ms == 1'796'119'200'000);
    CHECK(proof.statement.place == scene.act.position());
    CHECK(proof.statement.act == scene.act.id);
    CHECK(proof.node.log == scene.world.first().id());
    REQUIRE(proof.office.has_value());
    CHECK(proof.office->name == "Phường Ba Đình");
    CHECK(proof.is_own_code);
    CHECK_FALSE(proof.node.retired_at.has_value());
    CHECK(proof.registry_size == scene.world.registry.size());
    CHECK(is_kept(proof.statement, scene.act));
    const std::vector<std::string> expected{
        "Chữ ký đúng: do nút “first” của Phường Ba Đình ký.",
        "Mã hồ sơ H26.1.01-261127-0007, thủ tục 1.001193, tiếp nhận lúc 08:00 ngày 28/11/2026.",
        "Hạn trả kết quả: 17:00 ngày 01/12/2026.",
        "Bước tiếp nhận là mục " + std::to_string(scene.act.payload.seq) + " trong sổ " + to_hex(scene.act.payload.log.view().first(8)) + "…, mã " + to_hex(scene.act.id.view()) + ".",
        "Kiểm tra theo danh mục có " + std::to_string(scene.world.registry.size()) + " mục. Giấy không nói gì về tình trạng hồ sơ sau khi tiếp nhận.",
        "Chữ ký này của phần mềm, không phải chữ ký số chuyên dùng công vụ.",
    };
    CHECK(text_vi(proof) == expected);
}

TEST_CASE("a receipt's text survives line breaks and small letters, and has only the characters of an alphanumeric QR") {
    Scene scene;
    CHECK(scene.text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") == std::string::npos);
    std::string copied;
    for (std::size_t at = 0; at < scene.text.size(); ++at) {
        const char letter = scene.text[at];
        copied += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        if (at % 40 == 39) copied += "\r\n ";
    }
    CHECK(verify_receipt(copied, scene.world.registry).has_value());
}

TEST_CASE("every changed character of a receipt's text is found") {
    Scene scene;
    for (std::size_t at = 0; at < scene.text.size(); ++at) {
        std::string changed = scene.text;
        changed[at] = changed[at] == '7' ? '8' : '7';
        CHECK_FALSE(verify_receipt(changed, scene.world.registry).has_value());
        CHECK_FALSE(verify_receipt(scene.text.substr(0, at), scene.world.registry).has_value());
    }
    CHECK(kind_of(verify_receipt(scene.text + "00", scene.world.registry)) == ErrorKind::verification);
    CHECK(kind_of(verify_receipt("https://motcua.example/", scene.world.registry)) == ErrorKind::verification);
    CHECK(kind_of(verify_receipt(std::string(100'000, '7'), scene.world.registry)) == ErrorKind::verification);
}

TEST_CASE("a receipt signed by another node's key, or by no listed node, is not proven") {
    Scene scene;
    const auto statement = value_of(receipt_statement(scene.act));
    CHECK(kind_of(verify_receipt(sign_receipt(statement, *scene.world.second().log_key), scene.world.registry)) == ErrorKind::verification);
    CHECK(kind_of(verify_receipt(sign_receipt(statement, *scene.world.first().officer), scene.world.registry)) == ErrorKind::verification);

    auto elsewhere = statement;
    elsewhere.place.log.bytes[7] ^= std::byte{1};
    CHECK(kind_of(verify_receipt(sign_receipt(elsewhere, *scene.world.first().log_key), scene.world.registry)) == ErrorKind::not_found);
    // The whole log id is signed, not only the part that is printed.
    elsewhere = statement;
    elsewhere.place.log.bytes[31] ^= std::byte{1};
    CHECK(kind_of(verify_receipt(sign_receipt(elsewhere, *scene.world.first().log_key), scene.world.registry)) == ErrorKind::verification);
}

TEST_CASE("a receipt of a retired node is proven with a warning") {
    Scene scene;
    World& world = scene.world;
    world.retire(world.registrar, world.first().id().view());
    const auto proof = value_of(verify_receipt(scene.text, world.registry));
    CHECK(proof.node.retired_at.has_value());
    CHECK(text_vi(proof).size() == 7);
}

TEST_CASE("a code that is not the signing office's own is pointed out") {
    Scene scene;
    auto statement = value_of(receipt_statement(scene.act));
    statement.code.agency = "H26.1.02";
    const auto proof = value_of(verify_receipt(sign_receipt(statement, *scene.world.first().log_key), scene.world.registry));
    CHECK_FALSE(proof.is_own_code);
    CHECK(text_vi(proof).size() == 7);
    CHECK_FALSE(is_kept(proof.statement, scene.act));
}

TEST_CASE("only a reception with a printed code has a statement, and it may promise no date") {
    Scene scene;
    World& world = scene.world;
    const auto dossier = world.next_dossier(world.first());
    CHECK(kind_of(receipt_statement(world.state(world.first(), Kind::note, dossier, std::nullopt))) == ErrorKind::verification);
    CHECK(kind_of(receipt_statement(world.state(world.first(), Kind::receive, world.next_dossier(world.first()), std::nullopt, World::received("sổ giấy 12")))) == ErrorKind::verification);
    const auto undated = world.state(world.first(), Kind::receive, world.next_dossier(world.first()), std::nullopt, World::received("H26.1.01-261127-10008"));
    const auto text = sign_receipt(value_of(receipt_statement(undated)), *world.first().log_key);
    CHECK_FALSE(value_of(verify_receipt(text, world.registry)).statement.due_ms.has_value());
    CHECK(value_of(read_receipt(text)).code.number == 10'008);
}
