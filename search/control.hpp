/// How other processes reach the one that runs a sweep (SEMANTICS §10): a Unix socket in the run directory, `control`.
/// It is its owner's alone. One JSON object a line in, one line out:
///
///     {"op":"pause"}, {"op":"resume"}, {"op":"stop"}, {"op":"stop","now":true}     {"ok":true}
///     the first three with "trial":3                                               {"ok":true}
///     {"op":"copy","file":"/tmp/…/ledger.db"}: for who can't open the ledger       {"ok":true}
///     anything else, or nothing to do                                              {"error":"…"}
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

class ControlServer {
public:
  /// Called on the server's thread, one request at a time.
  using Handler = std::function<Result<void>(const Value& request)>;

  /// Only the directory's owner may call it: it replaces what a process left that died.
  static Result<ControlServer> start(const RunDir& dir, Handler handler);

  ControlServer(ControlServer&&) noexcept;
  ControlServer& operator=(ControlServer&&) noexcept;
  ~ControlServer();

private:
  class Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What a request asks for, beside `copy`. Fails with `invalid_input`.
struct ControlCommand {
  CommandVerb verb = CommandVerb::pause;
  std::optional<TrialId> trial;
};
Result<ControlCommand> parse_control(const Value& request);
OrderedJson to_json(const ControlCommand& command);

/// Sends one request to the process that runs `dir`. Fails with `illegal_state` if none does, or with what it answers.
Result<void> ask_control(const RunDir& dir, const OrderedJson& request);

}  // namespace winnow
