// The head closes the book: the seal of the paper book, as an act.

#include "node/desk/body.hpp"
#include "sync/calendar/civil_day.hpp"

namespace motcua::node {
namespace {

struct Period {
    std::int64_t first_day = 0, last_day = 0;
};

Period period_of(const CloseBook& request) {
    if (request.kind == sync::Kind::day_close) return {request.day, request.day};
    const std::int64_t year = sync::civil_date(request.day).year;
    return {sync::day_of({year, 1, 1}).value_or(request.day), sync::day_of({year, 12, 31}).value_or(request.day)};
}

}  // namespace

Result<CloseDone> close_book(Node& node, const crypto::SigningKey& officer, const CloseBook& request, NodeEnvironment environment) {
    if (request.kind != sync::Kind::day_close && request.kind != sync::Kind::year_close) return fail(ErrorKind::usage, "chỉ khóa sổ ngày hoặc sổ năm");
    const Period period = period_of(request);
    const std::int64_t today = sync::day_in_vietnam(to_ms(environment.clock->wall()));
    if (request.day < 0 || period.first_day > today) return fail(ErrorKind::usage, "không khóa sổ trước cho thời gian chưa đến");
    if (request.kind == sync::Kind::year_close && period.last_day > today)
        return fail(ErrorKind::refused, "chưa hết năm nên chưa khóa sổ năm được; khóa từ ngày 31/12");

    const auto book = node.reader().book(node.log_id(), {.from_ms = sync::ms_of({period.first_day, 0}), .to_ms = sync::ms_of({period.last_day + 1, 0})});
    if (!book) return std::unexpected(book.error());
    sync::CloseContent content;
    content.first_day = period.first_day;
    content.last_day = period.last_day;
    content.received = book->received;
    content.finished = book->finished;
    content.returned = book->returned;
    content.open = book->open;
    content.first_code = book->first_code;
    content.last_code = book->last_code;

    const Entry entry{.kind = request.kind, .subject = Bytes{}, .prior = std::nullopt, .content = sync::to_item(content), .body = std::nullopt};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    return CloseDone{.act = recorded->front().act, .book = content};
}

}  // namespace motcua::node
