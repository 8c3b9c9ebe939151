#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow {

namespace fs = std::filesystem;

namespace {

constexpr const char* kYaml = "sweep.yaml";
constexpr const char* kJson = "sweep.json";
/// Who holds the directory, while its file `lock`, which would tell, isn't the one that was locked.
constexpr const char* kNameless = "another process (its lock file was deleted)";

/// True if `root` looks as `make` leaves it, before there is a ledger: it may then be made again.
bool is_fresh(const RunDir& dir) {
  const auto empty_folder = [](const fs::path& path) { return fs::is_directory(path) && fs::is_empty(path); };
  for (const auto& entry : fs::directory_iterator(dir.root)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name.starts_with(kYaml) || name.starts_with(kJson) || name == "lock" ||
                      name.starts_with("ledger.db.new") || name == "checkpoints" || name == "logs";
    if (!ours) return false;
  }
  const bool first_step = !fs::exists(dir.logs()) && !fs::exists(dir.sweep_file());
  return empty_folder(dir.checkpoints()) && (first_step || empty_folder(dir.logs()));
}

/// SQLite takes paths up to 512 bytes, with what it appends, and follows links first.
Result<void> check_length(const fs::path& root) {
  constexpr std::size_t kLongest = 512 - std::string_view("/ledger.db.new-journal").size();
  const std::size_t length = fs::weakly_canonical(fs::absolute(root)).native().size();
  if (length <= kLongest) return {};
  return fail(errc::invalid_input,
              fmt::format("{}: is {} bytes long as a path, and a ledger can be opened where it is at "
                          "most {}; name a shorter one",
                          root.string(), length, kLongest));
}

/// A place that can't be used, as the user named it, unlike a disk that is full or broken.
errc code_of(const std::error_code& error) {
  for (const std::errc ours : {std::errc::no_space_on_device, std::errc::io_error, std::errc::not_enough_memory,
                               std::errc::too_many_files_open, std::errc::too_many_files_open_in_system}) {
    if (error == ours) return errc::io;
  }
  return error.value() == EDQUOT ? errc::io : errc::invalid_input;
}

Result<RunDir> make(const RunDir& dir, std::string_view sweep_name, std::string_view sweep) {
  if (auto fits = check_length(dir.root); !fits) return fail(fits.error());
  if (fs::exists(dir.root)) {
    if (!fs::is_directory(dir.root)) return fail(errc::invalid_input, dir.root.string() + ": is not a directory");
    if (fs::exists(dir.ledger())) {
      return fail(errc::invalid_input,
                  fmt::format("{0}: holds a run already; go on with `winnow resume {0}`, or name another directory",
                              dir.root.string()));
    }
    if (!fs::is_empty(dir.root) && !is_fresh(dir)) {
      return fail(errc::invalid_input, dir.root.string() + ": exists and is not empty; name another directory");
    }
    fs::remove(dir.root / kYaml);
    fs::remove(dir.root / kJson);
  }
  for (const fs::path& folder : {dir.checkpoints(), dir.logs()}) {
    if (auto made = posix::make_directories(folder); !made) return fail(made.error());
  }
  const char* name = sweep_name.ends_with(".json") ? kJson : kYaml;
  // A directory is a run once its ledger is in place, and the ledger's rename syncs this name as well.
  if (auto written = posix::write_file(dir.root / name, sweep); !written) return fail(written.error());
  // Where it was there before, who made it may have died before the sync.
  if (auto synced = posix::sync_parent(fs::absolute(dir.root)); !synced) return fail(synced.error());
  return dir;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown host";
}

std::string owner_info() {
  const nlohmann::ordered_json info = {
      {"host", host_name()},
      {"pid", ::getpid()},
      {"since", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))}};
  return info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string describe_owner(int fd) {
  std::array<char, 1024> buffer{};
  const ssize_t size = ::pread(fd, buffer.data(), buffer.size(), 0);
  const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  try {
    const auto info = nlohmann::json::parse(text);
    return fmt::format("pid {} on {} since {}", info.at("pid").get<std::int64_t>(), info.at("host").get<std::string>(),
                       info.at("since").get<std::string>());
  } catch (const nlohmann::json::exception&) {
    return "another process";
  }
}

}  // namespace

Result<RunDir> RunDir::create(const fs::path& root, std::string_view sweep_name, std::string_view sweep) {
  try {
    return make(RunDir{root}, sweep_name, sweep);
  } catch (const fs::filesystem_error& e) {
    return fail(code_of(e.code()),
                fmt::format("{}: cannot make a run directory: {}", root.string(), e.code().message()));
  }
}

Result<RunDir> RunDir::open(const fs::path& root) {
  RunDir dir{root};
  std::error_code error;
  const auto kind = fs::status(root, error).type();
  if (kind == fs::file_type::not_found)
    return fail(errc::invalid_input, root.string() + ": there is no such directory");
  if (kind == fs::file_type::none) return fail(errc::invalid_input, root.string() + ": " + error.message());
  if (kind != fs::file_type::directory) {
    return fail(errc::invalid_input, root.string() + ": is a file; name the directory of a run");
  }
  if (!fs::exists(dir.ledger(), error)) {
    const std::string why = error ? ": " + error.message() : ": is not a run directory (it has no ledger.db)";
    return fail(errc::invalid_input, root.string() + why);
  }
  return dir;
}

fs::path RunDir::sweep_file() const {
  std::error_code ignored;
  return fs::exists(root / kJson, ignored) ? root / kJson : root / kYaml;
}

std::optional<std::string> DirLock::owner(const RunDir& dir) {
  const auto held = [](const Fd& file) {
    return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  };
  const Fd file = posix::open(dir.lock(), O_RDONLY);
  if (held(file)) return describe_owner(file.get());
  if (held(posix::open(dir.root, O_RDONLY | O_DIRECTORY))) return kNameless;
  return std::nullopt;
}

Result<DirLock> DirLock::acquire(const RunDir& dir) {
  Fd file = posix::open(dir.lock(), O_RDWR | O_CREAT);
  if (!file) {
    const std::error_code error(errno, std::generic_category());
    return fail(code_of(error), dir.lock().string() + ": cannot open: " + error.message());
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return posix::failed(dir.lock(), "cannot lock");
    return fail(errc::busy, dir.root.string() + ": is run by " + describe_owner(file.get()));
  }
  Fd directory = posix::open(dir.root, O_RDONLY | O_DIRECTORY);
  if (directory && ::flock(directory.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return fail(errc::busy, dir.root.string() + ": is run by " + kNameless);
  }
  const std::string info = owner_info();
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), info.data(), info.size(), 0) < 0) {
    return posix::failed(dir.lock(), "cannot write");
  }
  return DirLock(std::move(file), std::move(directory));
}

}  // namespace winnow
