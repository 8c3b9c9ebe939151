/// Recoverable failures as values: `Result<T>` holds a value or an `Error` with a code and a message for people.
///
/// A message says what happened, where, and what would be right, e.g.
/// `sweep.yaml:14:7: parameters.lr: min (0.1) must be less than max (0.01)`.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace winnow {

enum class errc {
  invalid_input,   ///< a file, an option or a request that the user must mend; exit code 2
  invalid_option,  ///< an option of a policy out of its range
  unknown_trial,   ///< no trial of that number
  unknown_sweep,   ///< no sweep of that name
  stale_attempt,   ///< the sender's attempt was replaced by a newer one
  illegal_state,   ///< the trial or sweep is not in a state that allows this
  unsupported,     ///< the trainable or component cannot do this
  trial_failed,    ///< the trainable failed: exception, non-zero exit, time limit
  trial_lost,      ///< the trial's process or worker is gone, killed from outside
  cancelled,       ///< asked to stop before it was done
  busy,            ///< another process owns the directory
  corrupt,         ///< stored data that cannot be what was written
  io,              ///< the operating system or a storage library said no
  internal,        ///< a broken invariant of ours
};

struct Error {
  errc code = errc::internal;
  std::string message;
  std::string key{};  ///< of an option that is wrong: its path, with which the message begins; empty: of none
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(errc::io, "…")` from any function that returns a Result.
inline tl::unexpected<Error> fail(errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes the error of one result on as that of another.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace winnow
