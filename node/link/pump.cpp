#include "node/link/pump.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "node/link/address.hpp"

namespace motcua::node {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t write_bytes = 256 * 1024;

std::string describe_remote(const asio::ip::tcp::socket& socket) {
    error_code trouble;
    const auto endpoint = socket.remote_endpoint(trouble);
    return trouble ? std::string("a closed connection") : Address{.host = endpoint.address().to_string(), .port = endpoint.port()}.text();
}

void set_options(asio::ip::tcp::socket& socket, std::chrono::milliseconds unsent_timeout) {
    // A failure of any of these costs speed or a later goodbye, nothing else.
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.non_blocking(true, ignored);
    const auto timeout = static_cast<unsigned>(unsent_timeout.count());
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

std::string describe(const sync::SessionSummary& summary) {
    return "sent " + std::to_string(summary.entries_sent) + " entries in " + std::to_string(summary.bytes_sent) + " bytes, received " +
           std::to_string(summary.entries_received) + " entries in " + std::to_string(summary.bytes_received) + " bytes, " +
           std::to_string(summary.cosignatures_received) + " cosignatures";
}

std::size_t size_of(const sync::Extension& extension) {
    std::size_t bytes = extension.checkpoint.size();
    for (const auto& entry : extension.entries) bytes += entry.size();
    for (const auto& body : extension.bodies) bytes += body ? body->size() : 0;
    return bytes;
}

}  // namespace

Pump::Pump(Sessions& sessions, asio::ip::tcp::socket socket, sync::SessionOptions options, OnSessionEnd on_end)
    : sessions_(&sessions), socket_(std::move(socket)), remote_(describe_remote(socket_)),
      session_(std::move(options), sessions.parts().identity, sessions.replica(), *sessions.parts().environment.random, now()),
      on_end_(std::move(on_end)), read_gate_(*sessions.parts().context), wake_timer_(*sessions.parts().context),
      write_deadline_(*sessions.parts().context) {
    set_options(socket_, sessions.parts().limits.unsent_timeout);
}

void Pump::spawn(asio::awaitable<void> loop) {
    asio::co_spawn(*sessions_->parts().context, std::move(loop), [pump = shared_from_this()](const std::exception_ptr& trouble) {
        if (!trouble) return;
        try {
            std::rethrow_exception(trouble);
        } catch (const std::exception& exception) {
            pump->abort(exception.what());
        }
    });
}

void Pump::start() {
    spawn(read_loop(shared_from_this()));
    drive([](sync::Session&, sync::MonoTime) {});
}

void Pump::changed() {
    drive([](sync::Session& session, sync::MonoTime now) { session.changed(now); });
}

void Pump::leave() {
    drive([](sync::Session& session, sync::MonoTime now) { session.leave(now); });
}

void Pump::resume() {
    if (held_) drive([](sync::Session&, sync::MonoTime) {});
}

void Pump::close() {
    if (ended_) return;
    outbox_.clear();
    outbox_bytes_ = 0;
    drive([](sync::Session& session, sync::MonoTime now) { session.closed(now); });
    end();
}

// --- reading and writing ---

asio::awaitable<void> Pump::read_loop(std::shared_ptr<Pump> pump) {
    // Both waits end at a deadline: the session's own idle timeout closes the socket.
    while (!pump->ended_ && !pump->finished_) {
        error_code trouble;
        if (pump->reading_paused_) {
            co_await pump->read_gate_.async_wait(asio::redirect_error(asio::use_awaitable, trouble));
            continue;
        }
        co_await pump->socket_.async_wait(asio::socket_base::wait_read, asio::redirect_error(asio::use_awaitable, trouble));
        if (pump->ended_) co_return;
        const auto buffer = pump->sessions_->read_buffer();
        const std::size_t count = trouble ? 0 : pump->socket_.read_some(asio::buffer(buffer.data(), buffer.size()), trouble);
        if (trouble == asio::error::would_block) continue;
        if (trouble) {
            pump->drive([](sync::Session& session, sync::MonoTime now) { session.closed(now); });
            co_return;
        }
        const ByteView bytes = buffer.first(count);
        pump->drive([bytes](sync::Session& session, sync::MonoTime now) { session.receive(bytes, now); });
    }
}

asio::awaitable<void> Pump::write_loop(std::shared_ptr<Pump> pump) {
    while (!pump->outbox_.empty() && !pump->ended_) {
        Bytes batch;
        while (!pump->outbox_.empty() && batch.size() < write_bytes) {
            append(batch, pump->outbox_.front());
            pump->outbox_.pop_front();
        }
        // The deadline is for the next byte, not for the whole: a slow line may take minutes for an extension.
        for (std::size_t written = 0; written < batch.size();) {
            pump->write_deadline_.expires_after(pump->sessions_->parts().limits.unsent_timeout);
            pump->write_deadline_.async_wait([pump](const error_code& cancelled) {
                // One that expired just as the write went through comes too late to be cancelled.
                const bool due = pump->write_deadline_.expiry() <= asio::steady_timer::clock_type::now();
                if (!cancelled && due && pump->writing_) pump->close();
            });
            error_code trouble;
            const auto rest = asio::buffer(batch.data() + written, batch.size() - written);
            written += co_await pump->socket_.async_write_some(rest, asio::redirect_error(asio::use_awaitable, trouble));
            pump->write_deadline_.cancel();
            if (pump->ended_) co_return;
            if (trouble) {
                pump->writing_ = false;
                pump->close();
                co_return;
            }
        }
        pump->outbox_bytes_ -= batch.size();
        pump->drive([](sync::Session&, sync::MonoTime) {});  // a full outbox had stopped the session
    }
    pump->writing_ = false;
    if (pump->finished_) pump->end();
}

// --- the session's wishes ---

template <class Event>
void Pump::drive(Event event) {
    if (ended_) return;
    try {
        event(session_, now());
        drain();
    } catch (const std::exception& exception) {
        abort(exception.what());
    }
}

void Pump::drain() {
    // A wish that is fulfilled at once may lead back here; the outer call goes on.
    if (draining_) return;
    draining_ = true;
    while (!finished_) {
        if (held_ && !sessions_->parts().writer->submit(*held_)) break;
        held_.reset();
        if (outbox_bytes_ >= sessions_->parts().limits.outbox_bytes_max) break;
        // What is queued here must not keep an act waiting behind a file.
        auto action = session_.next_action(outbox_bytes_ > 0 ? sync::Room::none_for_files : sync::Room::any);
        if (!action) break;
        note_peer();
        if (!act(std::move(*action))) break;
    }
    draining_ = false;
    note_peer();
    // Only the writer stops us from reading: a peer that does not read must not keep us from hearing its goodbye.
    const bool paused = held_.has_value();
    if (reading_paused_ && !paused) read_gate_.cancel();
    if (!reading_paused_ && paused) read_gate_.expires_at(asio::steady_timer::time_point::max());
    reading_paused_ = paused;
    if (!outbox_.empty() && !writing_) {
        writing_ = true;
        spawn(write_loop(shared_from_this()));
    }
    if (finished_ && !writing_) end();
}

bool Pump::act(sync::Action action) {
    if (auto* wish = std::get_if<sync::SendBytes>(&action)) return send(std::move(wish->bytes)), true;
    if (auto* wish = std::get_if<sync::StoreExtension>(&action)) return store(std::move(*wish));
    if (auto* wish = std::get_if<sync::StoreCosignatures>(&action)) {
        return submit_change(0, [cosigned = std::move(wish->cosigned)](Node& node) { return node.take_cosignatures(cosigned); });
    }
    if (auto* wish = std::get_if<sync::StoreBody>(&action)) {
        const std::size_t bytes = wish->body.size();
        return submit_change(bytes, [body = std::move(*wish)](Node& node) { return node.take_body(body.log, body.seq, body.body); });
    }
    if (auto* wish = std::get_if<sync::AdoptCosignature>(&action)) {
        sessions_->parts().journal->warn(peer_name() + " shows that this node has cosigned " + name_of_node(sessions_->registry(), wish->cosigned.log) +
                                         " up to size " + std::to_string(wish->cosigned.size));
        return submit_change(0, [cosigned = std::move(wish->cosigned)](Node& node) { return node.adopt_cosignature(cosigned); });
    }
    if (auto* wish = std::get_if<sync::StoreChunk>(&action)) {
        const Error error{ErrorKind::refused, "this node stores no files"};
        session_.chunk_refused(wish->blob, wish->index, error, now());
        return true;
    }
    if (std::holds_alternative<sync::FileHeld>(action)) return true;
    if (auto* wish = std::get_if<sync::StoreEvidence>(&action)) {
        sessions_->parts().journal->error("evidence against " + name_of_node(sessions_->registry(), wish->log) + " from " + peer_name() + ": " + wish->cause);
        return submit_change(0, [evidence = std::move(*wish)](Node& node) { return node.keep_evidence(evidence); });
    }
    if (auto* wish = std::get_if<sync::Halt>(&action)) {
        sessions_->parts().journal->error("appending stops: our log has " + std::to_string(wish->size_here) + " entries here and " +
                                          std::to_string(wish->size_there) + " at " + peer_name() + "; this node was restored or cloned");
        return submit_change(0, [halt = *wish](Node& node) { return node.halt(halt); });
    }
    if (auto* wish = std::get_if<sync::WakeAt>(&action)) return wake_at(wish->at), true;
    auto& finished = std::get<sync::Finished>(action);
    const bool has_all_of_our_log = finished.summary.recovered;
    finish(std::move(finished));
    return !has_all_of_our_log || submit_change(0, [](Node& node) { return node.tail_is_here(); });
}

bool Pump::store(sync::StoreExtension wish) {
    const std::size_t bytes = size_of(wish.extension);
    const sync::LogId log = wish.extension.log;
    const auto stored = std::make_shared<std::optional<sync::StoredExtension>>();
    Writer::Job job;
    job.bytes = bytes;
    auto checker = wish.once_cosigned ? nullptr : sessions_->check_ahead(wish.extension);
    job.run = [stored, checker = std::move(checker), extension = std::move(wish.extension)](Node& node) mutable -> Result<void> {
        auto taken = node.take(std::move(extension), checker.get());
        if (!taken) return std::unexpected(std::move(taken).error());
        *stored = std::move(*taken);
        return {};
    };
    job.answer = [pump = shared_from_this(), stored, log](const Result<void>& result, const Group& group) {
        if (!result) {
            pump->sessions_->parts().journal->warn("refused an extension of " + name_of_node(pump->sessions_->registry(), log) + " from " +
                                                   pump->peer_name() + ": " + result.error().message);
            pump->drive([&](sync::Session& session, sync::MonoTime now) { session.refused(log, result.error(), now); });
            return;
        }
        // Of several extensions of a log in one group, the last one carries the cosignature.
        for (const auto& cosigned : group.cosigned)
            if (cosigned.log == log && cosigned.size == (*stored)->size) (*stored)->cosigned = cosigned;
        pump->drive([&](sync::Session& session, sync::MonoTime now) { session.stored(**stored, now); });
    };
    return submit(std::move(job));
}

template <class Change>
bool Pump::submit_change(std::size_t bytes, Change change) {
    Writer::Job job;
    job.bytes = bytes;
    job.run = std::move(change);
    job.answer = [pump = shared_from_this()](const Result<void>& result, const Group&) {
        if (!result) pump->sessions_->parts().journal->warn("not stored, from " + pump->peer_name() + ": " + result.error().message);
    };
    return submit(std::move(job));
}

bool Pump::submit(Writer::Job job) {
    ++jobs_pending_;
    job.answer = [pump = shared_from_this(), answer = std::move(job.answer)](const Result<void>& result, const Group& group) mutable {
        answer(result, group);
        --pump->jobs_pending_;
        if (pump->ended_) pump->report_end();
    };
    if (sessions_->parts().writer->submit(job)) return true;
    held_ = std::move(job);
    return false;
}

void Pump::send(Bytes bytes) {
    outbox_bytes_ += bytes.size();
    outbox_.push_back(std::move(bytes));
}

void Pump::wake_at(sync::MonoTime at) {
    wake_timer_.expires_after(std::max(at - now(), std::chrono::milliseconds(0)));
    wake_timer_.async_wait([pump = shared_from_this()](const error_code& cancelled) {
        if (!cancelled) pump->drive([](sync::Session& session, sync::MonoTime now) { session.tick(now); });
    });
}

// --- the end ---

std::string Pump::peer_name() const { return peer_ ? name_of_node(sessions_->registry(), *peer_) : remote_; }

void Pump::note_peer() {
    if (peer_) return;
    peer_ = session_.peer_node();
    if (peer_) sessions_->parts().journal->info("session with " + peer_name() + " at " + remote_ + " begins");
}

void Pump::finish(sync::Finished finished) {
    finished_ = std::move(finished);
    const std::string cause = finished_->error ? finished_->error->message : "goodbye said";
    const std::string line = "session with " + (peer_ ? peer_name() + " at " + remote_ : remote_) + " ends: " + cause + "; " + describe(finished_->summary);
    // Strangers come by the thousand where a port is open to the internet; they must not fill the disk.
    if (peer_) sessions_->parts().journal->info(line);
    else sessions_->parts().journal->debug(line);
}

void Pump::end() {
    if (ended_) return;
    ended_ = true;
    error_code ignored;
    wake_timer_.cancel();
    read_gate_.cancel();
    write_deadline_.cancel();
    socket_.shutdown(asio::socket_base::shutdown_both, ignored);
    socket_.close(ignored);
    if (held_) --jobs_pending_;
    held_.reset();
    sessions_->ended(this);
    report_end();
}

void Pump::report_end() {
    if (!on_end_ || jobs_pending_ > 0) return;
    SessionEnd end{.error = {}, .summary = {}, .peer = peer_};
    if (finished_) {
        end.error = std::move(finished_->error);
        end.summary = std::move(finished_->summary);
    } else {
        end.error = Error{ErrorKind::unreachable, "the link to " + remote_ + " was cut"};
    }
    std::exchange(on_end_, nullptr)(std::move(end));
}

void Pump::abort(const std::string& cause) {
    sessions_->parts().journal->error("session with " + peer_name() + " ends at an unexpected error: " + cause);
    draining_ = false;
    if (!finished_) finished_ = sync::Finished{.error = Error{ErrorKind::internal, "unexpected error: " + cause}, .summary = {}};
    end();
}

}  // namespace motcua::node
