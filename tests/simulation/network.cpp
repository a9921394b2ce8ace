#include "tests/simulation/network.hpp"

namespace motcua::simulation {

namespace {
constexpr milliseconds retransmission{500};
}

// --- connections ---

void Connection::attach(int side, Program program) { ends_[side].program = std::move(program); }

void Connection::send(int side, Bytes bytes) {
    if (!ends_[side].is_open || bytes.empty()) return;
    if (side == 0) append(recorded_, bytes);
    if (network_->splits() && bytes.size() > 1) {
        const auto at = static_cast<std::ptrdiff_t>(1 + network_->draw_below(bytes.size() - 1));
        push(side, Bytes(bytes.begin(), bytes.begin() + at), false);
        push(side, Bytes(bytes.begin() + at, bytes.end()), false);
    } else {
        push(side, std::move(bytes), false);
    }
}

void Connection::close(int side) {
    if (!std::exchange(ends_[side].is_open, false)) return;
    ends_[side].program = {};
    push(side, {}, true);
}

void Connection::vanish(int side) {
    ends_[side].is_open = false;
    ends_[side].has_vanished = true;
    ends_[side].program = {};
}

void Connection::cut() {
    for (const int side : {0, 1}) {
        ways_[side].pieces.clear();
        ways_[side].bytes = 0;
        tell_closed(side);
    }
}

void Connection::push(int side, Bytes bytes, bool is_end) {
    auto& way = ways_[side];
    const auto now = network_->queue().now();
    way.last_due = std::max(way.last_due, now + network_->draw_latency(line_));
    way.bytes += bytes.size();
    way.pieces.push_back({.sent = now, .due = way.last_due, .bytes = std::move(bytes), .is_end = is_end});
    if (!way.is_moving) schedule(side, way.last_due);
}

void Connection::schedule(int side, MonoTime at) {
    ways_[side].is_moving = true;
    network_->queue().at(at, [self = shared_from_this(), side] {
        self->ways_[side].is_moving = false;
        self->move(side);
    });
}

void Connection::move(int side) {
    auto& way = ways_[side];
    const int to = 1 - side;
    while (!way.pieces.empty()) {
        const auto now = network_->queue().now();
        if (way.pieces.front().due > now) return schedule(side, way.pieces.front().due);
        if (!network_->is_up(line_) || way.is_mute || ends_[to].has_vanished) {
            if (now - way.pieces.front().sent < Network::unsent_timeout) return schedule(side, now + retransmission);
            way.pieces.clear();
            way.bytes = 0;
            return tell_closed(side);
        }
        Piece piece = std::move(way.pieces.front());
        way.pieces.pop_front();
        way.bytes -= piece.bytes.size();
        deliver(to, std::move(piece));
    }
}

void Connection::deliver(int to, Piece piece) {
    if (piece.is_end) return tell_closed(to);
    if (!ends_[to].is_open) return tell_closed(1 - to);  // a closed socket answers with a reset
    if (budget_) {
        const bool is_cut = piece.bytes.size() >= *budget_;
        if (is_cut) piece.bytes.resize(*budget_);
        *budget_ -= piece.bytes.size();
        const auto on_bytes = ends_[to].program.on_bytes;
        if (on_bytes && !piece.bytes.empty()) on_bytes(piece.bytes);
        if (is_cut) cut();
        return;
    }
    const auto on_bytes = ends_[to].program.on_bytes;  // it may end the connection
    if (on_bytes) on_bytes(piece.bytes);
}

void Connection::tell_closed(int side) {
    if (!std::exchange(ends_[side].is_open, false)) return;
    const auto program = std::exchange(ends_[side].program, {});
    if (program.on_closed) program.on_closed();
}

// --- lines ---

void Network::set_up(Line line, bool up) {
    if (up) down_.erase(line);
    else down_[line] = true;
}

milliseconds Network::draw_latency(Line line) {
    const auto found = latency_.find(line);
    const milliseconds base = found == latency_.end() ? milliseconds(5) : found->second;
    return base + milliseconds(dice_.below(static_cast<std::uint64_t>(base.count()) + 1));
}

std::shared_ptr<Connection> Network::connect(Line line) {
    auto connection = std::make_shared<Connection>(*this, line);
    if (const auto cut = cuts_.find(line); cut != cuts_.end()) {
        connection->cut_after(cut->second);
        cuts_.erase(cut);
    }
    auto& all = connections_[line];
    std::erase_if(all, [](const auto& each) { return each.expired() || !each.lock()->is_open(); });
    all.push_back(connection);
    return connection;
}

std::vector<std::shared_ptr<Connection>> Network::connections(Line line) const {
    std::vector<std::shared_ptr<Connection>> open;
    const auto found = connections_.find(line);
    if (found == connections_.end()) return open;
    for (const auto& each : found->second)
        if (auto connection = each.lock(); connection && connection->is_open()) open.push_back(std::move(connection));
    return open;
}

void Network::heal() {
    down_.clear();
    latency_.clear();
    cuts_.clear();
}

}  // namespace motcua::simulation
