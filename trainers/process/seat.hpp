/// A warden as the thread of a slot sees it, and the slot's report socket.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>
#include <winnow/trainers/process/launch.hpp>

namespace winnow::process {

/// From SIGKILL until the thread that waits for the end may be given up.
inline constexpr std::chrono::milliseconds kAfterKill{3000};

/// What a warden tells.
struct News {
  enum class What { running, not_started, ended, lost } what = What::lost;  ///< lost: the warden is gone
  int number = 0;                        ///< the process's number, errno, or the status of waitpid
  LaunchStep failed = LaunchStep::none;  ///< not_started
  bool left = false;                     ///< ended: some of what it started can't be killed yet; the warden goes on
};

class Seat {
public:
  Seat(Fd socket, Fd listener, std::string path);
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  /// Asks for the program; `news` says what came of it. False if the warden is gone.
  bool start(const Launch& what, int output, int channel);
  /// To the program's process group.
  void signal(int number);
  /// Blocks until there is some; for when `socket` can be read.
  News news();
  /// True from a start to its end.
  [[nodiscard]] bool busy() const { return busy_; }
  /// Its warden is gone, or has what it can't kill.
  [[nodiscard]] bool lost() const { return lost_; }

  [[nodiscard]] int socket() const { return socket_.get(); }
  /// Accepts connections to `path`; of a seat without a report socket there is neither.
  [[nodiscard]] int listener() const { return listener_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  Fd socket_;
  Fd listener_;
  std::string path_;
  bool busy_ = false;
  bool lost_ = false;
};

}  // namespace winnow::process
