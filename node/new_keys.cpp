#include "node/new_keys.hpp"

namespace motcua::node {

NewKeys NewKeys::generate(Random& random) {
    return {.log = crypto::SigningKey::generate(random),
            .cosigner = crypto::SigningKey::generate(random),
            .officer = crypto::SigningKey::generate(random),
            .noise = crypto::NoiseKeyPair::generate(random)};
}

Result<void> write_signing_key(const std::filesystem::path& file, crypto::KeyRole role, std::string name, const crypto::SigningKey& key,
                               const crypto::Secret* passphrase, Random& random) {
    const crypto::KeyLabel label{.role = role, .name = std::move(name), .public_key = to_bytes(key.public_key().view())};
    return write_key(file, label, key.seed(), passphrase, random);
}

Result<void> NewKeys::write_node_keys(const std::filesystem::path& directory, const crypto::Secret* passphrase, Random& random) const {
    using crypto::KeyRole;
    for (const auto& [role, key] : {std::pair(KeyRole::log, &log), std::pair(KeyRole::cosigner, &cosigner)}) {
        if (auto ok = write_signing_key(key_path(directory, role, {}), role, "", *key, passphrase, random); !ok) return ok;
    }
    const crypto::KeyLabel label{.role = KeyRole::noise, .name = {}, .public_key = to_bytes(noise.public_key().view())};
    return write_key(key_path(directory, KeyRole::noise, {}), label, noise.secret(), passphrase, random);
}

Result<void> NewKeys::write(const std::filesystem::path& directory, const std::string& officer_name, const crypto::Secret* passphrase,
                            Random& random) const {
    const auto role = crypto::KeyRole::officer;
    const auto file = key_path(directory, role, officer.public_key().view());
    if (auto ok = write_signing_key(file, role, officer_name, officer, passphrase, random); !ok) return ok;
    return write_node_keys(directory, passphrase, random);
}

std::int64_t day_in_vietnam(sync::WallTime time) {
    return std::chrono::floor<std::chrono::days>(time + std::chrono::hours(7)).time_since_epoch().count();
}

Result<sync::CheckedExtension> write_open(const sync::OpenContent& content, const crypto::SigningKey& log_key, sync::WallTime at,
                                          const std::optional<LogAdmission>& admission) {
    const auto origin = sync::node_origin(content.office.code, log_key.public_key());
    sync::LogWriter writer(sync::LogHead::empty(origin, log_key.public_key(), sync::LogClass::node), log_key);
    const sync::Draft draft{.signer = &log_key, .at = at, .kind = sync::Kind::open, .subject = to_bytes(writer.head().id.view()),
                            .prior = std::nullopt, .content = sync::to_item(content), .body = std::nullopt};
    // It cites no registry: what it carries is what the next act may cite.
    auto id = writer.append(draft, 0);
    if (!id) return std::unexpected(std::move(id).error());
    if (admission) {
        const sync::Draft admit{.signer = admission->head, .at = at, .kind = sync::Kind::admit_node, .subject = draft.subject,
                                .prior = std::nullopt, .content = sync::to_item(sync::AdmitNodeContent{}), .body = std::nullopt};
        auto second = writer.append(admit, admission->registry_size);
        if (!second) return std::unexpected(std::move(second).error());
    }
    return std::move(writer).finish();
}

}  // namespace motcua::node
