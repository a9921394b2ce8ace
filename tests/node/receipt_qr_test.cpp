#include <catch2/catch.hpp>
#include <qrcodegen/qrcodegen.hpp>

#include "sync/dossier/lookup_code.hpp"
#include "sync/dossier/receipt_statement.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

// The smallest QR at level M or better, as a printer would make it.
int version_of(const std::string& text) { return qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM).getVersion(); }

std::string receipt(const std::string& agency, std::uint64_t number, const std::string& procedure, std::uint64_t seq) {
    const auto key = signing_key("qr");
    ReceiptStatement statement{.code = {agency, 20'784, number}, .procedure = procedure, .received_ms = 1'795'827'600'000, .due_ms = 1'796'119'200'000,
                               .place = {log_id(node_origin("H26", key.public_key()), key.public_key()), Seq{seq}}, .act = {}};
    statement.act.bytes.fill(std::byte{0xff});
    return sign_receipt(statement, key);
}

}  // namespace

TEST_CASE("a receipt's QR is of version 9 as a rule, 10 in the old order with long numbers, and 12 at its very longest") {
    CHECK(version_of(receipt("H26.04.01", 7, "1.001193", 1234)) == 9);
    CHECK(version_of(receipt("H15.50.05.13", 9999, "1.001193", 4'000'000)) == 9);
    CHECK(version_of(receipt("000.00.04.H26", 10'975, "2.000635.000.00.00.H26", 100'000)) == 10);
    const std::string longest = receipt(std::string(35, 'H'), 999'999'999'999'999'999, std::string(64, 'P'), UINT32_MAX);
    CHECK(version_of(longest) == 12);
    CHECK(longest.size() == 391);  // as CODES.md says
}

TEST_CASE("a receipt's text goes into the QR in alphanumeric mode") {
    const std::string text = receipt("H26.04.01", 7, "1.001193", 1234);
    CHECK(qrcodegen::QrSegment::isAlphanumeric(text.c_str()));
    CHECK(qrcodegen::QrSegment::isAlphanumeric("7K3M-9QXT-2BHW-D5RNE"));  // the lookup code's form, printed beside it
}
