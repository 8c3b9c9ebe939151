#include <winnow/trainers/process/frame.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace winnow::process {
namespace {

constexpr std::size_t kMostFds = 4;
constexpr std::uint32_t kLargest = 64U << 20;  ///< bytes; the kernel takes far fewer from an execve

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostFds)> bytes{};
};

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_all(int socket, char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void take_fds(const msghdr& message, std::vector<Fd>& fds) {
  for (const cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      fds.emplace_back(fd);
    }
  }
}

}  // namespace

bool send_frame(int socket, std::string_view body, std::span<const int> fds) {
  auto size = static_cast<std::uint32_t>(body.size());
  iovec parts[2] = {{&size, sizeof size}, {const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  Control control;
  if (!fds.empty()) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(part), fds.data(), sizeof(int) * fds.size());
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < static_cast<ssize_t>(sizeof size)) return false;
  return send_all(socket, body.substr(static_cast<std::size_t>(sent) - sizeof size));
}

std::optional<Frame> read_frame(int socket) {
  std::uint32_t size = 0;
  iovec part{&size, sizeof size};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  Frame frame;
  take_fds(message, frame.fds);
  const auto have = static_cast<std::size_t>(got);
  if (!receive_all(socket, reinterpret_cast<char*>(&size) + have, sizeof size - have)) return std::nullopt;
  if (size == 0 || size > kLargest) return std::nullopt;
  frame.body.resize(size);
  if (!receive_all(socket, frame.body.data(), size)) return std::nullopt;
  return frame;
}

std::array<Fd, 2> socket_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  return {Fd(ends[0]), Fd(ends[1])};
}

void Writer::put(std::int32_t number) {
  body_.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void Writer::put(std::string_view text) {
  put(static_cast<std::int32_t>(text.size()));
  body_.append(text);
}

void Writer::put(const std::vector<std::string>& texts) {
  put(static_cast<std::int32_t>(texts.size()));
  for (const std::string& text : texts) put(text);
}

std::int32_t Reader::number() {
  std::int32_t number = 0;
  const std::size_t size = std::min(sizeof number, rest_.size());
  std::memcpy(&number, rest_.data(), size);
  rest_.remove_prefix(size);
  return number;
}

std::string Reader::text() {
  const auto size = std::min(static_cast<std::size_t>(number()), rest_.size());
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return text;
}

std::vector<std::string> Reader::texts() {
  std::vector<std::string> texts(std::min(static_cast<std::size_t>(number()), rest_.size()));
  for (std::string& one : texts) one = text();
  return texts;
}

}  // namespace winnow::process
