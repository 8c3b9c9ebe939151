#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/fifo.hpp>

namespace winnow {

Result<Fifo> Fifo::make(Options options) {
  if (options.max_t && !(std::isfinite(*options.max_t) && *options.max_t >= 1)) {
    return invalid_option("max_t", "must be at least 1, got " + format_double(*options.max_t));
  }
  return Fifo(options);
}

Decision Fifo::judge(const Judged& report) const {
  if (options_.max_t && report.resource >= *options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  return {};
}

std::vector<std::string> Fifo::describe() const {
  if (!options_.max_t) return {"no early stopping"};
  return {"no early stopping; a trial is complete at " + format_double(*options_.max_t)};
}

Value Fifo::options() const {
  return options_.max_t ? Value{{"max_t", *options_.max_t}} : Value::object();
}

Result<std::unique_ptr<Scheduler>> make_fifo(const Value& options, SchedulerContext) {
  OptionReader reader("fifo", options);
  const Fifo::Options read{.max_t = reader.number("max_t")};
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto fifo = Fifo::make(read);
  if (!fifo) return fail(std::move(fifo.error()));
  return std::make_unique<Fifo>(std::move(*fifo));
}

}  // namespace winnow
