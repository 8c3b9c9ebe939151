/// Starts the processes that run programs as trials.
///
/// `start` forks a small helper, from which every program descends, so that whatever becomes of this process (kill -9
/// included) no program trains on: docs/programs.md. It must be called before the process has a second thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>

namespace winnow {

namespace process {
class Seat;
}

class Spawner : public std::enable_shared_from_this<Spawner> {
public:
  /// Fails with `illegal_state` if there are threads already, with `io` if there can be no process or no folder for
  /// sockets.
  static Result<std::shared_ptr<Spawner>> start();
  /// Where there may be threads: the helper forks off all the same, and does nothing but serve, which in glibc is safe
  /// as long as no other thread is within fork or a handler of it. It keeps as much of this process's memory as this
  /// process changes. For programs that link Winnow and can't call `start` first.
  static Result<std::shared_ptr<Spawner>> start_among_threads();
  /// Of a helper that there is (process/helper.hpp, run_template), at the other end of this socket. Its seats have no
  /// report socket.
  static std::shared_ptr<Spawner> over(Fd socket);
  /// Ends the helper and all that is left below it, and waits for that, seconds at most where something can't be
  /// killed.
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  /// A place for one program at a time; several threads may ask. One that was given back is used again. Fails with `io`
  /// where the helper is gone, or the system has run out of something.
  Result<std::unique_ptr<process::Seat>> take();
  void give_back(std::unique_ptr<process::Seat> seat);

private:
  Spawner(int socket, int helper, std::string folder);
  Result<std::unique_ptr<process::Seat>> make_seat();

  std::mutex mutex_;
  int socket_;
  int helper_;          ///< process number; 0: it is no child of this process
  std::string folder_;  ///< of the seats' report sockets; empty: they have none
  int seats_made_ = 0;
  std::vector<std::unique_ptr<process::Seat>> idle_;
};

}  // namespace winnow
