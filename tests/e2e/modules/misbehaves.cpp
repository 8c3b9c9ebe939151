/// A trainer module whose trials do, by the parameter `mode`, what breaks a process, in the middle of their second of
/// three slices. The others report, beside their loss, how much of what is a process's own they find changed, what
/// memory they take (KiB), and the number of their process. With `thread: true` the trainer has a thread of its own, so
/// that its process can't be copied; `only_rank` says which of several ranks does it.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <winnow/trainers/module.hpp>

namespace {

using namespace winnow;

constexpr std::size_t kGigabyte = std::size_t{1} << 30;

int only_rank = 0;  ///< of several that train together, the one that does it

/// That each process begins with.
struct Globals {
  std::string locale = std::setlocale(LC_ALL, nullptr);
  std::filesystem::path folder = std::filesystem::current_path();
  mode_t mask = ::umask(022);

  [[nodiscard]] int changed() const {
    struct sigaction usual {};
    ::sigaction(SIGUSR2, nullptr, &usual);
    return (std::setlocale(LC_ALL, nullptr) != locale) + (std::filesystem::current_path() != folder) +
           (::umask(022) != 022) + (std::getenv("MISBEHAVED") != nullptr) + (usual.sa_handler != SIG_DFL);
  }
};

void change_globals() {
  std::setlocale(LC_ALL, "C.UTF-8");
  ::setenv("MISBEHAVED", "1", 1);
  ::signal(SIGUSR2, SIG_IGN);
  ::umask(0);
  std::filesystem::current_path("/");
}

void fill_shared_memory(std::size_t bytes) {
  const std::string name = "/torch_" + std::to_string(::getpid()) + "_1";
  const int fd = ::shm_open(name.c_str(), O_CREAT | O_RDWR, 0600);
  if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(bytes)) != 0) std::abort();
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  std::memset(memory, 1, bytes);
}

/// KiB of this process's own.
double own_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stod(line.substr(8));
  }
  return 0;
}

void misbehave(const std::string& mode) {
  std::puts(("about to " + mode).c_str());
  if (mode == "segfault") *const_cast<volatile int*>(static_cast<int*>(nullptr)) = 1;
  if (mode == "abort") std::abort();
  if (mode == "throw") throw std::runtime_error("thrown at its second slice");
  if (mode == "exit") std::exit(0);
  if (mode == "loop") {
    const volatile bool always = true;
    while (always) {
    }
  }
  if (mode == "leak") std::memset(new char[kGigabyte], 1, kGigabyte);
  if (mode == "spill") {  // no less than twice what it has, which a sanitizer makes a lot
    const std::size_t bytes = std::max(kGigabyte / 64, static_cast<std::size_t>(2048 * own_memory()));
    std::memset(new char[bytes], 1, bytes);
  }
  if (mode == "shm") {
    fill_shared_memory(std::size_t{8} << 20);
    std::abort();
  }
  if (mode == "globals") change_globals();
  if (mode == "children") {
    if (::fork() == 0) {
      ::setsid();
      for (;;) ::pause();
    }
  }
}

class Misbehaves final : public Trainable {
public:
  explicit Misbehaves(const TrialContext& context)
      : mode_(context.params.find("mode")->get<std::string>()), does_it_(context.ranks.rank == only_rank) {}

  Result<Progress> advance() override {
    if (step_ == 3) return Progress(Finished{});
    if (++step_ == 2 && does_it_) misbehave(mode_);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return Progress(StepReport{step_,
                               {{"loss", 1.0 / static_cast<double>(step_)},
                                {"changed", globals().changed()},
                                {"memory", own_memory()},
                                {"process", ::getpid()}}});
  }
  [[nodiscard]] bool can_save() const override { return true; }
  Result<void> save(const std::filesystem::path& file) override {
    std::ofstream(file) << step_ << '\n';
    return {};
  }
  Result<void> restore(const std::filesystem::path& file) override {
    std::ifstream(file) >> step_;
    return {};
  }

  static const Globals& globals() {
    static const Globals first;
    return first;
  }

private:
  std::string mode_;
  bool does_it_;
  Step step_ = 0;
};

class Factory final : public TrainableFactory {
public:
  Factory() { Misbehaves::globals(); }
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::unique_ptr<Trainable>(std::make_unique<Misbehaves>(context));
  }
  [[nodiscard]] bool takes_ranks() const override { return true; }
};

Result<std::unique_ptr<TrainableFactory>> make_misbehaves(const std::string&, const Value& options,
                                                          const std::filesystem::path&) {
  if (options.value("thread", false)) std::thread([] { ::pause(); }).detach();
  only_rank = options.value("only_rank", 0);
  return std::unique_ptr<TrainableFactory>(std::make_unique<Factory>());
}

}  // namespace

WINNOW_TRAINER_MODULE(make_misbehaves)
