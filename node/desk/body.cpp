#include "node/desk/body.hpp"

#include <fmt/core.h>

namespace motcua::node {

Bytes draw_salt(Random& random) {
    Bytes salt(sync::body_salt_bytes);
    random.fill(salt);
    return salt;
}

Result<Bytes> checked_body(Bytes body) {
    if (body.size() > sync::body_bytes_max)
        return fail(ErrorKind::usage, fmt::format("nội dung dài quá {} byte; hãy rút gọn phần ghi chú", sync::body_bytes_max));
    return body;
}

sync::ReceiveBody applicant_body(const Applicant& applicant, std::string note, Random& random) {
    sync::ReceiveBody body;
    body.salt = draw_salt(random);
    body.applicant = applicant.name;
    body.identity = applicant.identity;
    body.phone = applicant.phone;
    body.email = applicant.email;
    body.address = applicant.address;
    body.request = applicant.request;
    body.note = std::move(note);
    return body;
}

Result<void> check_applicant(const Applicant& applicant) {
    if (applicant.name.find_first_not_of(" \t\r\n") == std::string::npos) return fail(ErrorKind::usage, "chưa có tên người nộp hồ sơ");
    return {};
}

}  // namespace motcua::node
