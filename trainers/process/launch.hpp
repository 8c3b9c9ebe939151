/// Starting a program.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace winnow::process {

struct Launch {
  std::string file;               ///< what is executed, with a slash in it
  std::vector<std::string> argv;  ///< at least one word
  std::vector<std::string> env;   ///< `NAME=value`
  std::string directory;          ///< where it starts
};

/// At which step a start failed.
enum class LaunchStep : char { none = 0, fork = 'f', directory = 'd', execute = 'x' };

struct Launched {
  pid_t pid = -1;
  LaunchStep failed = LaunchStep::none;
  int error = 0;  ///< errno
};

/// The program leads a process group of its own, has `null` as standard input, `output` as standard output and error,
/// and `channel` as descriptor 3; no signal is blocked or ignored; and it is killed when this process dies. The three
/// descriptors must be above 3; all others must be closed on exec. Returns when the program runs or has failed to.
Launched launch(const Launch& what, int null, int output, int channel);

/// A copy of this process, which must have one thread, in a program's place: it runs `body` and ends with 0. All else
/// is as with `launch`, but that descriptors in `keep` stay open beside the four, and the environment and the folder
/// are this process's.
Launched launch_copy(const std::function<void()>& body, const std::vector<int>& keep, int null, int output,
                     int channel);

}  // namespace winnow::process
