#include <winnow/trainers/spawner.hpp>

#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <winnow/base/temp_dir.hpp>
#include <winnow/trainers/process/descriptors.hpp>
#include <winnow/trainers/process/frame.hpp>
#include <winnow/trainers/process/helper.hpp>
#include <winnow/trainers/process/seat.hpp>

namespace winnow {
namespace {

using namespace std::chrono_literals;
using process::Seat;

constexpr std::size_t kLongestFolder = 80;  ///< a socket's path holds 107 bytes
constexpr int kBacklog = 64;
constexpr auto kHelperEnds = 10s;  ///< more than it takes by itself: it gives up what can't be killed
constexpr auto kKilledEnds = 1s;

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// A folder that only this user can enter; /tmp's where the usual one's name leaves no room for a socket's.
Result<std::string> private_folder() {
  std::error_code ignored;
  const bool usual = std::filesystem::temp_directory_path(ignored).native().size() <= kLongestFolder;
  auto folder = TempDir::make("winnow", usual && !ignored ? "" : "/tmp");
  if (!folder)
    return fail(folder.error().code, "no folder for the programs' report sockets: " + folder.error().message);
  return folder->release().string();
}

Fd listen_at(const std::string& path) {
  Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return {};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (!listener || ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), kBacklog) != 0) {
    return {};
  }
  return listener;
}

/// Waits for a child's end, and reaps it.
bool gone_within(std::chrono::milliseconds patience, pid_t child) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (auto nap = 100us; std::chrono::steady_clock::now() < end;
       nap = std::min(2 * nap, std::chrono::microseconds(2ms))) {
    if (::waitpid(child, nullptr, WNOHANG) != 0) return true;
    ::usleep(static_cast<useconds_t>(nap.count()));
  }
  return false;
}

/// A slot needs half a dozen descriptors here; the programs, which the helper starts, keep the limit that they had.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Result<std::shared_ptr<Spawner>> Spawner::start() {
  if (const int threads = process::count_threads(); threads > 1) {
    return fail(errc::illegal_state,
                "programs as trials need Spawner::start before the process's second thread; there are " +
                    std::to_string(threads) + " threads");
  }
  return start_among_threads();
}

Result<std::shared_ptr<Spawner>> Spawner::start_among_threads() {
  auto folder = private_folder();
  if (!folder) return fail(folder.error());
  auto ends = process::socket_pair();
  const pid_t helper = ends[0] ? ::fork() : -1;
  if (helper < 0) {
    const int error = errno;
    ::rmdir(folder->c_str());
    return fail(errc::io, "no process that starts the programs: " + reason(error));
  }
  if (helper == 0) process::run_helper(ends[1].get(), *folder);
  allow_all_descriptors();
  return std::shared_ptr<Spawner>(new Spawner(ends[0].release(), helper, std::move(*folder)));
}

std::shared_ptr<Spawner> Spawner::over(Fd socket) {
  return std::shared_ptr<Spawner>(new Spawner(socket.release(), 0, ""));
}

Spawner::Spawner(int socket, int helper, std::string folder)
    : socket_(socket), helper_(helper), folder_(std::move(folder)) {}

Spawner::~Spawner() {
  idle_.clear();
  ::close(socket_);
  if (helper_ == 0) return;
  ::kill(helper_, SIGCONT);  // one that was halted would never see that
  if (!gone_within(kHelperEnds, helper_)) {
    ::kill(helper_, SIGKILL);
    gone_within(kKilledEnds, helper_);
  }
  process::remove_scratch(folder_);  // where the helper was killed
}

Result<std::unique_ptr<Seat>> Spawner::take() {
  const std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    auto seat = std::move(idle_.back());
    idle_.pop_back();
    return seat;
  }
  return make_seat();
}

Result<std::unique_ptr<Seat>> Spawner::make_seat() {
  auto ends = process::socket_pair();
  if (!ends[0]) return fail(errc::io, "no socket for a program: " + reason(errno));
  std::string path;
  Fd listener;
  if (!folder_.empty()) {
    path = folder_ + "/" + std::to_string(++seats_made_);
    listener = listen_at(path);
    if (!listener) return fail(errc::io, path + ": no socket for reports: " + reason(errno));
  }
  if (!process::send_frame(socket_, "W", std::array{ends[1].get()})) {
    return fail(errc::io, "the helper process that starts the programs is gone (killed?); start winnow again");
  }
  return std::make_unique<Seat>(std::move(ends[0]), std::move(listener), path);
}

void Spawner::give_back(std::unique_ptr<Seat> seat) {
  if (seat->busy() || seat->lost()) return;  // its warden kills what runs when the seat goes
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(seat));
}

}  // namespace winnow
