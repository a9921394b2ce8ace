#pragma once
/// The scrub of a serving node: a little now and then, for ever. Internal to node/link: includes Asio.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "node/journal.hpp"
#include "node/keep/scrub.hpp"
#include "node/link/writer.hpp"

namespace motcua::node {

class Scrubbing {
  public:
    /// `reader` is its own. `writer`, `journal` and the clock outlive it.
    Scrubbing(boost::asio::io_context& context, Reader reader, Writer& writer, const Journal& journal, const Clock& clock, ScrubPace options);
    Scrubbing(const Scrubbing&) = delete;
    Scrubbing& operator=(const Scrubbing&) = delete;
    void stop();

  private:
    void wait(std::chrono::milliseconds pause);
    void step();
    void tell(const Scrub::Step& step);
    void submit(Scrub::Step step);

    boost::asio::steady_timer timer_;
    Reader reader_;
    Writer* writer_;
    const Journal* journal_;
    const Clock* clock_;
    ScrubPace options_;
    Scrub scrub_;
    std::optional<std::uint64_t> began_ms_;
    std::uint64_t found_ = 0;  ///< in this round
    bool stopped_ = false;
};

}  // namespace motcua::node
