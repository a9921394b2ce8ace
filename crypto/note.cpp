#include "crypto/note.hpp"

#include <algorithm>

#include "crypto/note_text.hpp"

namespace motcua::crypto {
namespace {

constexpr std::string_view signature_mark = "\u2014 ";
constexpr std::size_t key_id_bytes = 4;

std::unexpected<Error> bad_note(std::string cause) {
    return fail(ErrorKind::verification, "signed note: " + std::move(cause));
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char character) { return static_cast<unsigned char>(character) < 0x20 && character != '\n'; });
}

}  // namespace

bool is_key_name(std::string_view name) {
    // Unicode's White_Space characters beyond ASCII, as UTF-8.
    constexpr std::array<std::string_view, 19> wide_spaces = {
        "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
        "\u2007", "\u2008", "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
    if (name.empty() || !is_utf8(name) || name.find('+') != name.npos) return false;
    if (std::ranges::any_of(name, [](char character) { return static_cast<unsigned char>(character) <= 0x20; }))
        return false;
    return std::ranges::none_of(wide_spaces, [&](std::string_view space) { return name.find(space) != name.npos; });
}

std::uint32_t VerifierKey::key_id() const {
    const std::array<std::byte, 2> separator{std::byte{'\n'}, static_cast<std::byte>(type)};
    const Hash hash = sha256({as_bytes(name), separator, key.view()});
    return static_cast<std::uint32_t>(load_be(hash.view().first(key_id_bytes)));
}

std::string VerifierKey::text() const {
    Bytes id;
    append_be(id, key_id(), key_id_bytes);
    Bytes typed_key(1, static_cast<std::byte>(type));
    append(typed_key, key.view());
    return name + '+' + to_hex(id) + '+' + to_base64(typed_key);
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    const auto bad = [](const char* cause) {
        return fail(ErrorKind::verification,
                    std::string("verifier key: ") + cause + "; expected name+key id in hex+base64");
    };
    const std::size_t name_end = text.find('+');
    const std::size_t id_end = name_end == text.npos ? text.npos : text.find('+', name_end + 1);
    if (id_end == text.npos) return bad("it has no two plus signs");
    const std::string_view name = text.substr(0, name_end);
    if (!is_key_name(name)) return bad("the name is empty or has a space");
    const auto typed_key = from_base64(text.substr(id_end + 1));
    if (!typed_key) return bad("the key is not base64");
    if (typed_key->size() != 1 + PublicKey::size) return bad("the key is not a type byte and 32 bytes");
    const auto type = static_cast<NoteKeyType>(typed_key->front());
    if (type != NoteKeyType::ed25519 && type != NoteKeyType::cosignature)
        return bad("the key is neither Ed25519 (01) nor a cosigner's (04)");
    VerifierKey key{
        .name = std::string(name), .type = type, .key = PublicKey::from(ByteView(*typed_key).subspan(1)).value()};
    if (key.text() != text) return bad("the key id is not that of this name and key");
    return key;
}

std::string NoteSignature::line() const {
    ensure(is_key_name(name), "a note is signed under a name without space and plus");
    Bytes payload;
    append_be(payload, key_id, key_id_bytes);
    append(payload, bytes);
    return std::string(signature_mark) + name + ' ' + to_base64(payload) + '\n';
}

Result<NoteSignature> NoteSignature::parse_line(std::string_view line) {
    if (!line.starts_with(signature_mark))
        return bad_note("a signature line does not begin with an em dash and a space");
    line.remove_prefix(signature_mark.size());
    const std::size_t name_end = line.find(' ');
    if (name_end == line.npos) return bad_note("a signature line has no signature");
    const std::string_view name = line.substr(0, name_end);
    if (!is_key_name(name)) return bad_note("a signature line names no key");
    const auto payload = from_base64(line.substr(name_end + 1));
    if (!payload) return bad_note("a signature is not base64");
    if (payload->size() <= key_id_bytes) return bad_note("a signature is shorter than a key id and one byte");
    const ByteView view = *payload;
    return NoteSignature{.name = std::string(name),
                         .key_id = static_cast<std::uint32_t>(load_be(view.first(key_id_bytes))),
                         .bytes = to_bytes(view.subspan(key_id_bytes))};
}

std::string Note::format() const {
    std::string bytes = text + '\n';
    for (const NoteSignature& signature : signatures) bytes += signature.line();
    return bytes;
}

Result<Note> Note::parse(std::string_view bytes) {
    if (bytes.size() > bytes_max) return bad_note("longer than 64 KiB");
    if (!is_utf8(bytes)) return bad_note("not UTF-8");
    if (has_control_character(bytes)) return bad_note("it has a control character");
    const std::size_t separator = bytes.rfind("\n\n");
    if (separator == bytes.npos) return bad_note("no empty line parts the text from the signatures");

    Note note{.text = std::string(bytes.substr(0, separator + 1)), .signatures = {}};
    std::string_view lines = bytes.substr(separator + 2);
    if (lines.empty()) return bad_note("it has no signature");
    while (!lines.empty()) {
        const std::size_t line_end = lines.find('\n');
        if (line_end == lines.npos) return bad_note("the last line does not end");
        if (note.signatures.size() == signatures_max) return bad_note("more than 64 signatures");
        auto signature = NoteSignature::parse_line(lines.substr(0, line_end));
        if (!signature) return std::unexpected(std::move(signature).error());
        note.signatures.push_back(*std::move(signature));
        lines.remove_prefix(line_end + 1);
    }
    return note;
}

}  // namespace motcua::crypto
