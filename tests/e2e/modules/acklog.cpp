/// A trainer module for the kill -9 test: trains a small curve, and writes down each acknowledgement by itself. That a
/// slice is asked for says that the report before it was acknowledged; the line goes to the file named by
/// WINNOW_ACKLOG with one append, whatever happens to the ledger.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>

#include <winnow/core/random.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/module.hpp>

namespace {

using namespace winnow;

class AckLogged final : public Trainable {
public:
  explicit AckLogged(TrialContext context) : context_(std::move(context)) {}
  ~AckLogged() override { maybe_hang("destroy"); }
  AckLogged(const AckLogged&) = delete;
  AckLogged& operator=(const AckLogged&) = delete;

  Result<Progress> advance() override {
    if (reported_) note();
    if (const char* delay = std::getenv("WINNOW_ACKLOG_DELAY_MS")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(delay)));
    }
    ++step_;
    maybe_hang("advance");
    Rng rng = keyed_rng(context_.seed, step_, "curve");
    sum_ += uniform01(rng);
    reported_ = true;
    return Progress(StepReport{step_, {{"loss", sum_ / static_cast<double>(step_)}}});
  }
  [[nodiscard]] bool can_save() const override { return true; }
  Result<void> save(const std::filesystem::path& file) override {
    maybe_hang("save");
    std::ofstream(file) << step_ << ' ' << format_double(sum_) << '\n';
    return {};
  }
  Result<void> restore(const std::filesystem::path& file) override {
    std::string sum;
    std::ifstream(file) >> step_ >> sum;
    const auto value = parse_double(sum);
    if (!value) return fail(value.error());
    sum_ = *value;
    return {};
  }

private:
  /// The trial of WINNOW_ACKLOG_HANG_TRIAL does, in what WINNOW_ACKLOG_HANG_IN names.
  void maybe_hang(std::string_view here) const {
    const char* trial = std::getenv("WINNOW_ACKLOG_HANG_TRIAL");
    const char* where = std::getenv("WINNOW_ACKLOG_HANG_IN");
    if (trial == nullptr || std::atoi(trial) != context_.trial || here != (where ? where : "advance")) return;
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));  // and no cancel() reaches it
  }
  void note() const {
    const std::string line = std::to_string(context_.trial) + ' ' + std::to_string(context_.attempt) + ' ' +
                             std::to_string(step_) + ' ' + format_double(sum_ / static_cast<double>(step_)) + '\n';
    const int fd = ::open(std::getenv("WINNOW_ACKLOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
    ::close(fd);
  }

  TrialContext context_;
  Step step_ = 0;
  double sum_ = 0;
  bool reported_ = false;
};

class Factory final : public TrainableFactory {
public:
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::unique_ptr<Trainable>(std::make_unique<AckLogged>(context));
  }
};

Result<std::unique_ptr<TrainableFactory>> make_acklog(const std::string&, const Value&, const std::filesystem::path&) {
  return std::unique_ptr<TrainableFactory>(std::make_unique<Factory>());
}

}  // namespace

WINNOW_TRAINER_MODULE(make_acklog)
