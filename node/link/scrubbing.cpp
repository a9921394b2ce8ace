#include "node/link/scrubbing.hpp"

#include <fmt/format.h>

namespace motcua::node {

Scrubbing::Scrubbing(boost::asio::io_context& context, Reader reader, Writer& writer, const Journal& journal, const Clock& clock, ScrubPace options)
    : timer_(context), reader_(std::move(reader)), writer_(&writer), journal_(&journal), clock_(&clock), options_(options) {
    wait(options_.begin_after);
}

void Scrubbing::stop() {
    stopped_ = true;
    timer_.cancel();
}

void Scrubbing::wait(std::chrono::milliseconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled && !stopped_) step();
    });
}

void Scrubbing::step() {
    if (!began_ms_) began_ms_ = static_cast<std::uint64_t>(clock_->wall().time_since_epoch().count());
    auto step = scrub_.step(reader_, options_.step_bytes);
    if (!step) {
        journal_->error("scrub: " + step.error().message + "; make a backup now if one can be made, and have the disk looked at");
        began_ms_.reset();
        scrub_ = Scrub();
        return wait(options_.rest);
    }
    tell(*step);
    const bool is_done = step->is_round_done;
    if (is_done || !step->found.empty()) submit(*std::move(step));
    if (is_done) began_ms_.reset();
    wait(is_done ? std::chrono::milliseconds(options_.rest) : options_.pause);
}

void Scrubbing::tell(const Scrub::Step& step) {
    found_ += step.found.size() + step.beyond_repair.size();
    for (const auto& damage : step.found) {
        const auto row = reader_.log(damage.log);
        const auto origin = row && *row ? (*row)->head.origin : to_hex(damage.log.view());
        journal_->error(fmt::format("the disk has changed what was stored: {} {} {}: {}; it is asked for again at the next session, and not handed on before. See motcua doctor", origin,
                                    name_of(damage.what()), damage.place, damage.cause));
    }
    for (const auto& text : step.beyond_repair) journal_->error("the disk has changed what was stored, and no peer can give it back: " + text + "; see motcua doctor");
    if (!step.is_round_done) return;
    journal_->info(fmt::format("scrub: looked at {} MiB of acts and bodies: {}", scrub_.bytes() >> 20U, found_ == 0 ? "all as it was stored" : fmt::format("{} places are damaged", found_)));
    found_ = 0;
}

void Scrubbing::submit(Scrub::Step step) {
    Writer::Job job;
    job.run = [step = std::move(step), began_ms = *began_ms_](Node& node) -> Result<void> {
        if (auto ok = node.note_damage(step.found); !ok) return ok;
        return step.is_round_done ? node.note_scrubbed(began_ms) : Result<void>{};
    };
    job.answer = [journal = journal_](const Result<void>& result, const Group&) {
        if (!result) journal->warn("what a scrub found could not be noted: " + result.error().message);
    };
    // A full queue: the next round finds it again.
    if (!writer_->submit(job)) journal_->warn("what a scrub found could not be noted: too much is waiting to be recorded");
}

}  // namespace motcua::node
