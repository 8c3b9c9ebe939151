#include <winnow/session/open_to_read.hpp>

#include <fmt/format.h>

#include <filesystem>

#include <winnow/base/temp_dir.hpp>
#include <winnow/session/control.hpp>

namespace winnow {

namespace fs = std::filesystem;

namespace {

/// The copy holds what the ledger does: it stands in a folder that is this user's alone.
Result<Ledger> open_copy(const RunDir& dir) {
  const auto temporary = TempDir::make("winnow");
  if (!temporary) return fail(temporary.error());
  const fs::path copy = *temporary / "ledger.db";
  if (auto made = ask_control(dir, {{"op", "copy"}, {"file", copy.string()}}, kCopyLimit); !made) {
    return fail(made.error());
  }
  return Ledger::open_read_only(copy);  // the open file outlives its name
}

}  // namespace

Result<Ledger> open_to_read(const RunDir& dir) {
  auto ledger = Ledger::open_read_only(dir.ledger());
  if (ledger || ledger.error().code != errc::busy) return ledger;
  auto copy = open_copy(dir);
  if (copy) return copy;
  return fail(errc::busy, fmt::format("{}; {}", ledger.error().message, copy.error().message));
}

}  // namespace winnow
