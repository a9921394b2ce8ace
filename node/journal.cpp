#include "node/journal.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace motcua::node {

namespace {

Result<spdlog::level::level_enum> parse_level(const std::string& name) {
    const auto level = spdlog::level::from_str(name);
    // from_str answers "off" for every word that it does not know.
    if (level == spdlog::level::off && name != "off")
        return fail(ErrorKind::usage, "journal level \"" + name + "\" is none of trace, debug, info, warn, error, off");
    return level;
}

}  // namespace

Result<Journal> Journal::open(const Config& config, const std::filesystem::path& directory) {
    const auto level = parse_level(config.journal_level);
    if (!level) return std::unexpected(level.error());
    std::shared_ptr<spdlog::logger> logger;
    if (config.journal_file.empty()) {
        logger = std::make_shared<spdlog::logger>("motcua", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    } else {
        const auto file = directory / config.journal_file;  // an absolute file stays as it is
        try {
            logger = std::make_shared<spdlog::logger>("motcua", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
        } catch (const spdlog::spdlog_ex& trouble) {
            return fail(ErrorKind::storage, "cannot open the journal " + file.string() + ": " + trouble.what());
        }
    }
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->set_level(*level);
    logger->flush_on(spdlog::level::info);
    return Journal(std::move(logger));
}

Journal Journal::silent() {
    return Journal(std::make_shared<spdlog::logger>("silent", std::make_shared<spdlog::sinks::null_sink_mt>()));
}

void Journal::debug(std::string_view line) const { logger_->debug("{}", line); }
void Journal::info(std::string_view line) const { logger_->info("{}", line); }
void Journal::warn(std::string_view line) const { logger_->warn("{}", line); }
void Journal::error(std::string_view line) const { logger_->error("{}", line); }

}  // namespace motcua::node
