/// What the program, its helper and the wardens say to each other: frames on a Unix stream socket.
///
/// A frame is its length (4 bytes, the host's order: both ends are one program) and that many bytes; descriptors travel
/// with its first byte. A stream, not packets: a program's arguments and environment may be larger than a packet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/base/fd.hpp>

namespace winnow::process {

struct Frame {
  std::string body;
  std::vector<Fd> fds;
};

/// Blocks until it is sent. False if the other end is gone.
bool send_frame(int socket, std::string_view body, std::span<const int> fds = {});
/// Blocks until one is there, whole. Nothing if the other end is gone, or what came is no frame.
std::optional<Frame> read_frame(int socket);

/// Two ends of a stream socket, closed on exec. Empty if the system has none left.
std::array<Fd, 2> socket_pair();

/// Builds a body. The first byte says what the frame is.
class Writer {
public:
  explicit Writer(char kind) : body_(1, kind) {}
  void put(std::int32_t number);
  void put(std::string_view text);
  void put(const std::vector<std::string>& texts);
  [[nodiscard]] const std::string& body() const { return body_; }

private:
  std::string body_;
};

/// Reads one in the same order; what isn't there reads as 0 or empty.
class Reader {
public:
  explicit Reader(std::string_view body) : kind_(body.empty() ? '\0' : body.front()), rest_(body.substr(1)) {}
  [[nodiscard]] char kind() const { return kind_; }
  std::int32_t number();
  std::string text();
  std::vector<std::string> texts();

private:
  char kind_;
  std::string_view rest_;
};

}  // namespace winnow::process
