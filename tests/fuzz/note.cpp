/// Notes, checkpoints, signature lines and verifier keys that parse print as they were.

#include "crypto/note.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

void check_note(std::string_view text) {
    const auto note = Note::parse(text);
    if (!note) return;
    ensure(note->format() == text, "a note has one form");
    const auto checkpoint = Checkpoint::parse(note->text);
    if (!checkpoint) return;
    ensure(checkpoint->text() == note->text, "a checkpoint has one form");
    for (const NoteSignature& signature : note->signatures) {
        (void)open_checkpoint(*note, {.name = signature.name, .type = NoteKeyType::ed25519, .key = {}});
        (void)verify_cosignature(*checkpoint, signature,
                                 {.name = signature.name, .type = NoteKeyType::cosignature, .key = {}});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    check_note(text);
    const auto line = NoteSignature::parse_line(text);
    if (line) ensure(line->line() == std::string(text) + '\n', "a signature line has one form");
    const auto key = VerifierKey::parse(text);
    if (key) ensure(key->text() == text, "a verifier key has one form");
    return 0;
}
