#include <winnow/cli/output.hpp>

#include <signal.h>

#include <cerrno>

#include <winnow/storage/posix_file.hpp>

namespace winnow::cli {

namespace fs = std::filesystem;

Result<Output> Output::open(const std::string& path) {
  ::signal(SIGPIPE, SIG_IGN);
  Output output;
  if (path.empty()) return output;
  output.path_ = path;
  std::error_code ignored;
  const auto kind = fs::status(path, ignored).type();
  if (kind == fs::file_type::directory) return fail(errc::invalid_input, path + ": is a directory; name a file");
  const bool whole = kind == fs::file_type::not_found || kind == fs::file_type::regular;
  if (whole) output.temporary_ = path + ".new";
  output.own_.reset(std::fopen(whole ? output.temporary_->c_str() : path.c_str(), "wb"));
  if (!output.own_) {
    return fail(errc::invalid_input, path + ": cannot be written: " + std::generic_category().message(errno));
  }
  output.file_ = output.own_.get();
  return output;
}

void Output::note_failure() {
  if (failed_ == 0) failed_ = errno != 0 ? errno : EIO;
}

void Output::write(std::string_view text) {
  if (done()) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) note_failure();
}

Result<void> Output::finish() {
  errno = 0;
  if (!done() && std::fflush(file_) != 0) note_failure();
  if (own_ && std::fclose(own_.release()) != 0) note_failure();
  if (failed_ == EPIPE) return {};
  if (failed_ != 0) {
    abandon();
    return posix::failed(path_, "cannot be written", failed_);
  }
  return temporary_ ? posix::rename(*temporary_, path_) : Result<void>{};
}

void Output::abandon() {
  own_.reset();
  std::error_code ignored;
  if (temporary_) fs::remove(*temporary_, ignored);
}

}  // namespace winnow::cli
