/// `motcua dossier`: the counter's work. What officers read here is Vietnamese.

#include "cli/verbs/dossier.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

namespace motcua::cli {

Result<node::Done> SignedWork::ask(Program& program, node::Work work) const {
    auto officer = open_officer(directory, as, passphrase);
    if (!officer) return std::unexpected(std::move(officer).error());
    auto gateway = open_gateway(directory, passphrase, program);
    if (!gateway) return std::unexpected(std::move(gateway).error());
    return gateway->ask({.work = std::move(work), .officer_seed = officer->seed()});
}

void add_signing_options(CLI::App& verb, std::optional<std::string>& as, PassphraseOptions& passphrase) {
    verb.add_option("--as", as, "Cán bộ ký, khi thư mục có nhiều người")->type_name("NAME");
    add_passphrase_options(verb, passphrase, true);
}

Result<sync::Registry> stored_registry(const std::filesystem::path& directory) {
    const auto config = node::Config::load(directory);
    if (!config) return std::unexpected(config.error());
    if (config->root.empty()) return fail(ErrorKind::refused, "nút này chưa được đăng ký với thành phố; dùng motcua enrol accept");
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return std::unexpected(std::move(pin).error());
    auto reader = node::Reader::open(directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    return node::load_registry(*reader, *pin);
}

void print_json(const nlohmann::json& facts) { fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)); }

std::string kind_name(sync::Kind kind) {
    if (sync::class_of(kind) == sync::KindClass::unknown) return fmt::format("kind-{}", static_cast<unsigned>(kind));
    return std::string(sync::name_of(kind));
}

void add_dossier(CLI::App& app, Program& program) {
    auto* dossier = app.add_subcommand("dossier", "Hồ sơ: receive, show and move dossiers; a verb for each act");
    dossier->require_subcommand(1);
    add_dossier_reception(*dossier, program);
    add_dossier_reading(*dossier, program);
    add_dossier_acts(*dossier, program);
}

}  // namespace motcua::cli
