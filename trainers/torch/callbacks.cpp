#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>

#include <winnow/base/duration_text.hpp>
#include <winnow/trainers/torch/detail/watched.hpp>
#include <winnow/trainers/torch/trainer_options.hpp>

namespace winnow::hf {
namespace {

class EarlyStopping final : public TrainerCallback {
public:
  EarlyStopping(int patience, double threshold) : patience_(patience), threshold_(threshold) {}
  void on_evaluate(const TrainingArguments& args, const TrainerState&, TrainerControl& control,
                   const Metrics& metrics) override {
    const double* value = watched_metric(args, metrics);
    if (value == nullptr) return;
    if (!best_ || is_better(args, *value, *best_, threshold_)) {
      best_ = *value;
      waited_ = 0;
    } else if (++waited_ >= patience_) {
      control.should_training_stop = true;
    }
  }
  [[nodiscard]] Value state() const override {
    return {{"waited", waited_}, {"best", best_ ? Value(*best_) : Value()}};
  }
  void set_state(const Value& state) override {
    waited_ = state.at("waited").get<int>();
    if (state.at("best").is_number()) best_ = state.at("best").get<double>();
  }

private:
  int patience_;
  double threshold_;
  int waited_ = 0;
  std::optional<double> best_{};
};

class ProgressBar final : public TrainerCallback {
public:
  void on_train_begin(const TrainingArguments&, const TrainerState& state, TrainerControl&) override {
    first_step_ = state.global_step;
  }
  void on_step_end(const TrainingArguments&, const TrainerState& state, TrainerControl&) override {
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100) && state.global_step < state.max_steps) return;
    drawn_ = now;
    draw(state);
  }
  void on_log(const TrainingArguments&, const TrainerState& state, TrainerControl&, const OrderedJson& logs) override {
    std::fprintf(stderr, "\r\033[K%s\n", logs.dump().c_str());
    draw(state);
  }
  void on_train_end(const TrainingArguments&, const TrainerState&, TrainerControl&) override {
    std::fputc('\n', stderr);
  }

private:
  using Clock = std::chrono::steady_clock;

  void draw(const TrainerState& state) const {
    constexpr int kWidth = 30;
    const double part =
        static_cast<double>(state.global_step) / static_cast<double>(std::max<std::int64_t>(1, state.max_steps));
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const auto steps = static_cast<double>(state.global_step - first_step_);
    const double rate = steps / std::max(seconds, 1e-9);
    const double left = static_cast<double>(state.max_steps - state.global_step) / std::max(rate, 1e-9);
    const std::string bar(static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * kWidth), '#');
    std::fprintf(stderr, "\r\033[K%3.0f%% [%-*s] %lld/%lld, epoch %.2f, %.1f steps/s, %s left", 100 * part, kWidth,
                 bar.c_str(), static_cast<long long>(state.global_step), static_cast<long long>(state.max_steps),
                 state.epoch, rate, steps > 0 ? duration_text(left).c_str() : "?");
    std::fflush(stderr);
  }

  std::int64_t first_step_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace

CallbackMaker early_stopping(int patience, double threshold) {
  return [=] { return std::make_shared<EarlyStopping>(patience, threshold); };
}

CallbackMaker progress_bar() {
  return [] { return std::make_shared<ProgressBar>(); };
}

}  // namespace winnow::hf
