#include "node/store/numbers.hpp"

#include "sync/act/content.hpp"

namespace motcua::node {

Result<void> add_given_code(Database& database, const sync::Act& act) {
    if (act.payload.kind != sync::Kind::receive) return {};
    const auto content = sync::from_item<sync::ReceiveContent>(act.payload.content);
    if (!content) return {};
    auto statement = database.prepare("INSERT OR IGNORE INTO given_code (code) VALUES (?)");
    if (!statement) return std::unexpected(std::move(statement).error());
    return statement->bind(content->code).run();
}

Result<std::vector<std::uint64_t>> Reader::numbers_given(std::string_view code_prefix) {
    // Only short plain numbers count.
    auto statement = database_->prepare(
        "SELECT CAST(substr(code, length(?1) + 1) AS INTEGER) FROM given_code WHERE code >= ?1 AND code < ?1 || ':' "
        "AND length(code) <= length(?1) + 15 AND substr(code, length(?1) + 1) NOT GLOB '*[^0-9]*'");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(code_prefix);
    std::vector<std::uint64_t> numbers;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return numbers;
        numbers.push_back(statement->size(0));
    }
}

}  // namespace motcua::node
