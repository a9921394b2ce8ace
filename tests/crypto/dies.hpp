#pragma once
/// For what must end the process: the statement runs in a child of its own.

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <functional>

namespace motcua::tests {

/// True where `statement` ends the process in another way than by returning.
inline bool dies(const std::function<void()>& statement) {
    const pid_t child = fork();
    if (child == 0) {
        for (const int signal : {SIGABRT, SIGSEGV, SIGBUS}) std::signal(signal, SIG_DFL);  // Catch would report them
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        statement();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace motcua::tests
