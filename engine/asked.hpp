/// One sweep whose trials its clients train, open in a house: its directory, and the desk that they ask
/// (engine/desk.hpp). While it is open it costs a thread.
#pragma once

#include <memory>

#include <winnow/actors/handles.hpp>
#include <winnow/core/result.hpp>
#include <winnow/engine/hosted.hpp>

namespace winnow {

class AskedSweep {
public:
  /// `options.wants.up_to` bounds the trials at a time; 0: nothing does. Fails with `io` where there is no thread for
  /// it.
  static Result<AskedSweep> start(const House& house, Session session, GuestOptions options);

  AskedSweep(AskedSweep&&) noexcept;
  AskedSweep& operator=(AskedSweep&&) noexcept;
  /// What was acknowledged is kept; trials that run are still their clients'.
  ~AskedSweep();

  [[nodiscard]] const desk_actor& desk() const;
  /// As of a HostedSweep.
  Result<void> finish();

private:
  class Impl;
  explicit AskedSweep(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
