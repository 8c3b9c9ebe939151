#include <winnow/search/reader.hpp>

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include <winnow/search/control.hpp>

namespace winnow {

namespace fs = std::filesystem;

namespace {

/// The owner's alone, as the socket is: the copy holds what the ledger does.
class PrivateDir {
public:
  PrivateDir() {
    std::error_code none;
    path_ = (fs::absolute(fs::temp_directory_path(none), none) / "winnow-XXXXXX").string();
    if (none || ::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~PrivateDir() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  PrivateDir(const PrivateDir&) = delete;
  PrivateDir& operator=(const PrivateDir&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

Result<Ledger> open_copy(const RunDir& dir) {
  const PrivateDir temporary;
  if (temporary.path().empty()) return fail(errc::io, "can't make a temporary directory");
  const fs::path copy = fs::path(temporary.path()) / "ledger.db";
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
