#include "crypto/key_file.hpp"

#include <optional>

#include "crypto/cbor.hpp"
#include "crypto/noise.hpp"
#include "crypto/passphrase.hpp"
#include "crypto/signature.hpp"
#include "crypto/sodium.hpp"

namespace motcua::crypto {
namespace {

constexpr std::string_view magic_text = "motcua key";
constexpr std::uint64_t version_now = 1;
constexpr std::size_t secret_bytes = 32;  // an Ed25519 seed or an X25519 key
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

/// The first six items, and by themselves, as an array of six, the associated data of the seal.
struct Head {
    std::string magic = std::string(magic_text);
    std::uint64_t version = version_now;
    KeyRole role{};
    std::string name;
    Bytes public_key;
    std::optional<Kdf> kdf;

    template <class A>
    void serialize(A& a) {
        a(magic, version, role, name, public_key, kdf);
    }
};

struct File {
    Head head;
    Bytes nonce;
    Bytes sealed;

    template <class A>
    void serialize(A& a) {
        a(head.magic, head.version, head.role, head.name, head.public_key, head.kdf, nonce, sealed);
    }
};

std::unexpected<Error> bad_file(std::string cause) {
    return fail(ErrorKind::verification, "key file: " + std::move(cause));
}

bool is_key_role(KeyRole role) {
    switch (role) {
        case KeyRole::officer:
        case KeyRole::log:
        case KeyRole::noise:
        case KeyRole::cosigner:
        case KeyRole::root:
        case KeyRole::registry:
            return true;
    }
    return false;  // a number that is no role
}

/// All that can be known without the passphrase, and before any memory is spent on it.
Result<File> parse(ByteView bytes) {
    auto file = cbor::decode<File>(bytes);
    if (!file) return bad_file(file.error().message);
    const Head& head = file->head;
    if (head.magic != magic_text) return bad_file("it does not begin with \"motcua key\"");
    if (head.version != version_now)
        return bad_file("its version is " + std::to_string(head.version) + ", this program knows 1");
    if (!is_key_role(head.role)) return bad_file("its role is unknown");
    if (head.public_key.size() != PublicKey::size) return bad_file("its public key is not 32 bytes long");
    if (head.kdf && !head.kdf->is_within_limits())
        return bad_file("its passphrase parameters are beyond 16 passes or 1 GiB");
    if (file->nonce.size() != (head.kdf ? nonce_bytes : 0)) return bad_file("its nonce has another length");
    if (file->sealed.size() != secret_bytes + (head.kdf ? tag_bytes : 0))
        return bad_file("its sealed key has another length");
    return file;
}

Bytes public_key_of(KeyRole role, const Secret& secret) {
    if (role == KeyRole::noise) return to_bytes(NoiseKeyPair::from_secret(secret).value().public_key().view());
    return to_bytes(SigningKey::from_seed(secret).value().public_key().view());
}

Result<Secret> unseal(const File& file, const Kdf& kdf, const Secret& passphrase) {
    const auto key = kdf.derive(passphrase);
    if (!key)
        return fail(ErrorKind::busy, "key file: there is no memory to try the passphrase; free some and try again");
    const Bytes label = cbor::encode(file.head);
    Secret secret(secret_bytes);
    const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(out(secret.writable()), nullptr, nullptr,
                                                                  in(file.sealed), file.sealed.size(), in(label),
                                                                  label.size(), in(file.nonce), in(key->view()));
    if (status != 0) return fail(ErrorKind::refused, "key file: wrong passphrase, or the file was altered");
    return secret;
}

}  // namespace

Bytes seal_key(const KeyLabel& label, const Secret& secret, const Secret* passphrase, Random& random, KdfCost cost) {
    ensure(secret.size() == secret_bytes, "a key file holds a secret of 32 bytes");
    ensure(label.public_key == public_key_of(label.role, secret), "a key file's public key is that of its secret");
    File file{.head = {.role = label.role, .name = label.name, .public_key = label.public_key, .kdf = {}},
              .nonce = {},
              .sealed = {}};
    if (passphrase == nullptr) {
        file.sealed = to_bytes(secret.view());
        return cbor::encode(file);
    }
    const Kdf kdf = Kdf::draw(cost, random);
    file.head.kdf = kdf;
    file.nonce.resize(nonce_bytes);
    random.fill(file.nonce);
    const auto key = kdf.derive(*passphrase);
    ensure(key.has_value(), "there is memory to seal a key");
    const Bytes associated = cbor::encode(file.head);
    file.sealed.resize(secret_bytes + tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out(file.sealed), nullptr, in(secret.view()), secret.size(),
                                               in(associated), associated.size(), nullptr, in(file.nonce),
                                               in(key->view()));
    return cbor::encode(file);
}

Result<SealedKey> read_key_label(ByteView bytes) {
    auto file = parse(bytes);
    if (!file) return std::unexpected(std::move(file).error());
    Head& head = file->head;
    return SealedKey{
        .label = {.role = head.role, .name = std::move(head.name), .public_key = std::move(head.public_key)},
        .has_passphrase = head.kdf.has_value()};
}

Result<Secret> open_key(ByteView bytes, const Secret* passphrase) {
    const auto file = parse(bytes);
    if (!file) return std::unexpected(file.error());
    if (file->head.kdf && passphrase == nullptr) return fail(ErrorKind::refused, "key file: it needs its passphrase");
    auto secret = file->head.kdf ? unseal(*file, *file->head.kdf, *passphrase) : Secret::copy_of(file->sealed);
    if (secret && file->head.public_key != public_key_of(file->head.role, *secret))
        return bad_file("its public key is not that of the secret in it");
    return secret;
}

}  // namespace motcua::crypto
