#include <winnow/cli/output.hpp>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include <winnow/base/file.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow::cli {

namespace fs = std::filesystem;

namespace {

std::atomic<int> output_error{0};

void note_output_error() {
  int none = 0;
  output_error.compare_exchange_strong(none, errno != 0 ? errno : EIO);
}

/// The names in a run directory that are Winnow's: the ledger's and the metrics file's parts, and all in its folders.
bool is_winnows(const fs::path& name) {
  constexpr std::array kNames = {"sweep.yaml", "sweep.json", "checkpoints", "logs", "trials", "lock", RunDir::kControl};
  const bool part = name.native().starts_with("ledger.db") || name.native().starts_with("metrics.h5");
  return part || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Whether to write there would destroy a run.
bool is_of_a_run(const fs::path& file) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(fs::absolute(file, ignored), ignored);
  fs::path root;
  for (const fs::path& part : whole) {
    if (!root.empty() && fs::exists(RunDir{root}.ledger(), ignored) && is_winnows(part)) return true;
    root /= part;
  }
  return false;
}

}  // namespace

void put(std::string_view text) {
  if (output_error != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_output_error();
}

std::string json_text(const OrderedJson& json, int indent) {
  return json.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

void print_json(const OrderedJson& json) {
  put(json_text(json) + "\n");
}

void flush_output() {
  errno = 0;
  if (output_error == 0 && std::fflush(stdout) != 0) note_output_error();
}

bool output_is_closed() {
  return output_error != 0;
}

std::optional<Error> output_failure() {
  const int error = output_error;
  if (error == 0 || error == EPIPE) return std::nullopt;
  return posix::failed("standard output", "cannot be written", error).value();
}

Result<Output> Output::open(const std::string& path, const fs::path& source) {
  ::signal(SIGPIPE, SIG_IGN);
  Output output;
  if (path.empty()) return output;
  output.path_ = path;
  std::error_code ignored;
  const auto kind = fs::status(path, ignored).type();
  if (kind == fs::file_type::directory) return fail(errc::invalid_input, path + ": is a directory; name a file");
  if (!source.empty() && fs::equivalent(path, source, ignored)) {
    return fail(errc::invalid_input, path + ": is what is read; name another file");
  }
  if (is_of_a_run(path)) {
    return fail(errc::invalid_input, path + ": belongs to a run, which would be destroyed; name another file");
  }
  const bool whole = kind == fs::file_type::not_found || kind == fs::file_type::regular;
  if (whole) output.temporary_ = fmt::format("{}.{}.new", path, ::getpid());
  output.own_.reset(whole ? std::fopen(output.temporary_->c_str(), "wbx") : std::fopen(path.c_str(), "wb"));
  if (!output.own_) {
    return fail(errc::invalid_input, path + ": cannot be written: " + std::generic_category().message(errno));
  }
  return output;
}

void Output::note_failure() {
  if (failed_ == 0) failed_ = errno != 0 ? errno : EIO;
}

void Output::write(std::string_view text) {
  if (!own_) return put(text);
  if (done()) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), own_.get()) != text.size()) note_failure();
}

Result<void> Output::finish() {
  if (!own_) return {};
  errno = 0;
  if (!done() && std::fflush(own_.get()) != 0) note_failure();
  if (std::fclose(own_.release()) != 0) note_failure();
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
