/// Which of the program's searches this one is: its workers (trainers/isolation.hpp) are the program once more, and
/// come through the same searches. In a worker those before its own are answered by what they came to in the program
/// itself.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/hf/search_rules.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::hf {

using SearchResult = Result<std::vector<BestRun>>;

/// For another process. Null: the search isn't over, which reads as an error.
Value to_value(const SearchResult& result);
SearchResult result_of(const Value& value);

class SearchCall {
public:
  /// The next one.
  SearchCall();
  /// From 0.
  [[nodiscard]] std::size_t number() const { return number_; }

  /// In a worker, of a search before its own.
  [[nodiscard]] std::optional<SearchResult> result_before() const;
  /// In a worker, of its own search: serves to the end of the process, if the sweep is what the program itself has.
  void serve_if_worker(const SweepSpec& sweep, const std::shared_ptr<TrainableFactory>& trials) const;

  /// What a worker is told.
  [[nodiscard]] Value job(const SweepSpec& sweep) const;
  /// Keeps what this search came to, for workers of later ones.
  SearchResult keep(SearchResult result) const;

private:
  std::size_t number_;
};

}  // namespace winnow::hf
