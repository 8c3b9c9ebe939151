#include "figures.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <winnow/spec/sweep_file.hpp>

namespace winnow::bench {
namespace {

class Trivial final : public Trainable {
public:
  Trivial(double x, Step reports) : x_(x), reports_(reports) {}

  Result<Progress> advance() override {
    if (reports_ > 0 && step_ == reports_) return Finished{};
    ++step_;
    return StepReport{step_, {{"loss", x_ + 1 / static_cast<double>(step_)}}};
  }

private:
  double x_;
  Step reports_;
  Step step_ = 0;
};

class TrivialFactory final : public TrainableFactory {
public:
  TrivialFactory(Step reports, double spread) : reports_(reports), spread_(spread) {}

  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::make_unique<Trivial>(spread_ * context.params.find("x")->get<double>(), reports_);
  }
  [[nodiscard]] Placement placement() const override { return Placement::inline_slice; }

private:
  Step reports_;
  double spread_;
};

}  // namespace

void die(const std::string& message) {
  fmt::print(stderr, "bench_system: {}\n", message);
  std::exit(1);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double heap_bytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

double fdatasync_per_s(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "sync";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (descriptor < 0) die("cannot write " + file.string());
  constexpr int kPages = 1000;  // SQLite's log has about this size before it begins anew
  const std::array<char, 4096> page{};
  const auto write = [&](int number) {
    if (::pwrite(descriptor, page.data(), page.size(), (number % kPages) * 4096L) < 0)
      die("cannot write " + file.string());
  };
  for (int number = 0; number < kPages; ++number) write(number);
  ::fsync(descriptor);
  int syncs = 0;
  const double start = seconds_now();
  while (seconds_now() < start + 1) {
    write(syncs);
    if (::fdatasync(descriptor) < 0) die("cannot sync " + file.string());
    ++syncs;
  }
  const double rate = syncs / (seconds_now() - start);
  ::close(descriptor);
  std::filesystem::remove(file);
  return rate;
}

Session make_session(const std::filesystem::path& root, const std::string& rest) {
  std::filesystem::remove_all(root);
  const std::filesystem::path file = root.string() + ".yaml";
  std::ofstream(file) << "name: bench\nseed: 1\nmetric: {name: loss, goal: minimize}\n"
                         "parameters: {x: {min: 0.0, max: 1.0}}\n"
                         "trainer: {type: landscape, function: branin}\n"
                         "checkpoints: {last: 0, best: 0}\n"
                      << rest;
  return must(create_session(must(read_sweep_file(file)), root, 1));
}

std::shared_ptr<TrainableFactory> trivial_trainer(Step reports, double spread) {
  return std::make_shared<TrivialFactory>(reports, spread);
}

}  // namespace winnow::bench
