// A head lets a key act for the office while the city cannot be asked.

#include <fmt/core.h>

#include "node/desk/body.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::node {

Result<AdmitDone> admit(Node& node, const crypto::SigningKey& head, const Admit& request, NodeEnvironment environment) {
    const auto asked = sync::open_request(request.request);
    if (!asked) return std::unexpected(asked.error());
    if (asked->node) return fail(ErrorKind::refused, "this is the request of a whole node; a head admits officers alone");
    if (asked->office_code != node.config().office_code) {
        return fail(ErrorKind::refused, fmt::format("this request is for {}; a head admits for the own office alone, which is {}", asked->office_code, node.config().office_code));
    }
    if (sync::Roles{asked->roles}.has(sync::Role::registrar)) return fail(ErrorKind::refused, "nobody but the city makes a registrar; ask again without that role");

    const Entry entry{.kind = sync::Kind::admit, .subject = to_bytes(asked->officer_key.view()), .prior = std::nullopt,
                      .content = sync::to_item(sync::AdmitContent{asked->roles}),
                      .body = cbor::encode(sync::AdmitBody{.salt = draw_salt(*environment.random), .name = asked->officer_name})};
    const auto recorded = node.record(head, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    return AdmitDone{.act = recorded->front().act, .key = asked->officer_key, .name = asked->officer_name, .roles = asked->roles};
}

}  // namespace motcua::node
