#include <winnow/session/attempt_log.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <winnow/base/file.hpp>

namespace winnow {

namespace {
constexpr std::size_t kFollowedAtOnce = std::size_t{64} << 10;  ///< bytes
}

Result<bool> AttemptLog::goes_on() const {
  return view->look([&](const SweepView::Now& now) -> Result<bool> {
    const Trial* one = now.sweep.find(trial);
    return one != nullptr && one->attempt == attempt && one->state == TrialState::running;
  });
}

Result<AttemptLog> attempt_log(std::shared_ptr<SweepView> view, TrialId trial, std::optional<std::int64_t> attempt,
                               std::int64_t rank) {
  const auto newest = view->look([&](const SweepView::Now& now) -> Result<Attempt> {
    const Trial* found = now.sweep.find(trial);
    if (found == nullptr) return fail(errc::unknown_trial, fmt::format("there is no trial {}", trial));
    return found->attempt;
  });
  if (!newest) return fail(newest.error());
  const std::int64_t number = attempt.value_or(*newest);
  if (number < 1 || number > *newest) {
    return fail(errc::unknown_trial, *newest == 0 ? fmt::format("trial {} hasn't started", trial)
                                                  : fmt::format("trial {} has no attempt {}", trial, number));
  }
  const std::string name =
      rank == 0 ? fmt::format("attempt-{}.log", number) : fmt::format("attempt-{}.rank-{}.log", number, rank);
  auto file = view->dir().trial(trial) / name;
  return AttemptLog{std::move(view), trial, static_cast<Attempt>(number), std::move(file)};
}

Result<Fd> open_log(const AttemptLog& log) {
  Fd file = posix::open(log.file, O_RDONLY);
  if (file) return file;
  return fail(errc::unknown_trial, fmt::format("attempt {} of trial {} has no log: only what runs as a process of its "
                                               "own has one",
                                               log.attempt, log.trial));
}

Result<std::uint64_t> size_of_log(const Fd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return posix::failed("the log", "can't be read");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> read_log(const Fd& file, std::uint64_t first, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(first + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return posix::failed("the log", "can't be read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<std::string> LogFollower::next() {
  const auto goes_on = log_.goes_on();  // looked at before what is read
  if (!goes_on) return fail(goes_on.error());
  if (!file_) file_ = posix::open(log_.file, O_RDONLY);  // it comes with the first print
  if (!file_) {
    over_ = !*goes_on;
    return std::string();
  }
  if (offset_ < 0) {
    const auto size = size_of_log(file_);
    if (!size) return fail(size.error());
    offset_ = std::max<std::int64_t>(static_cast<std::int64_t>(*size) + offset_, 0);
  }
  auto text = read_log(file_, static_cast<std::uint64_t>(offset_), kFollowedAtOnce);
  if (!text) return text;
  offset_ += static_cast<std::int64_t>(text->size());
  over_ = text->empty() && !*goes_on;
  return text;
}

}  // namespace winnow
