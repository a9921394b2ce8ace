#pragma once
/// A city that works for a year: real nodes, each act signed by an officer at the time that a told clock says, and synced to the city.

#include <fmt/format.h>

#include "node/store/report_reader.hpp"
#include "node/verify_pool.hpp"
#include "sync/calendar/rulebook.hpp"
#include "tests/node/support/town.hpp"

namespace motcua::tests {

/// Says what it was last told; time between events is real.
class ToldClock final : public node::Clock {
  public:
    [[nodiscard]] sync::WallTime wall() const override { return sync::WallTime{std::chrono::milliseconds(now_ms)}; }
    [[nodiscard]] sync::MonoTime mono() const override { return real_.mono(); }
    std::uint64_t now_ms = 0;

  private:
    node::SystemClock real_;
};

/// One office's year: so many dossiers, so many of them resolved in time.
struct OfficeYear {
    std::string name, code;
    sync::OfficeKind kind{};
    std::uint64_t dossiers = 0, in_time = 0;
};

class GeneratedCity {
  public:
    static constexpr std::uint64_t term_days = 3;
    /// Days on which dossiers come in: the rest of the year is there to resolve the last of them.
    static constexpr std::int64_t reception_days = 340;

    /// States the law before anyone works: a calendar of plain weeks, and three procedures of three working days.
    explicit GeneratedCity(std::int64_t first_day) : first_day_(first_day) {
        environment_ = town.environment();
        environment_.clock = &clock_;
        environment_.checker = &checker_;
        tell(first_day_ - 30, 9);
        const std::vector<sync::WorkingSpan> hours{{480, 720}, {780, 1020}};
        const sync::CalendarContent calendar{.name = "VN", .valid_from_day = 0, .known_to_day = first_day_ + 800,
                                             .week = {hours, hours, hours, hours, hours, {}, {}}, .days = {}};
        state(sync::Kind::calendar, "VN", calendar);
        for (const auto& [code, field] : procedures) {
            sync::ProcedureContent content;
            content.code = code;
            content.name = "Thủ tục " + std::string(code);
            content.field = field;
            content.time = sync::StatutoryTime{sync::TimeUnit::working_day, term_days};
            content.cutoff_minute = 900;
            state(sync::Kind::procedure, code, content);
        }
    }

    Town town;

    /// Works through the year at a new node, then syncs with the city that serves at `address`.
    void work(const OfficeYear& office) {
        tell(first_day_ - 20, 9);
        const Path directory = town.enrol(office.name, office.code, office.kind, "H26");
        {
            auto node = value_of(node::Node::open(directory, nullptr, environment_));
            const auto officer = Town::officer(directory);
            Year year(*this, node, officer, office);
            year.run();
        }
        directories_.push_back(directory);
    }
    void sync_all() {
        auto server = value_of(node::Server::start(value_of(node::Node::open(town.city(), nullptr, environment_)), environment_, node::Journal::silent(),
                                                   {.listen = node::Address{.host = "127.0.0.1"}}));
        std::jthread thread([&] { value_of(server.run()); });
        for (const auto& directory : directories_) {
            Town::set_upstream(directory, server.listening()->text());
            value_of(value_of(node::Gateway::open(directory, Town::no_passphrase, environment_)).ask({.work = node::SyncNow{}}));
        }
        server.stop();
    }
    [[nodiscard]] const std::vector<Path>& directories() const { return directories_; }

  private:
    static constexpr std::array<std::pair<const char*, const char*>, 3> procedures{{{"1.001193", "Hộ tịch"}, {"2.000815", "Chứng thực"}, {"1.001612", "Kinh tế"}}};

    void tell(std::int64_t day, std::int64_t hour, std::int64_t minute = 0) { clock_.now_ms = sync::ms_of({day, hour * 60 + minute}); }

    template <class Content>
    void state(sync::Kind kind, std::string_view subject, const Content& content) {
        auto city = value_of(node::Node::open(town.city(), nullptr, environment_));
        value_of(city.begin());
        const node::RegistryEntry entry{kind, to_bytes(as_bytes(subject)), sync::to_item(content), std::nullopt};
        value_of(city.record_in_registry(Town::officer(town.city()), std::span(&entry, 1)));
        value_of(city.commit());
    }

    /// The receptions of one day, and what becomes of them.
    class Year {
      public:
        Year(GeneratedCity& city, node::Node& node, const crypto::SigningKey& officer, const OfficeYear& office)
            : city_(city), node_(node), officer_(officer), office_(office), registry_(node.registry()), rulebook_(*registry_) {}

        void run() {
            for (std::int64_t day = 0; day < reception_days; ++day) {
                const auto until = office_.dossiers * static_cast<std::uint64_t>(day + 1) / reception_days;
                if (until > done_) work_day(city_.first_day_ + day, until - done_);
            }
        }

      private:
        struct Known {
            Bytes subject;
            sync::ActId tip;
            bool is_late = false;
        };

        void work_day(std::int64_t day, std::uint64_t count) {
            value_of(node_.begin());
            auto dossiers = receive(day, count);
            follow(dossiers, day, 10, sync::Kind::assign, sync::to_item(sync::AssignContent{"Tư pháp - Hộ tịch", std::nullopt, std::nullopt}));
            std::vector<Known> in_time, late;
            for (auto& dossier : dossiers) (dossier.is_late ? late : in_time).push_back(std::move(dossier));
            const auto due_day = sync::report_day(due_ms(day));
            // Half of the days on the due day itself, half before it.
            end(in_time, day % 2 == 0 ? due_day : due_day - 1);
            end(late, due_day + 1);
            value_of(node_.commit());
        }

        [[nodiscard]] std::uint64_t due_ms(std::int64_t day) const {
            const auto time = sync::StatutoryTime{sync::TimeUnit::working_day, term_days};
            return value_of(rulebook_.calendar("VN", registry_->size()).due(time, sync::ms_of({day, 540}), 900)).ms;
        }

        std::vector<Known> receive(std::int64_t day, std::uint64_t count) {
            city_.tell(day, 9);
            std::vector<node::Entry> entries;
            std::vector<Known> dossiers;
            const auto date = sync::civil_date(day);
            for (std::uint64_t number = 1; number <= count; ++number, ++done_) {
                sync::ReceiveContent content;
                content.code = fmt::format("{}-{:02}{:02}{:02}-{:04}", office_.code, date.year % 100, date.month, date.day, number);
                content.procedure = procedures[done_ % procedures.size()].first;
                content.received_ms = city_.clock_.now_ms;
                content.due_ms = due_ms(day);
                content.channel = done_ % 3 == 0 ? sync::ReceptionChannel::online : sync::ReceptionChannel::desk;
                entries.push_back({.kind = sync::Kind::receive, .subject = node::Entry::NewDossier{}, .prior = std::nullopt, .content = sync::to_item(content), .body = std::nullopt});
                // The late ones lie evenly among the others.
                const auto late = office_.dossiers - office_.in_time;
                dossiers.push_back({.subject = {}, .tip = {}, .is_late = (done_ + 1) * late / office_.dossiers > done_ * late / office_.dossiers});
            }
            remember(dossiers, value_of(node_.record(officer_, entries)));
            return dossiers;
        }

        void end(std::vector<Known>& dossiers, std::int64_t day) {
            follow(dossiers, day, 15, sync::Kind::complete, sync::empty_content(sync::Kind::complete));
            follow(dossiers, day, 16, sync::Kind::result_handed_over, sync::empty_content(sync::Kind::result_handed_over));
        }

        void follow(std::vector<Known>& dossiers, std::int64_t day, std::int64_t hour, sync::Kind kind, const cbor::Item& content) {
            city_.tell(day, hour);
            std::vector<node::Entry> entries;
            for (const auto& dossier : dossiers) entries.push_back({.kind = kind, .subject = dossier.subject, .prior = dossier.tip, .content = content, .body = std::nullopt});
            remember(dossiers, value_of(node_.record(officer_, entries)));
        }

        static void remember(std::vector<Known>& dossiers, const std::vector<node::Recorded>& recorded) {
            for (std::size_t place = 0; place < recorded.size(); ++place) {
                dossiers[place].subject = recorded[place].subject;
                dossiers[place].tip = recorded[place].act;
            }
        }

        GeneratedCity& city_;
        node::Node& node_;
        const crypto::SigningKey& officer_;
        const OfficeYear& office_;
        std::shared_ptr<const sync::Registry> registry_;
        sync::Rulebook rulebook_;
        std::uint64_t done_ = 0;
    };

    std::int64_t first_day_;
    ToldClock clock_;
    node::VerifyPool checker_;
    node::NodeEnvironment environment_{};
    std::vector<Path> directories_;
};

}  // namespace motcua::tests
