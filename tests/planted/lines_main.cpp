// Each bug that can be planted where lines of logs are decided is switched on in turn, in a process of its own, and the tests of lines run
// against it. Where all of them pass, they are no tests. Without arguments: every bug; with the name of one: that one, with Catch's report.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "sync/registry/planted.hpp"

using motcua::sync::PlantedLineBug;

namespace {

template <PlantedLineBug Bug>
std::string name_of_bug() {
    const std::string_view text = __PRETTY_FUNCTION__;
    const auto start = text.rfind("PlantedLineBug::") + std::string_view("PlantedLineBug::").size();
    return std::string(text.substr(start, text.find_first_of(";]", start) - start));
}

constexpr std::size_t bugs = static_cast<std::size_t>(PlantedLineBug::last) + 1;
template <std::size_t... Numbers>
std::array<std::string, bugs> names_of_bugs(std::index_sequence<Numbers...>) {
    return {name_of_bug<static_cast<PlantedLineBug>(Numbers)>()...};
}

int run_tests(const char* program, bool is_quiet) {
    Catch::Session session;
    std::array<const char*, 4> arguments{program, "--abort", "--out", "/dev/null"};
    return session.run(is_quiet ? 4 : 1, arguments.data());
}

enum class Outcome { passed, failed, crashed };
Outcome outcome_of(const char* program, PlantedLineBug bug) {
    const pid_t child = fork();
    if (child == 0) {
        motcua::sync::planted_line_bug = bug;
        _exit(run_tests(program, true) == 0 ? 0 : 1);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return Outcome::crashed;
    return WEXITSTATUS(status) == 0 ? Outcome::passed : Outcome::failed;
}

}  // namespace

int main(int argc, char** argv) {
    const auto names = names_of_bugs(std::make_index_sequence<bugs>());
    int unseen = 0;
    for (std::size_t number = 0; number < bugs; ++number) {
        const auto bug = static_cast<PlantedLineBug>(number);
        if (argc > 1) {
            if (names[number] != argv[1]) continue;
            motcua::sync::planted_line_bug = bug;
            return run_tests(argv[0], false);
        }
        const Outcome expected = bug == PlantedLineBug::none ? Outcome::passed : Outcome::failed;
        if (outcome_of(argv[0], bug) == expected) continue;
        ++unseen;
        std::printf("%s: %s\n", names[number].c_str(), bug == PlantedLineBug::none ? "a test fails without any bug" : "no test fails");
    }
    if (argc > 1) std::printf("no such bug\n");
    return argc > 1 || unseen > 0 ? 1 : 0;
}
