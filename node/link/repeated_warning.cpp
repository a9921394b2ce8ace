#include "node/link/repeated_warning.hpp"

namespace motcua::node {

void RepeatedWarning::warn(std::string_view line, sync::MonoTime now) {
    if (written_at_ && now - *written_at_ < repeated_warning_interval) {
        ++left_out_;
        return;
    }
    std::string text(line);
    if (left_out_ > 0) text += " (" + std::to_string(left_out_) + " more of these since the last line)";
    journal_->warn(text);
    written_at_ = now;
    left_out_ = 0;
}

}  // namespace motcua::node
