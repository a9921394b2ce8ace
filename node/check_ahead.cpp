#include "node/check_ahead.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace motcua::node {
namespace {

/// A check takes about 40 us: pieces of half a millisecond keep all threads at the extension that the writer waits for.
constexpr std::size_t piece_entries = 12;
/// Below this, waking threads costs more than they bring.
constexpr std::size_t alone_entries = 8;
constexpr int lower_priority = 5;

}  // namespace

/// The entries of one extension. `next` and `left` are under the pool's mutex, an entry's `message` is written by the one thread that
/// took it, and read once nothing is left.
class CheckAhead::Begun final : public sync::SignatureChecker {
  public:
    Begun(State& pool, const std::vector<Bytes>& envelopes, sync::SignatureChecker& otherwise)
        : pool_(&pool), envelopes_(envelopes), good_(envelopes.size()), otherwise_(&otherwise), left_(envelopes.size()) {}

    std::optional<std::size_t> first_bad(std::span<const sync::SignedMessage> messages) override;

    /// One that does not even parse is left to the checks that say why.
    void check(std::size_t begin, std::size_t end) {
        for (auto index = begin; index < end; ++index) {
            auto message = sync::signed_message_of(envelopes_[index]);
            if (message && crypto::verify(message->key, message->message, message->signature)) good_[index] = std::move(message);
        }
    }

  private:
    friend CheckAhead;
    State* pool_;
    std::vector<Bytes> envelopes_;
    std::vector<std::optional<sync::SignedMessage>> good_;
    sync::SignatureChecker* otherwise_;
    std::size_t next_ = 0, left_;
};

struct CheckAhead::State {
    std::mutex mutex;
    std::condition_variable work_came, work_done;
    std::deque<std::shared_ptr<Begun>> waiting;  // the writer asks in this order
    bool stopping = false;
    std::vector<std::jthread> threads;

    void run() {
        // Linux has a priority for each thread; where it may not be lowered, all are equal.
        (void)::setpriority(PRIO_PROCESS, 0, lower_priority);
        std::unique_lock lock(mutex);
        while (true) {
            work_came.wait(lock, [&] { return stopping || !waiting.empty(); });
            if (stopping) return;
            const auto begun = waiting.front();
            const auto begin = begun->next_;
            const auto end = std::min(begin + piece_entries, begun->good_.size());
            begun->next_ = end;
            if (end == begun->good_.size()) waiting.pop_front();
            lock.unlock();
            begun->check(begin, end);
            lock.lock();
            begun->left_ -= end - begin;
            if (begun->left_ == 0) work_done.notify_all();
        }
    }
};

std::optional<std::size_t> CheckAhead::Begun::first_bad(std::span<const sync::SignedMessage> messages) {
    {
        std::unique_lock lock(pool_->mutex);
        pool_->work_done.wait(lock, [&] { return left_ == 0; });
    }
    // What was here already was cut off at the front.
    const std::size_t cut = good_.size() >= messages.size() ? good_.size() - messages.size() : 0;
    std::vector<sync::SignedMessage> others;
    std::vector<std::size_t> places;
    for (std::size_t index = 0; index < messages.size(); ++index) {
        const auto& message = messages[index];
        const auto* known = cut + index < good_.size() && good_[cut + index] ? &*good_[cut + index] : nullptr;
        if (known && known->key == message.key && known->signature == message.signature && known->message == message.message) continue;
        others.push_back(message);
        places.push_back(index);
    }
    const auto bad = others.empty() ? std::nullopt : otherwise_->first_bad(others);
    return bad ? std::optional(places[*bad]) : std::nullopt;
}

CheckAhead::CheckAhead(unsigned threads) : state_(std::make_unique<State>()) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned index = 0; index < threads; ++index) state_->threads.emplace_back([state = state_.get()] { state->run(); });
}

CheckAhead::~CheckAhead() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopping = true;
    }
    state_->work_came.notify_all();
    state_->threads.clear();  // joins
}

std::shared_ptr<sync::SignatureChecker> CheckAhead::begin(const sync::Extension& extension, sync::SignatureChecker& otherwise) {
    if (extension.entries.size() <= alone_entries) return nullptr;
    auto begun = std::make_shared<Begun>(*state_, extension.entries, otherwise);
    {
        const std::scoped_lock lock(state_->mutex);
        state_->waiting.push_back(begun);
    }
    state_->work_came.notify_all();
    return begun;
}

}  // namespace motcua::node
