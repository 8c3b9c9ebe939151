#include <winnow/cli/scratch.hpp>

#include <signal.h>
#include <unistd.h>

#include <array>
#include <string>

#include <winnow/base/temp_dir.hpp>

namespace winnow::cli {
namespace {

/// For the signal handler, which may call little else than unlink.
std::array<char, 4096> scratch_file{};
std::array<char, 4096> scratch_folder{};

void remove_and_die(int number) {
  ::unlink(scratch_file.data());
  ::rmdir(scratch_folder.data());
  ::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace

Result<std::filesystem::path> scratch_ledger() {
  auto made = TempDir::make("winnow");
  if (!made) return fail(made.error());
  const std::filesystem::path file = *made / "ledger.db";
  if (file.native().size() >= scratch_file.size()) return fail(errc::io, file.string() + ": is too long a path");
  made->path().native().copy(scratch_folder.data(), scratch_folder.size() - 1);
  file.native().copy(scratch_file.data(), scratch_file.size() - 1);
  (void)made->release();
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    const bool ignored = ::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
    if (!ignored) ::signal(number, remove_and_die);
  }
  ::signal(SIGPIPE, SIG_IGN);  // who reads a pipe may leave; what is printed then goes nowhere (output.hpp)
  return file;
}

void remove_scratch() {
  if (scratch_folder.front() == '\0') return;
  std::error_code ignored;
  std::filesystem::remove_all(scratch_folder.data(), ignored);
}

}  // namespace winnow::cli
