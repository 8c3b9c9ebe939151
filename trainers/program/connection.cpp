#include <winnow/trainers/program/connection.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace winnow::program {
namespace {

constexpr std::size_t kOutbox = std::size_t{1} << 20;  ///< bytes
constexpr std::size_t kAtOnce = std::size_t{64} << 10;

}  // namespace

void Connection::receive() {
  std::array<char, kAtOnce> buffer;  // NOLINT: filled by recv
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) {
    lines_.add({buffer.data(), static_cast<std::size_t>(got)});
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    open_ = false;
  }
}

void Connection::send(std::string_view lines) {
  look();
  const std::size_t room = kOutbox - std::min(kOutbox, outbox_.size());
  if (lines.size() > room) lines = lines.substr(0, lines.substr(0, room).rfind('\n') + 1);
  outbox_.append(lines);
  flush();
}

void Connection::flush() {
  std::size_t done = 0;
  while (done < outbox_.size()) {
    const ssize_t sent =
        ::send(socket_.get(), outbox_.data() + done, outbox_.size() - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) done = outbox_.size();  // it doesn't read any more
    if (sent < 0) break;
    done += static_cast<std::size_t>(sent);
  }
  outbox_.erase(0, done);
  unread_ = unread();
}

int Connection::unread() const {
  int bytes = 0;
  return ::ioctl(socket_.get(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

bool Connection::all_read() const {
  return outbox_.empty() && unread() == 0;
}

void Connection::look() {
  if (unread_ == 0 || hearing_ == Hearing::listens) return;
  hearing_ = unread() < unread_ ? Hearing::listens : Hearing::deaf;
}

}  // namespace winnow::program
