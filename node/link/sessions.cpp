#include "node/link/sessions.hpp"

#include "node/link/pump.hpp"
#include "node/recovery.hpp"

namespace motcua::node {

namespace {
constexpr std::size_t read_buffer_bytes = 256 * 1024;
}

Sessions::Sessions(LinkParts parts, Reader reader, std::shared_ptr<const sync::Registry> registry)
    : parts_(parts), reader_(std::move(reader)), registry_(std::move(registry)), replica_(reader_, registry_),
      read_buffer_(read_buffer_bytes), notify_timer_(*parts.context) {}

Sessions::~Sessions() = default;

void Sessions::start(boost::asio::ip::tcp::socket socket, sync::SessionOptions options, OnSessionEnd on_end) {
    const auto halted = reader_.meta(halted_key);
    options.recovering = halted && *halted;
    if (auto damaged = damaged_from(reader_)) options.damaged = *std::move(damaged);
    pumps_.push_back(std::make_shared<Pump>(*this, std::move(socket), std::move(options), std::move(on_end)));
    const auto pump = pumps_.back();
    pump->start();
}

void Sessions::committed(const Group& group) {
    if (group.registry && group.registry != registry_) {
        registry_ = group.registry;
        replica_.set_registry(registry_);
    }
    const auto pumps = pumps_;  // a pump may end meanwhile
    for (const auto& pump : pumps) pump->resume();
    notify_soon();
}

void Sessions::notify_soon() {
    if (notify_pending_) return;
    notify_pending_ = true;
    notify_timer_.expires_after(parts_.limits.notify_delay);
    notify_timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        notify_pending_ = false;
        const auto pumps = pumps_;
        for (const auto& pump : pumps) pump->changed();
    });
}

void Sessions::leave_all() {
    const auto pumps = pumps_;
    for (const auto& pump : pumps) pump->leave();
}

void Sessions::close_all() {
    const auto pumps = pumps_;
    for (const auto& pump : pumps) pump->close();
}

bool Sessions::close_oldest_stranger() {
    for (const auto& pump : pumps_) {
        if (!pump->is_stranger()) continue;
        const auto stranger = pump;
        stranger->close();
        return true;
    }
    return false;
}

std::shared_ptr<sync::SignatureChecker> Sessions::check_ahead(const sync::Extension& extension) {
    // Leaves of an inbox are no envelopes, and the registry is small.
    const bool is_log = registry_->find_node(extension.log) != nullptr;
    return is_log ? checks_.begin(extension, *parts_.environment.checker) : nullptr;
}

void Sessions::ended(const Pump* pump) {
    pumps_.remove_if([pump](const auto& each) { return each.get() == pump; });
}

std::string name_of_node(const sync::Registry& registry, const sync::LogId& log) {
    const auto* node = registry.find_node(log);
    return node ? node->office.code + "/" + node->name : "log " + to_hex(log.view()).substr(0, 16);
}

}  // namespace motcua::node
