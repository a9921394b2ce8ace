#include "crypto/sealed_stream.hpp"

#include "crypto/cbor.hpp"
#include "crypto/passphrase.hpp"
#include "crypto/sodium.hpp"

namespace motcua::crypto {
namespace {

constexpr std::string_view magic_text = "motcua sealed";
constexpr std::uint64_t version_now = 1;
constexpr std::size_t key_bytes = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t tag_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t sealed_key_bytes = key_bytes + crypto_box_SEALBYTES;

struct StreamHeaderTag;
struct Head {
    std::string magic = std::string(magic_text);
    std::uint64_t version = version_now;
    std::string purpose;
    std::optional<Kdf> kdf;
    std::optional<NoiseKey> recipient;
    Bytes sealed_key;
    Fixed<StreamHeaderTag, header_bytes> header;

    template <class A>
    void serialize(A& a) {
        a(magic, version, purpose, kdf, recipient, sealed_key, header);
    }
};

std::unexpected<Error> bad(std::string cause) { return fail(ErrorKind::verification, "sealed file: " + std::move(cause)); }

/// All that can be known without a key, and before any memory is spent on a passphrase.
Result<Head> parse(ByteView bytes) {
    if (bytes.size() > sealed_head_bytes_max) return bad("its head is too long");
    auto head = cbor::decode<Head>(bytes);
    if (!head) return bad(head.error().message);
    if (head->magic != magic_text) return bad("it does not begin with \"motcua sealed\"");
    if (head->version != version_now) return bad("its version is " + std::to_string(head->version) + ", this program knows 1");
    if (head->kdf.has_value() == head->recipient.has_value()) return bad("it names not exactly one way to open it");
    if (head->kdf && !head->kdf->is_within_limits()) return bad("its passphrase parameters are beyond 16 passes or 1 GiB");
    if (head->sealed_key.size() != (head->kdf ? 0 : sealed_key_bytes)) return bad("its sealed key has another length");
    return head;
}

Result<Head> parse_for(std::string_view purpose, ByteView bytes) {
    auto head = parse(bytes);
    if (head && head->purpose != purpose) return bad("it is of another kind than a " + std::string(purpose));
    return head;
}

/// A sealed box by the documented construction (ephemeral key ‖ box, nonce = BLAKE2b of both keys), with the ephemeral key from
/// `random`; crypto_box_seal would draw its own. crypto_box_seal_open opens it.
Bytes seal_key_to(const NoiseKey& recipient, const Secret& key, Random& random) {
    Secret seed(crypto_box_SEEDBYTES), secret_key(crypto_box_SECRETKEYBYTES);
    random.fill(seed.writable());
    Bytes sealed(sealed_key_bytes);
    crypto_box_seed_keypair(out(sealed), out(secret_key.writable()), in(seed.view()));
    std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, nonce.size());
    crypto_generichash_update(&state, in(sealed), crypto_box_PUBLICKEYBYTES);
    crypto_generichash_update(&state, in(recipient.view()), NoiseKey::size);
    crypto_generichash_final(&state, nonce.data(), nonce.size());
    const auto box = std::span(sealed).subspan(crypto_box_PUBLICKEYBYTES);
    const int status = crypto_box_easy(out(box), in(key.view()), key.size(), nonce.data(), in(recipient.view()), in(secret_key.view()));
    ensure(status == 0, "a recipient's X25519 key is not of small order");
    return sealed;
}

void append_length(Bytes& target, std::size_t length, std::size_t bytes) {
    while (bytes-- > 0) target.push_back(static_cast<std::byte>(length >> (8 * bytes) & 0xffU));
}

/// Wiped when it goes: it holds the key.
struct Cipher {
    crypto_secretstream_xchacha20poly1305_state state{};
    Cipher() = default;
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;
    ~Cipher() { sodium_memzero(&state, sizeof state); }
};

/// Pushing and pulling begin in the same state; init_push differs by drawing the header itself.
void begin(Cipher& cipher, const Head& head, const Secret& key) {
    const int status = crypto_secretstream_xchacha20poly1305_init_pull(&cipher.state, in(head.header.view()), in(key.view()));
    ensure(status == 0, "any 24 bytes begin a stream");
}

}  // namespace

struct StreamSealer::State {
    Cipher cipher;
    Bytes head;
    Bytes associated;  ///< the head without its length, for the first piece
    bool is_final = false;
};

StreamSealer::StreamSealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;
StreamSealer& StreamSealer::operator=(StreamSealer&&) noexcept = default;
StreamSealer::~StreamSealer() = default;

namespace {

template <class State>
std::unique_ptr<State> begin_sealing(Head head, const Secret& key, Random& random) {
    random.fill(head.header.bytes);
    auto state = std::make_unique<State>();
    begin(state->cipher, head, key);
    state->associated = cbor::encode(head);
    ensure(state->associated.size() <= sealed_head_bytes_max, "a purpose is a word");
    append_length(state->head, state->associated.size(), 2);
    append(state->head, state->associated);
    return state;
}

}  // namespace

StreamSealer StreamSealer::for_passphrase(std::string_view purpose, const Secret& passphrase, Random& random, KdfCost cost) {
    Head head{.purpose = std::string(purpose), .kdf = Kdf::draw(cost, random), .recipient = {}, .sealed_key = {}, .header = {}};
    const auto key = head.kdf->derive(passphrase);
    ensure(key.has_value(), "there is memory to seal under a passphrase");
    return StreamSealer(begin_sealing<State>(std::move(head), *key, random));
}

StreamSealer StreamSealer::for_recipient(std::string_view purpose, const NoiseKey& recipient, Random& random) {
    start_sodium();
    Secret key(key_bytes);
    random.fill(key.writable());
    Head head{.purpose = std::string(purpose), .kdf = {}, .recipient = recipient, .sealed_key = seal_key_to(recipient, key, random), .header = {}};
    return StreamSealer(begin_sealing<State>(std::move(head), key, random));
}

const Bytes& StreamSealer::head() const { return state_->head; }

Bytes StreamSealer::seal(ByteView plaintext, bool is_last) {
    ensure(plaintext.size() <= sealed_piece_bytes_max, "a piece holds at most 64 KiB");
    ensure(!state_->is_final, "nothing follows the last piece");
    state_->is_final = is_last;
    Bytes piece;
    append_length(piece, plaintext.size() + tag_bytes, 4);
    const std::size_t length_bytes = piece.size();
    piece.resize(length_bytes + plaintext.size() + tag_bytes);
    const auto tag = static_cast<unsigned char>(is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    crypto_secretstream_xchacha20poly1305_push(&state_->cipher.state, out(std::span(piece).subspan(length_bytes)), nullptr, in(plaintext), plaintext.size(),
                                               in(state_->associated), state_->associated.size(), tag);
    state_->associated.clear();
    return piece;
}

Result<SealedHead> read_sealed_head(ByteView bytes) {
    auto head = parse(bytes);
    if (!head) return std::unexpected(std::move(head).error());
    return SealedHead{.purpose = std::move(head->purpose), .recipient = head->recipient};
}

struct StreamOpener::State {
    Cipher cipher;
    Bytes associated;
    bool is_whole = false;
};

StreamOpener::StreamOpener(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;
StreamOpener& StreamOpener::operator=(StreamOpener&&) noexcept = default;
StreamOpener::~StreamOpener() = default;

Result<StreamOpener> StreamOpener::with_passphrase(std::string_view purpose, ByteView bytes, const Secret& passphrase) {
    const auto head = parse_for(purpose, bytes);
    if (!head) return std::unexpected(head.error());
    if (!head->kdf) return fail(ErrorKind::refused, "sealed file: it is for the key " + to_hex(head->recipient->view()) + ", not for a passphrase");
    const auto key = head->kdf->derive(passphrase);
    if (!key) return fail(ErrorKind::busy, "sealed file: there is no memory to try the passphrase; free some and try again");
    auto state = std::make_unique<State>();
    begin(state->cipher, *head, *key);
    state->associated = to_bytes(bytes);
    return StreamOpener(std::move(state));
}

Result<StreamOpener> StreamOpener::with_key(std::string_view purpose, ByteView bytes, const NoiseKeyPair& recipient) {
    const auto head = parse_for(purpose, bytes);
    if (!head) return std::unexpected(head.error());
    if (!head->recipient) return fail(ErrorKind::refused, "sealed file: it needs its passphrase, not a key");
    if (*head->recipient != recipient.public_key()) {
        return fail(ErrorKind::refused, "sealed file: it is for the key " + to_hex(head->recipient->view()) + ", ours is " + to_hex(recipient.public_key().view()));
    }
    start_sodium();
    Secret key(key_bytes);
    const int status = crypto_box_seal_open(out(key.writable()), in(head->sealed_key), head->sealed_key.size(), in(recipient.public_key().view()),
                                            in(recipient.secret().view()));
    if (status != 0) return bad("its key does not open: it was altered");
    auto state = std::make_unique<State>();
    begin(state->cipher, *head, key);
    state->associated = to_bytes(bytes);
    return StreamOpener(std::move(state));
}

Result<Bytes> StreamOpener::open(ByteView piece) {
    if (state_->is_whole) return bad("something follows its end");
    if (piece.size() < tag_bytes || piece.size() > sealed_piece_bytes_max + tag_bytes) return bad("a piece has no possible length");
    Bytes plaintext(piece.size() - tag_bytes);
    unsigned char tag = 0;
    const int status = crypto_secretstream_xchacha20poly1305_pull(&state_->cipher.state, out(plaintext), nullptr, &tag, in(piece), piece.size(),
                                                                  in(state_->associated), state_->associated.size());
    if (status != 0) {
        return state_->associated.empty() ? bad("a piece was altered, or is not in its place")
                                          : std::unexpected(Error{ErrorKind::refused, "sealed file: wrong passphrase, or it was altered"});
    }
    state_->associated.clear();
    if (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL && tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE) {
        return bad("a piece has an unknown tag");
    }
    state_->is_whole = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return plaintext;
}

bool StreamOpener::is_whole() const { return state_->is_whole; }

}  // namespace motcua::crypto
