#include <winnow/trainers/program/line_buffer.hpp>

namespace winnow::program {

void LineBuffer::add(std::string_view bytes) {
  if (at_ > 0) {
    bytes_.erase(0, at_);
    searched_ -= at_;
    at_ = 0;
  }
  bytes_.append(bytes);
}

std::optional<LineBuffer::Line> LineBuffer::next() {
  const auto end = ends_.size() == 1 ? bytes_.find(ends_[0], searched_) : bytes_.find_first_of(ends_, searched_);
  if (end == std::string::npos) {
    searched_ = bytes_.size();
    if (bytes_.size() - at_ <= kLongest) return std::nullopt;
    skipping_ = true;
    at_ = searched_;
    return std::nullopt;
  }
  const std::string_view text(bytes_.data() + at_, end - at_);
  const bool too_long = skipping_ || text.size() > kLongest;
  const char ended_by = bytes_[end];
  at_ = end + 1;
  searched_ = at_;
  skipping_ = false;
  return too_long ? Line{{}, true, ended_by} : Line{text, false, ended_by};
}

std::optional<LineBuffer::Line> LineBuffer::rest() {
  if (empty() && !skipping_) return std::nullopt;
  const std::string_view text(bytes_.data() + at_, bytes_.size() - at_);
  const bool too_long = skipping_;
  at_ = searched_ = bytes_.size();
  skipping_ = false;
  if (too_long) return Line{{}, true};
  return Line{text, false};
}

}  // namespace winnow::program
