#include <winnow/trainers/program/ending.hpp>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <winnow/trainers/process/shortage.hpp>

namespace winnow::program {
namespace {

using process::LaunchStep;
using process::News;

std::string signal_name(int number) {
  switch (number) {
    case SIGKILL: return "SIGKILL";
    case SIGTERM: return "SIGTERM";
    case SIGHUP: return "SIGHUP";
    case SIGINT: return "SIGINT";
    case SIGUSR1: return "SIGUSR1";
    case SIGUSR2: return "SIGUSR2";
    case SIGSEGV: return "SIGSEGV";
    case SIGABRT: return "SIGABRT";
    case SIGFPE: return "SIGFPE";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGPIPE: return "SIGPIPE";
    default: return "signal " + std::to_string(number);
  }
}

bool from_outside(int signal) {
  constexpr std::array kSent = {SIGKILL, SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2};
  return std::find(kSent.begin(), kSent.end(), signal) != kSent.end();
}

std::string hint(int error) {
  switch (error) {
    case ENOENT: return " (the file, or the interpreter that its first line names)";
    case EACCES: return " (chmod +x it, or put its interpreter before it)";
    case ENOEXEC: return " (no program, and no #! line)";
    case E2BIG: return " (too long a command line; ${args_json_file} takes a file)";
    default: return "";
  }
}

std::string why_not_started(const News& news, const process::Launch& launch) {
  const std::string reason = std::generic_category().message(news.number);
  switch (news.failed) {
    case LaunchStep::directory: return "can't start in " + launch.directory + ": " + reason;
    case LaunchStep::execute: return "can't start '" + launch.argv.front() + "': " + reason + hint(news.number);
    case LaunchStep::none:
    case LaunchStep::fork: break;
  }
  return "no process can be made: " + reason;
}

std::string with_log(std::string what, const Log& log) {
  const std::string last = log.last_lines();
  return what + (last.empty() ? "; it printed nothing" : "; its last lines: " + last);
}

}  // namespace

Result<void> judge_ending(const News& news, const process::Launch& launch, const Log& log) {
  if (news.what == News::What::lost) return fail(errc::trial_lost, "its warden process is gone (killed?)");
  if (news.what == News::What::not_started) {
    const errc code = process::is_shortage(news.number) ? errc::trial_lost : errc::trial_failed;
    return fail(code, why_not_started(news, launch));
  }
  const int status = news.number;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) {
    return fail(errc::trial_failed, with_log("exited with " + std::to_string(WEXITSTATUS(status)), log));
  }
  const int signal = WTERMSIG(status);
  if (from_outside(signal)) return fail(errc::trial_lost, "was ended from outside by " + signal_name(signal));
  return fail(errc::trial_failed, with_log("crashed with " + signal_name(signal), log));
}

}  // namespace winnow::program
