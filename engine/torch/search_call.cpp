#include <winnow/engine/torch/search_call.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include <winnow/spec/record.hpp>
#include <winnow/trainers/isolation.hpp>

namespace winnow::hf {
namespace {

std::mutex kept_mutex;
Value kept = Value::array();  ///< what the searches so far came to; null: not over yet

/// Read when it is first asked for.
const Value& told() {
  static const Value job = worker_job();
  return job;
}

std::size_t next_number() {
  static std::atomic<std::size_t> numbers{0};
  return numbers++;
}

}  // namespace

Value to_value(const SearchResult& result) {
  if (!result) return {{"code", static_cast<int>(result.error().code)}, {"message", result.error().message}};
  Value runs = Value::array();
  for (const BestRun& run : *result) {
    runs.push_back({{"run_id", run.run_id},
                    {"objective", run.objective},
                    {"hyperparameters", run.hyperparameters.to_json().dump()},
                    {"run_summary", run.run_summary}});
  }
  return runs;
}

SearchResult result_of(const Value& value) {
  if (value.is_null()) return fail(errc::illegal_state, "this search runs beside the worker's own");
  if (value.is_object()) {
    return fail(static_cast<errc>(value.at("code").get<int>()), value.at("message").get<std::string>());
  }
  std::vector<BestRun> runs;
  for (const Value& one : value) {
    auto params = Assignment::from_json(OrderedJson::parse(one.at("hyperparameters").get<std::string>()));
    if (!params) return fail(std::move(params.error()));
    runs.push_back({.run_id = one.at("run_id").get<std::string>(),
                    .objective = one.at("objective").get<std::vector<double>>(),
                    .hyperparameters = std::move(*params),
                    .run_summary = one.at("run_summary")});
  }
  return runs;
}

SearchCall::SearchCall() : number_(next_number()) {}

std::optional<SearchResult> SearchCall::result_before() const {
  if (!is_worker() || number_ >= told().at("search").get<std::size_t>()) return std::nullopt;
  return result_of(told().at("before").at(number_));
}

void SearchCall::serve_if_worker(const SweepSpec& sweep, const std::shared_ptr<TrainableFactory>& trials) const {
  if (!is_worker()) return;
  if (told().at("sweep") != spec_record(sweep).dump()) {
    refuse_job({errc::invalid_input, "search " + std::to_string(number_ + 1) +
                                         " of the program is another one in a worker, which is the program started "
                                         "once more: what it searches must not depend on the time, on input or on "
                                         "what is in files that change; isolation = thread needs no workers"});
  }
  serve_job(trials);
}

Value SearchCall::job(const SweepSpec& sweep) const {
  const std::lock_guard lock(kept_mutex);
  return {{"search", number_}, {"before", kept}, {"sweep", spec_record(sweep).dump()}};
}

SearchResult SearchCall::keep(SearchResult result) const {
  const std::lock_guard lock(kept_mutex);
  while (kept.size() <= number_) kept.push_back(nullptr);
  kept[number_] = to_value(result);
  return result;
}

}  // namespace winnow::hf
