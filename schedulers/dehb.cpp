#include <winnow/schedulers/dehb.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include <winnow/core/options.hpp>

namespace winnow {

Decision DehbScheduler::judge(const Judged& report) const {
  const double budget = plan_.budget(report.trial);
  if (report.resource < budget) return {};
  if (budget == plan_.budgets().back()) return {.verdict = Verdict::stop, .completed = true};
  return {.verdict = Verdict::stop, .rung = 0, .why = "its budget of " + format_double(budget) + " is used"};
}

Value DehbScheduler::options() const {
  return {{"max_t", plan_.options().max_t},
          {"grace_period", plan_.options().min_t},
          {"reduction_factor", plan_.options().reduction_factor}};
}

std::vector<std::string> DehbScheduler::describe() const {
  std::vector<std::string> lines;
  std::size_t trials = 0;
  double budget = 0;
  for (std::size_t bracket = 0; bracket < plan_.kinds(); ++bracket) {
    std::vector<std::string> rungs;
    for (std::size_t rung = 0; rung < plan_.rungs(bracket).size(); ++rung) {
      const std::size_t size = plan_.rungs(bracket)[rung];
      const double to = plan_.budgets()[bracket + rung];
      rungs.push_back(fmt::format("{} to {}", size, format_double(to)));
      trials += size;
      budget += static_cast<double>(size) * to;
    }
    lines.push_back(fmt::format("bracket {}: trials, each from its start: {}", bracket, fmt::join(rungs, ", then ")));
  }
  lines.push_back(fmt::format("then the first kind again; a round of them has {} trials and takes {}", trials,
                              format_double(budget)));
  return lines;
}

namespace {

HalvingPlan::Options read_options(OptionReader& reader) {
  HalvingPlan::Options read;
  read.max_t = reader.number("max_t").value_or(read.max_t);
  read.min_t = reader.number("grace_period").value_or(read.min_t);
  read.reduction_factor = reader.number("reduction_factor").value_or(read.reduction_factor);
  return read;
}

}  // namespace

Result<HalvingPlan> halving_plan(const Value& options) {
  OptionReader reader("dehb", options);
  const auto read = read_options(reader);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  return HalvingPlan::make(read);
}

Result<std::unique_ptr<Scheduler>> make_dehb_scheduler(const Value& options, SchedulerContext) {
  auto plan = halving_plan(options);
  if (!plan) return fail(std::move(plan.error()));
  return std::make_unique<DehbScheduler>(std::move(*plan));
}

}  // namespace winnow
