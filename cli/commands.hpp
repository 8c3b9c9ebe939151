/// The subcommands of `winnow`. Each takes its options and returns the exit code: 0 done, 1 the sweep failed, 2 bad
/// input or usage, 130 interrupted (resumable).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <winnow/cli/space_options.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {
struct SweepFile;
}

namespace winnow::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInterrupted = 130;

struct RunArgs {
  std::string file;  ///< the sweep file (run), or the run directory (resume)
  std::string dir;   ///< empty: runs/<name>-<time>
  std::optional<std::uint64_t> seed;
  int slots = 0;
  bool json = false;
  bool quiet = false;
  std::optional<std::uint64_t> min_free;  ///< bytes
  std::optional<std::int64_t> trial;      ///< resume: this one, which was paused by command
  std::vector<std::string> set;           ///< resume: `NAME=VALUE`, settings to change
  SpaceArgs space{};                      ///< run: for a bare space
};
/// `resume` of a run that a process runs already, or with a trial's number, is a command to it.
int run(const RunArgs& args);
/// What `run` does with a file that has been read.
int start(const SweepFile& file, const RunArgs& args);
int resume(const RunArgs& args);

struct AskTellArgs {
  std::string file;
  std::string dir;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> set;  ///< as for resume, where the run exists
  SpaceArgs space{};             ///< for a bare space
};
int asktell(const AskTellArgs& args);

struct ControlArgs {
  std::string dir;
  std::optional<std::int64_t> trial;
  bool now = false;
  bool json = false;
};
int control(const ControlArgs& args, CommandVerb verb);

struct DirArgs {
  std::string dir;
  bool json = false;
};
int best(const DirArgs& args);
int replay(const DirArgs& args);

struct ShowArgs {
  std::string dir;
  bool json = false;
  std::string sort;                 ///< value, trial or step; empty: trial, or value where `top` is given
  std::optional<std::int64_t> top;  ///< the first so many, >= 1
  std::string state;                ///< only trials of this state
};
int show(const ShowArgs& args);

struct FileArgs {
  std::string file;
  bool json = false;
  std::int64_t n = 10;
  std::optional<std::uint64_t> seed;
  SpaceArgs space{};  ///< `--dialect`
};
int check(const FileArgs& args);
int sample(const FileArgs& args);

/// The last thing of a command: its exit code, or 1 if what it has printed is lost, which is said then. That a reader
/// has left its pipe is no failure.
int end_output(int code);
/// Ends the process without the exit handlers of libraries: for a thread of a trial that never returns, which must not
/// keep the process, and for files that could not be written, which HDF5 would touch once more and crash. Everything of
/// ours is written and closed by then.
[[noreturn]] void leave(int code);
/// Prints the error to standard error and returns its exit code.
int complain(const Error& error);
void print_warnings(const std::vector<std::string>& warnings);
/// One line of JSON on standard output.
void print_json(const OrderedJson& json);

}  // namespace winnow::cli
