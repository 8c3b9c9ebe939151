/// How other processes reach the one that runs a sweep (docs/semantics.md, "Commands"): a Unix socket in the run
/// directory, `control`. It is its owner's alone. One JSON object a line in, one line out:
///
///     {"op":"pause"}, {"op":"resume"}, {"op":"stop"}, {"op":"stop","now":true}     {"ok":true}
///     the first three with "trial":3                                               {"ok":true}
///     {"op":"copy","file":"/tmp/…/ledger.db"}: for who can't open the ledger       {"ok":true}
///     anything else, or nothing to do                                              {"error":"…"}
#pragma once

#include <chrono>
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
  /// Called on a thread of the server's: one command at a time, and one `copy` beside them. An exception is the answer
  /// to its request.
  using Handler = std::function<Result<void>(const Value& request)>;

  struct Limits {
    std::size_t conversations = 16;          ///< at once; who comes then waits
    std::chrono::milliseconds idle{10'000};  ///< for a request, and for its answer to be taken; then it ends
  };

  /// Only the directory's owner may call it: it replaces what a process left that died.
  static Result<ControlServer> start(const RunDir& dir, Handler handler, const Limits& limits);
  static Result<ControlServer> start(const RunDir& dir, Handler handler) { return start(dir, std::move(handler), {}); }

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

/// How long a command may take: longer than the process that is asked waits for its own sequencer.
inline constexpr std::chrono::seconds kCommandLimit{30};
inline constexpr std::chrono::minutes kCopyLimit{5};

/// Sends one request to the process that runs `dir`. Fails with `illegal_state` if none does, or with what it answers,
/// and with `io` if nothing comes within `limit`: a request that it hasn't begun by then, it drops.
Result<void> ask_control(const RunDir& dir, const OrderedJson& request,
                         std::chrono::milliseconds limit = kCommandLimit);

}  // namespace winnow
