#include "node/intake/reject_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace motcua::node {
namespace {

std::string csv_cell(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"') result += '"';
        result += character;
    }
    return result + '"';
}

}  // namespace

std::unexpected<Error> RejectFile::storage_error() const {
    return fail(ErrorKind::storage, fmt::format("{} cannot be written: {}", path_.string(), std::strerror(errno)));
}

Result<void> RejectFile::write(const RejectedRow& rejected) {
    if (!file_) {
        const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0) return storage_error();
        file_.reset(::fdopen(fd, "w"));
        ensure(file_ != nullptr, "a descriptor becomes a stream");
        if (std::fputs("line,reason,row\r\n", file_.get()) < 0) return storage_error();
    }
    const auto text = fmt::format("{},{},{}\r\n", rejected.line, csv_cell(rejected.reason), csv_cell(rejected.row));
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) return storage_error();
    ++rows_;
    return {};
}

Result<void> RejectFile::close() {
    if (!file_) return {};
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) return storage_error();
    file_.reset();
    return {};
}

}  // namespace motcua::node
