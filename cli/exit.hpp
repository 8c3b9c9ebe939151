/// How a command ends: its exit code, and what is said on standard error.
#pragma once

#include <string>
#include <vector>

#include <winnow/core/result.hpp>

namespace winnow::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInterrupted = 130;

/// Prints the error to standard error and returns its exit code.
int complain(const Error& error);
/// The same for an error that doesn't say what it is about: a file, a run directory.
int complain(const std::string& about, const Error& error);
void print_warnings(const std::vector<std::string>& warnings);

/// The last thing of a command: its exit code, or 1 if what it has printed is lost, which is said then. That a reader
/// has left its pipe is no failure.
int end_output(int code);
/// Ends the process without the exit handlers of libraries: for a thread of a trial that never returns, which must not
/// keep the process, and for files that could not be written, which HDF5 would touch once more and crash. Everything of
/// ours is written and closed by then.
[[noreturn]] void leave(int code);

}  // namespace winnow::cli
