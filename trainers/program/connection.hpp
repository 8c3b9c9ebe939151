/// One stream on which a program talks: descriptor 3, or a connection to the report socket.
///
/// What can't be sent at once waits in an outbox; when that is full, whole lines are dropped: a program that doesn't
/// read must not hold anybody up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <winnow/base/fd.hpp>
#include <winnow/trainers/program/line_buffer.hpp>

namespace winnow::program {

class Connection {
public:
  /// `rank`: of the process at the other end, in a distributed program.
  explicit Connection(Fd socket, int rank = 0) : socket_(std::move(socket)), rank_(rank) {}

  /// Takes what is there, without blocking. `open` says whether more may come.
  void receive();
  /// Whole lines, one or several.
  void send(std::string_view lines);
  /// Sends on what waits.
  void flush();

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] bool has_unsent() const { return !outbox_.empty(); }
  LineBuffer& lines() { return lines_; }

  // Whether the program reads what it is sent.
  enum class Hearing : std::uint8_t { unknown, listens, deaf };
  /// Listens: it has read something. Deaf: it was sent something, in an earlier call of `send`, and has read nothing.
  [[nodiscard]] Hearing hearing() const { return hearing_; }
  /// Nothing that was sent is unread.
  [[nodiscard]] bool all_read() const;

private:
  /// Bytes (the kernel's count) that the program hasn't read.
  [[nodiscard]] int unread() const;
  void look();

  Fd socket_;
  int rank_;
  LineBuffer lines_;
  std::string outbox_;
  int unread_ = 0;  ///< after the last sending
  bool open_ = true;
  Hearing hearing_ = Hearing::unknown;
};

}  // namespace winnow::program
