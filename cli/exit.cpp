#include <winnow/cli/exit.hpp>

#include <unistd.h>

#include <cstdio>

#include <winnow/cli/output.hpp>
#include <winnow/cli/scratch.hpp>

namespace winnow::cli {

int complain(const Error& error) {
  std::fprintf(stderr, "winnow: %s\n", error.message.c_str());
  switch (error.code) {
    case errc::invalid_input:
    case errc::invalid_option:
    case errc::busy:
    case errc::illegal_state:
    case errc::unknown_trial:
    case errc::unknown_sweep: return kUsage;
    case errc::stale_attempt:
    case errc::unsupported:
    case errc::trial_failed:
    case errc::trial_lost:
    case errc::cancelled:
    case errc::corrupt:
    case errc::io:
    case errc::internal: break;
  }
  return kFailed;
}

int complain(const std::string& about, const Error& error) {
  return complain({error.code, about + ": " + error.message});
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) std::fprintf(stderr, "winnow: warning: %s\n", warning.c_str());
}

int end_output(int code) {
  flush_output();
  const auto lost = output_failure();
  if (!lost) return code;
  const int why = complain(*lost);
  return code == kDone ? why : code;
}

void leave(int code) {
  code = end_output(code);
  remove_scratch();
  std::fflush(nullptr);
  ::_exit(code);
}

}  // namespace winnow::cli
