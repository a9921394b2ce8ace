#include "node/verify_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace motcua::node {
namespace {

/// A check takes about 40 us, so a piece is half a millisecond: no thread waits long for the others at the end.
constexpr std::size_t piece_messages = 12;
/// Below this, waking threads costs more than they bring.
constexpr std::size_t alone_messages = 8;

}  // namespace

struct VerifyPool::State {
    std::mutex mutex;
    std::condition_variable work_came, work_done;
    std::span<const sync::SignedMessage> messages;
    std::atomic<std::size_t> next{0};       // where the next piece begins
    std::atomic<std::size_t> first_bad{0};  // messages.size() while none is known
    std::uint64_t round = 0;
    std::size_t working = 0;
    bool stopping = false;
    std::vector<std::jthread> threads;

    void check_pieces() {
        while (true) {
            const auto begin = next.fetch_add(piece_messages);
            // A bad one further ahead is not the first: pieces before it must still be looked at.
            if (begin >= first_bad.load()) return;
            const auto end = std::min(begin + piece_messages, messages.size());
            for (auto index = begin; index < end; ++index) {
                const auto& message = messages[index];
                if (crypto::verify(message.key, message.message, message.signature)) continue;
                auto known = first_bad.load();
                while (index < known && !first_bad.compare_exchange_weak(known, index)) {}
                break;
            }
        }
    }

    void run() {
        std::uint64_t done = 0;
        std::unique_lock lock(mutex);
        while (true) {
            work_came.wait(lock, [&] { return stopping || round != done; });
            if (stopping) return;
            done = round;
            lock.unlock();
            check_pieces();
            lock.lock();
            if (--working == 0) work_done.notify_one();
        }
    }
};

VerifyPool::VerifyPool(unsigned threads) : state_(std::make_unique<State>()) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned index = 1; index < threads; ++index) {
        state_->threads.emplace_back([state = state_.get()] { state->run(); });
    }
}

VerifyPool::~VerifyPool() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopping = true;
    }
    state_->work_came.notify_all();
    state_->threads.clear();  // joins
}

std::optional<std::size_t> VerifyPool::first_bad(std::span<const sync::SignedMessage> messages) {
    if (messages.size() <= alone_messages || state_->threads.empty()) return sync::SequentialSignatureChecker().first_bad(messages);
    {
        const std::scoped_lock lock(state_->mutex);
        state_->messages = messages;
        state_->next = 0;
        state_->first_bad = messages.size();
        state_->working = state_->threads.size();
        ++state_->round;
    }
    state_->work_came.notify_all();
    state_->check_pieces();
    std::unique_lock lock(state_->mutex);
    state_->work_done.wait(lock, [&] { return state_->working == 0; });
    const auto bad = state_->first_bad.load();
    return bad < messages.size() ? std::optional(bad) : std::nullopt;
}

}  // namespace motcua::node
