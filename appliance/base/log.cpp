#include "appliance/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>

namespace sightline::base {

void start_log(std::string_view program, std::string_view level) {
    auto logger = spdlog::stderr_logger_mt(std::string(program));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %n %l %v");
    const auto wanted = spdlog::level::from_str(std::string(level));
    // from_str answers "off" to a name it does not know; a silent program helps nobody.
    logger->set_level(wanted == spdlog::level::off ? spdlog::level::info : wanted);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace sightline::base
