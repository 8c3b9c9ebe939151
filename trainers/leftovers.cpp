#include <winnow/trainers/leftovers.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <winnow/base/fd.hpp>
#include <winnow/base/kill_if.hpp>

namespace winnow::process {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kPatience = 3s;
constexpr std::string_view kFolder = "WINNOW_TRIAL_DIR=";
constexpr std::string_view kSocket = "WINNOW_REPORT_SOCKET=";

std::string environment_of(const std::string& process) {
  const Fd file(::open((process + "/environ").c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; file && (got = ::read(file.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::optional<std::string> value_in(std::string_view environment, std::string_view name) {
  while (!environment.empty()) {
    const std::string_view entry = environment.substr(0, environment.find('\0'));
    if (entry.starts_with(name)) return std::string(entry.substr(name.size()));
    environment.remove_prefix(std::min(environment.size(), entry.size() + 1));
  }
  return std::nullopt;
}

/// `process`: its folder in /proc.
bool is_of(const struct stat& trials, const std::string& process) {
  const std::string environment = environment_of(process);
  const auto folder = value_in(environment, kFolder);
  if (!folder || !value_in(environment, kSocket)) return false;
  // As the process sees it: the same path may be another folder in a container.
  struct stat seen {};
  const std::string parent = process + "/root" + fs::path(*folder).parent_path().string();
  return ::stat(parent.c_str(), &seen) == 0 && seen.st_dev == trials.st_dev && seen.st_ino == trials.st_ino;
}

bool kill_if_of(const struct stat& trials, const std::string& number) {
  return kill_if(number, [&] { return is_of(trials, "/proc/" + number); });
}

std::vector<std::string> processes() {
  std::vector<std::string> numbers;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return numbers;
  while (const dirent* entry = ::readdir(proc)) {
    const std::string_view name = entry->d_name;
    if (name.find_first_not_of("0123456789") == std::string_view::npos) numbers.emplace_back(name);
  }
  ::closedir(proc);
  return numbers;
}

}  // namespace

std::size_t end_leftovers(const fs::path& trials) {
  struct stat folder {};
  if (::stat(trials.c_str(), &folder) != 0) return 0;  // a run that hasn't had one
  if (is_of(folder, "/proc/self")) return 0;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::size_t killed = 0;
  while (true) {
    std::size_t now = 0;
    for (const std::string& number : processes()) now += kill_if_of(folder, number) ? 1 : 0;
    killed = std::max(killed, now);
    // Again, for what these have started meanwhile; a dead one has no environment any more.
    if (now == 0 || std::chrono::steady_clock::now() >= end) return killed;
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace winnow::process
