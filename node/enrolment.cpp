// How an office's node comes under a city: it asks, the city signs, it accepts.

#include "node/enrolment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "node/files.hpp"
#include "node/new_directory.hpp"
#include "node/new_keys.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::node {

Result<void> check_name(std::string_view whose, std::string_view name) {
    constexpr std::size_t name_bytes_max = 300;
    if (!is_utf8(name)) return fail(ErrorKind::usage, fmt::format("{} is not UTF-8; check the terminal's encoding", whose));
    if (name.empty() || name.size() > name_bytes_max)
        return fail(ErrorKind::usage, fmt::format("{} has {} bytes; a name has 1 to {}", whose, name.size(), name_bytes_max));
    if (has_control_character(name)) return fail(ErrorKind::usage, fmt::format("{} has a line break or another control character", whose));
    return {};
}

// --- at the new office: ask ---

namespace {

/// Whoever lost a machine with all its backups does not know how far its log went.
sync::Predecessor as_much_as_is_held(const sync::LogId& log) { return {.log = log, .size = 0, .root = crypto::CompactRange().root()}; }

}  // namespace

Result<void> request_enrolment(const std::filesystem::path& directory, const NodeSetup& setup, const crypto::Secret* passphrase,
                               NodeEnvironment environment) {
    if (!sync::is_office_code(setup.code)) {
        return fail(ErrorKind::usage, fmt::format("\"{}\" is no office code: capital letters, digits and single dots, such as H26.00004", setup.code));
    }
    if (auto ok = check_name("the office's name", setup.name); !ok) return ok;
    if (auto ok = check_name("the officer's name", setup.officer_name); !ok) return ok;
    auto made = NewDirectory::begin(directory, *environment.random);
    if (!made) return std::unexpected(std::move(made).error());
    const auto keys = NewKeys::generate(*environment.random);
    if (auto ok = keys.write(made->path(), setup.officer_name, passphrase, *environment.random); !ok) return ok;

    sync::Roles roles;
    roles.add(sync::Role::head).add(sync::Role::admin).add(sync::Role::desk).add(sync::Role::handler);
    // Every node gets a cosigning key: whether it is a hub is decided by who is put below it, later.
    const sync::EnrolRequest request{.office_code = setup.code, .office_name = setup.name, .office_kind = setup.kind,
                                     .node = sync::EnrolRequest::NodeKeys{.log_key = keys.log.public_key(), .noise_key = keys.noise.public_key(),
                                                                          .cosigner_key = keys.cosigner.public_key()},
                                     .officer_key = keys.officer.public_key(), .officer_name = setup.officer_name, .roles = roles.bits,
                                     .continues = setup.continues ? std::optional(as_much_as_is_held(*setup.continues)) : std::nullopt};
    const auto file = sync::sign_request(request, &keys.log, keys.officer);
    // The city would say the same; better here, before anything is carried.
    if (auto opened = sync::open_request(file); !opened) return fail(ErrorKind::usage, opened.error().message);

    Config config;
    config.office_code = setup.code;
    config.office_name = setup.name;
    config.insecure = passphrase == nullptr;
    if (auto ok = config.save(made->path()); !ok) return ok;
    if (auto ok = create_file(made->path() / "enrol.request", file); !ok) return ok;
    return made->finish();
}

// --- at the city: sign ---

namespace {

/// One request on its way into the registry. What stands there already is passed over, so approving twice is harmless.
class Approval {
  public:
    Approval(Node& city, const crypto::SigningKey& registrar, const sync::EnrolRequest& request) : city_(city), registrar_(registrar), request_(request) {}

    Result<void> sign(std::string_view parent_code) {
        if (!city_.registry()) return fail(ErrorKind::refused, "requests are approved at the city");
        auto office = find_or_add_office(parent_code);
        if (!office) return std::unexpected(std::move(office).error());
        if (request_.node) {
            if (auto ok = add_node(*office); !ok) return ok;
            if (auto ok = continue_line(*office); !ok) return ok;
        }
        return add_officer(*office);
    }

  private:
    Result<void> record(sync::Kind kind, Bytes subject, cbor::Item content, std::optional<Bytes> body = std::nullopt) {
        const RegistryEntry statement{.kind = kind, .subject = std::move(subject), .content = std::move(content), .body = std::move(body)};
        auto recorded = city_.record_in_registry(registrar_, std::span(&statement, 1));
        if (!recorded) return std::unexpected(std::move(recorded).error());
        return {};
    }

    Result<sync::OfficeId> find_or_add_office(std::string_view parent_code) {
        const auto registry = city_.registry();
        const auto* known = registry->find_office(request_.office_code);
        const auto* parent = registry->find_office(parent_code);
        if (!parent_code.empty() && parent == nullptr) return fail(ErrorKind::not_found, fmt::format("the registry has no office {}", parent_code));
        if (known != nullptr) {
            if (parent != nullptr && known->parent != parent->id) {
                return fail(ErrorKind::refused, fmt::format("{} stands in the registry already, below another office than {}", request_.office_code, parent_code));
            }
            return known->id;
        }
        if (!request_.node) return fail(ErrorKind::not_found, fmt::format("the registry has no office {}", request_.office_code));
        if (parent == nullptr) return fail(ErrorKind::usage, fmt::format("say the office directly above {}", request_.office_code));
        const sync::OfficeId id{.code = request_.office_code, .since_day = day_in_vietnam(city_.environment().clock->wall())};
        const sync::OfficeContent content{.office = id, .name = request_.office_name, .kind = request_.office_kind, .parent = parent->id};
        if (auto ok = record(sync::Kind::office, cbor::encode(id), sync::to_item(content)); !ok) return std::unexpected(std::move(ok).error());
        return id;
    }

    Result<void> add_node(const sync::OfficeId& office) {
        const auto& keys = *request_.node;
        const auto log = sync::log_id(sync::node_origin(office.code, keys.log_key), keys.log_key);
        const auto* known = city_.registry()->find_node(log);
        if (known != nullptr && !known->is_provisional && known->noise_key == keys.noise_key && known->cosigner_key == keys.cosigner_key) return add_number_block(log, office);
        std::size_t of_office = 0;
        for (const auto& node : city_.registry()->nodes()) of_office += node.office == office ? 1U : 0U;
        const sync::NodeContent content{.office = office, .name = std::to_string(of_office + 1), .log_key = keys.log_key,
                                        .noise_key = keys.noise_key, .cosigner_key = keys.cosigner_key};
        if (auto ok = record(sync::Kind::node, to_bytes(log.view()), sync::to_item(content)); !ok) return ok;
        return add_number_block(log, office);
    }

    /// Seals the log that the node goes on for, at what the node has of it, or else at what the city holds. Nothing that the city holds is
    /// left behind the seal: a node that has less fetches it first.
    Result<void> continue_line(const sync::OfficeId& office) {
        if (!request_.continues) return {};
        const auto& old = *request_.continues;
        const auto registry = city_.registry();
        const auto* known = registry->find_node(old.log);
        if (known == nullptr || known->office != office) return fail(ErrorKind::not_found, fmt::format("{} has no log {} that could be continued", office.code, to_hex(old.log.view())));
        const auto next = sync::log_id(sync::node_origin(office.code, request_.node->log_key), request_.node->log_key);
        if (const auto* seal = registry->find_seal(old.log); seal != nullptr && seal->next == next) return {};
        auto row = city_.reader().log(old.log);
        if (!row) return std::unexpected(std::move(row).error());
        const auto held = *row ? (*row)->head.size() : 0;
        sync::SealContent seal{.size = old.size, .root = old.root, .next = next};
        const bool is_convicted = registry->find_conviction(old.log) != nullptr;
        if (!is_convicted) {
            if (auto ok = refuse_unconvicted(known->origin, old.log); !ok) return ok;
        }
        if (old.size == 0 || is_convicted) {  // which of two histories the node has says nothing
            seal.size = held;
            seal.root = *row ? (*row)->head.tree.root() : crypto::CompactRange().root();
        } else if (held > old.size) {
            return fail(ErrorKind::refused, fmt::format("{} entries of {} are held here, and its node would go on after {}: have it fetch the rest first "
                                                        "(motcua sync, then motcua recover)", held, known->origin, old.size));
        } else if (held > 0) {
            // What is held here must be a beginning of what is sealed; at the same size it can be told now.
            if (held == old.size && (*row)->head.tree.root() != old.root) {
                return fail(ErrorKind::refused, fmt::format("{}: what its node has is another history than what is held here; see motcua audit verify", known->origin));
            }
        }
        return record(sync::Kind::seal, to_bytes(old.log.view()), sync::to_item(seal));
    }

    Result<void> refuse_unconvicted(const std::string& origin, const sync::LogId& log) {
        const auto evidence = city_.reader().evidence();
        if (!evidence) return std::unexpected(evidence.error());
        const auto convicts = [&](const EvidenceRow& row) { return row.log == log && row.proof; };
        if (std::ranges::none_of(*evidence, convicts)) return {};
        return fail(ErrorKind::refused, fmt::format("{} signed two histories, and the proof is here: convict it first (motcua audit evidence, then motcua registry convict), "
                                                    "so that what each of two machines recorded is judged", origin));
    }

    /// Without numbers of its own a node can give no dossier a code.
    Result<void> add_number_block(const sync::LogId& log, const sync::OfficeId& office) {
        // Also where it goes on for another, whose numbers it would inherit: that one may still run somewhere.
        const auto known = city_.registry()->number_block(log);
        const auto inherited = request_.continues ? city_.registry()->number_block(request_.continues->log) : std::nullopt;
        if (known && (!inherited || known->first != inherited->first)) return {};
        const auto block = city_.registry()->free_number_block(office);
        if (!block) {
            return fail(ErrorKind::refused, fmt::format("every number of a day is given to a node of {} already; make the block of one that has ended "
                                                        "smaller: motcua registry block", office.code));
        }
        return record(sync::Kind::number_block, to_bytes(log.view()), sync::to_item(*block));
    }

    Result<void> add_officer(const sync::OfficeId& office) {
        const auto registry = city_.registry();
        const auto known = registry->officer_at(request_.officer_key, registry->size());
        if (known && known->office == office && known->roles.bits == request_.roles) return {};
        sync::OfficerContent content{.office = office, .roles = request_.roles, .registrar_of = std::nullopt};
        if (sync::Roles{request_.roles}.has(sync::Role::registrar)) content.registrar_of = office;
        sync::OfficerBody body{.salt = Bytes(sync::body_salt_bytes), .name = request_.officer_name};
        city_.environment().random->fill(body.salt);
        return record(sync::Kind::officer, to_bytes(request_.officer_key.view()), sync::to_item(content), cbor::encode(body));
    }

    Node& city_;
    const crypto::SigningKey& registrar_;
    const sync::EnrolRequest& request_;
};

}  // namespace

Result<void> approve_enrolment(Node& city, const crypto::SigningKey& registrar, ByteView request, std::string_view parent_code,
                               const std::optional<sync::LogId>& continues) {
    auto opened = sync::open_request(request);
    if (!opened) return std::unexpected(opened.error());
    if (continues && (!opened->node || opened->continues)) {
        return fail(ErrorKind::usage, opened->node ? "the request itself names the log that it goes on for" : "only a node can go on for another");
    }
    if (continues) opened->continues = as_much_as_is_held(*continues);
    return city.together([&] { return Approval(city, registrar, *opened).sign(parent_code); });
}

Result<Bytes> make_ticket(Node& node) {
    const auto registry = node.registry();
    if (!registry) return fail(ErrorKind::refused, "this node is not enrolled: it has no registry to give");
    sync::Ticket ticket{.root = registry->pin().root.text(), .extensions = {}};
    std::uint64_t from = 0;
    while (from < registry->size()) {
        auto extension = node.reader().read(registry->log_id(), from, sync::extension_bytes_max);
        if (!extension) return std::unexpected(std::move(extension).error());
        ensure(extension->has_value(), "the stored registry ends with a checkpoint");
        from += (*extension)->entries.size();
        ticket.extensions.push_back(std::move(**extension));
    }
    return sync::encode_ticket(ticket);
}

}  // namespace motcua::node
