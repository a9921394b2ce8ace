#include <charconv>
#include <optional>

#include "crypto/note.hpp"
#include "crypto/note_text.hpp"

namespace motcua::crypto {
namespace {

constexpr std::size_t time_bytes = 8;

std::unexpected<Error> bad_checkpoint(std::string cause) {
    return fail(ErrorKind::verification, "checkpoint: " + std::move(cause));
}

/// Takes the text up to the next LF off the front of `text`, and the LF.
std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    if (error != std::errc{} || end != text.data() + text.size() || leading_zero) return std::nullopt;
    return value;
}

std::string cosigned_text(const Checkpoint& checkpoint, std::uint64_t unix_seconds) {
    return "cosignature/v1\ntime " + std::to_string(unix_seconds) + '\n' + checkpoint.text();
}

}  // namespace

std::string Checkpoint::text() const {
    return origin + '\n' + std::to_string(size) + '\n' + to_base64(root.view()) + '\n';
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    const auto origin = take_line(text);
    if (!origin || origin->empty() || !is_utf8(*origin)) return bad_checkpoint("the first line is no origin");
    const auto size_line = take_line(text);
    const auto size = size_line ? parse_decimal(*size_line) : std::nullopt;
    if (!size) return bad_checkpoint("the second line is no size in decimal digits below 2^64");
    const auto root_line = take_line(text);
    const auto root_bytes = from_base64(root_line.value_or(""));
    const auto root = root_bytes ? Hash::from(*root_bytes) : std::unexpected(root_bytes.error());
    if (!root) return bad_checkpoint("the third line is no root of 32 bytes in base64");
    if (!text.empty()) return bad_checkpoint("more lines than origin, size and root");
    return Checkpoint{.origin = std::string(*origin), .size = *size, .root = *root};
}

Note sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) {
    ensure(is_key_name(checkpoint.origin), "an origin has no space and no plus");
    const VerifierKey verifier{.name = checkpoint.origin, .type = NoteKeyType::ed25519, .key = key.public_key()};
    std::string text = checkpoint.text();
    const Signature signature = key.sign(as_bytes(text));
    NoteSignature line{.name = verifier.name, .key_id = verifier.key_id(), .bytes = to_bytes(signature.view())};
    return Note{.text = std::move(text), .signatures = {std::move(line)}};
}

Result<Checkpoint> open_checkpoint(const Note& note, const VerifierKey& log) {
    if (log.type != NoteKeyType::ed25519)
        return bad_checkpoint("the key of " + log.name + " is not one that signs checkpoints");
    auto checkpoint = Checkpoint::parse(note.text);
    if (!checkpoint) return checkpoint;
    if (checkpoint->origin != log.name)
        return bad_checkpoint("its origin is " + checkpoint->origin + ", the key is of " + log.name);
    const std::uint32_t key_id = log.key_id();
    bool is_signed = false;
    for (const NoteSignature& line : note.signatures) {
        if (line.name != log.name || line.key_id != key_id) continue;  // signatures by others are ignored
        const auto signature = Signature::from(line.bytes);
        if (!signature || !verify(log.key, as_bytes(note.text), *signature))
            return bad_checkpoint("the signature of " + log.name + " is wrong");
        is_signed = true;
    }
    if (!is_signed) return bad_checkpoint("it is not signed by " + log.name);
    return checkpoint;
}

NoteSignature cosign(const Checkpoint& checkpoint, std::string name, const SigningKey& key, CosignTime time) {
    ensure(is_key_name(name), "a cosigner's name has no space and no plus");
    ensure(time.time_since_epoch().count() >= 0, "a cosignature's time is not before 1970");
    const auto unix_seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
    const VerifierKey verifier{.name = std::move(name), .type = NoteKeyType::cosignature, .key = key.public_key()};
    NoteSignature line{.name = verifier.name, .key_id = verifier.key_id(), .bytes = {}};
    append_be(line.bytes, unix_seconds, time_bytes);
    append(line.bytes, key.sign(as_bytes(cosigned_text(checkpoint, unix_seconds))).view());
    return line;
}

Result<CosignTime> verify_cosignature(const Checkpoint& checkpoint, const NoteSignature& line,
                                      const VerifierKey& cosigner) {
    const auto bad = [&](const std::string& cause) {
        return fail(ErrorKind::verification, "cosignature on " + checkpoint.origin + ": " + cause);
    };
    if (cosigner.type != NoteKeyType::cosignature) return bad("the key of " + cosigner.name + " is not a cosigner's");
    if (line.name != cosigner.name || line.key_id != cosigner.key_id())
        return bad("it is by " + line.name + ", not by this key of " + cosigner.name);
    if (line.bytes.size() != time_bytes + Signature::size) return bad("it is not a time and a signature, 72 bytes");
    const ByteView view = line.bytes;
    const std::uint64_t unix_seconds = load_be(view.first(time_bytes));
    if (!std::in_range<CosignTime::rep>(unix_seconds)) return bad("its time is beyond all calendars");
    const Signature signature = Signature::from(view.subspan(time_bytes)).value();
    if (!verify(cosigner.key, as_bytes(cosigned_text(checkpoint, unix_seconds)), signature))
        return bad("the signature of " + cosigner.name + " is wrong");
    return CosignTime(std::chrono::seconds(unix_seconds));
}

}  // namespace motcua::crypto
