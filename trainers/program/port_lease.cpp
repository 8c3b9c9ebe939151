#include <winnow/trainers/program/port_lease.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include <winnow/base/fd.hpp>

namespace winnow::program {
namespace {

struct Lent {
  std::mutex mutex;
  std::set<int> ports;
};

Lent& lent() {
  static Lent all;
  return all;
}

/// One that the kernel finds free on all interfaces; 0: none.
int free_port() {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof address;
  auto* const at = reinterpret_cast<sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), at, size) != 0 || ::getsockname(socket.get(), at, &size) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace

Result<PortLease> PortLease::take() {
  constexpr int kTries = 100;  // more than a machine has trials side by side
  for (int i = 0; i < kTries; ++i) {
    const int port = free_port();
    if (port == 0) break;
    const std::lock_guard lock(lent().mutex);
    if (lent().ports.insert(port).second) return PortLease(port);
  }
  return fail(errc::io, "no free port: " + std::generic_category().message(errno));
}

PortLease::PortLease(PortLease&& other) noexcept : port_(std::exchange(other.port_, 0)) {}

PortLease& PortLease::operator=(PortLease&& other) noexcept {
  std::swap(port_, other.port_);
  return *this;
}

PortLease::~PortLease() {
  if (port_ == 0) return;
  const std::lock_guard lock(lent().mutex);
  lent().ports.erase(port_);
}

}  // namespace winnow::program
