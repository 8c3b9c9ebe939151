/// A free TCP port for a trial whose processes meet on one.
#pragma once

#include <winnow/core/result.hpp>

namespace winnow::program {

/// One that nothing listens on when it is taken, and that no other lease of this process has.
class PortLease {
public:
  PortLease() = default;
  /// Fails with `io` where there is none.
  static Result<PortLease> take();
  PortLease(PortLease&& other) noexcept;
  PortLease& operator=(PortLease&& other) noexcept;
  ~PortLease();

  /// 0: none was taken.
  [[nodiscard]] int port() const { return port_; }

private:
  explicit PortLease(int port) : port_(port) {}
  int port_ = 0;
};

}  // namespace winnow::program
