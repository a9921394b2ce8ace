#pragma once
/// What each kind of act says: `Payload::content` (an array, never personal data) and its detached body (salted, erasable).
/// The order of fields is on disk for ever; a new need is a new kind.

#include "sync/act/dossier_content.hpp"
#include "sync/act/kind.hpp"
#include "sync/act/log_content.hpp"
#include "sync/act/registry_content.hpp"

namespace motcua::sync {

/// Content as a payload holds it. Texts must be UTF-8.
template <class Content>
[[nodiscard]] cbor::Item to_item(const Content& content) {
    return {cbor::encode(content)};
}
/// Errors: verification, when the item is not this content.
template <class Content>
[[nodiscard]] Result<Content> from_item(const cbor::Item& item) {
    return cbor::decode<Content>(item.bytes);
}

/// Whether the item is the content of that kind: its form alone. False for kinds that are not known.
[[nodiscard]] bool content_fits(Kind kind, const cbor::Item& content);
/// The kind's content with every field empty; of an unknown kind the empty array.
[[nodiscard]] cbor::Item empty_content(Kind kind);

}  // namespace motcua::sync
