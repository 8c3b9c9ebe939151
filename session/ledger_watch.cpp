#include <winnow/session/ledger_watch.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

namespace winnow {

namespace fs = std::filesystem;

LedgerWatch::LedgerWatch(const RunDir& dir)
    : path_(dir.ledger()), file_(posix::open(path_, O_PATH)), was_missing_(!file_ && errno == ENOENT) {}

std::optional<LostLedger> LedgerWatch::look() const {
  struct stat open {};
  struct stat named {};
  LostLedger lost;
  lost.error.code = errc::io;
  const auto deleted = [&] {
    lost.error.message = path_.string() + ": was deleted or replaced while the sweep ran; what was recorded is lost";
    return lost;
  };
  if (was_missing_) return deleted();
  if (!file_ || ::fstat(file_.get(), &open) != 0) return std::nullopt;
  if (::stat(path_.c_str(), &named) == 0) {
    if (named.st_dev == open.st_dev && named.st_ino == open.st_ino) return std::nullopt;
  } else if (errno != ENOENT && errno != ENOTDIR) {
    return std::nullopt;  // it can't be said just now: a server that doesn't answer, say
  }
  std::error_code unknown;
  const fs::path now = fs::read_symlink(fmt::format("/proc/self/fd/{}", file_.get()), unknown);
  if (open.st_nlink == 0 || unknown) return deleted();
  const bool whole = now.filename() == path_.filename();
  if (whole) lost.moved_to = now.parent_path();
  lost.error.message = fmt::format("{}: was moved to {} while the sweep ran; what was recorded is there{}",
                                   path_.string(), now.string(), whole ? "" : ": move it back to go on");
  return lost;
}

}  // namespace winnow
