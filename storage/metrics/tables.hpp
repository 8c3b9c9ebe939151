/// What the metrics file shows, as rows in memory: the fold of events that people look at (docs/formats.md).
/// Rows pile up until the file has taken them; a trial's row changes in place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <winnow/storage/detail/names.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow {

/// In the file as they lie in memory; no padding.
struct TrialTableRow {
  std::int64_t trial;
  std::int32_t state;
  std::int32_t attempt;
  std::int64_t last_step;
  double started;
  double ended;
};

enum class ParamKind : std::int32_t { number = 0, boolean = 1, text = 2, json = 3 };

struct ParamRow {
  std::int64_t trial;
  std::int32_t name_id;
  ParamKind kind;
  double number;  ///< NaN for text and json
  std::int64_t text_offset;
  std::int64_t text_length;
};

inline constexpr Step kTold = -1;

struct ReportRow {
  std::int64_t trial;
  std::int32_t attempt;
  std::int32_t name_id;
  std::int64_t step;  ///< kTold: a trial's final value by ask/tell
  double time;
  double value;
};

struct VerdictRow {
  std::int64_t trial;
  std::int32_t attempt;
  std::int32_t verdict;
  std::int64_t step;
  std::int32_t rung;
  std::int32_t state;
  double time;
};

/// The latest value of a trial's metric.
struct LatestValue {
  std::int32_t name_id;
  Step step;
  double value;
};

class MetricsTables {
public:
  void apply(const Event& event);
  /// Forgets the rows that the file has taken.
  void clear_pending();
  /// The parameter's value as text, whatever its kind.
  [[nodiscard]] std::string param_text(const ParamRow& row) const;
  [[nodiscard]] std::size_t pending_rows() const { return reports.size() + verdicts.size(); }

  std::int64_t applied = 0;  ///< seq of the last event
  Names names;
  std::vector<TrialTableRow> trials;  ///< all; outside of [dirty_begin, dirty_end) they are as in the file
  std::size_t dirty_begin = 0;
  std::size_t dirty_end = 0;
  std::vector<std::vector<LatestValue>> latest;  ///< by trial

  std::vector<ParamRow> params;  ///< all, as are the texts
  std::string texts;
  std::size_t stored_names = 0;  ///< what the file has of names, params and texts: the rest is pending
  std::size_t stored_params = 0;
  std::size_t stored_texts = 0;
  std::size_t stored_reports = 0;  ///< rows that the file has of the next two, which hold pending ones only
  std::size_t stored_verdicts = 0;
  std::vector<ReportRow> reports;
  std::vector<VerdictRow> verdicts;

private:
  void add_trial(TrialId trial, const Assignment& given);
  void add_params(TrialId trial, const Assignment& given);
  void add_param(TrialId trial, const std::string& name, const Value& value);
  void add_metrics(const Event& event, Step step, const Metrics& metrics);
  void add_verdict(const Event& event, const event::Reported& reported);
  void requeue_running();
  TrialTableRow& touch(TrialId trial);
};

}  // namespace winnow
