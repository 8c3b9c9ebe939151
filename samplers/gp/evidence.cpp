#include <winnow/samplers/gp/evidence.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace winnow::gp {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::pair<std::string_view, Impute>, 3> kNames{
    {{"latest", Impute::latest}, {"best", Impute::best}, {"worst", Impute::worst}}};

/// The worse of two losses; one that isn't there (NaN) is none.
double worse(double a, double b) {
  return std::isnan(a) || b > a ? b : a;
}

/// Infinite values as the greatest or least finite one of the column, or 0; NaN as the greatest.
void make_finite(Eigen::Ref<Vector> column) {
  double least = kNone, greatest = kNone;
  for (const double x : column) {
    if (!std::isfinite(x)) continue;
    least = std::isnan(least) ? x : std::min(least, x);
    greatest = std::isnan(greatest) ? x : std::max(greatest, x);
  }
  for (double& x : column) {
    if (!std::isfinite(x)) x = std::isnan(least) ? 0 : x < 0 ? least : greatest;
  }
}

bool is_open(const Past& past) {
  return past.state == TrialState::running || past.state == TrialState::paused;
}

}  // namespace

std::optional<Impute> impute_by_name(std::string_view name) {
  for (const auto& [known, impute] : kNames) {
    if (known == name) return impute;
  }
  return std::nullopt;
}

std::string_view name_of(Impute impute) {
  return kNames.at(static_cast<std::size_t>(impute)).first;
}

void Witness::retract(TrialId trial) {
  const auto it = std::find(ended_.begin(), ended_.end(), trial);
  if (it == ended_.end()) return;
  ended_.erase(it);
  ++revision_;
}

bool Witness::counts(const Past& past) const {
  if (imputing_.ended) return !is_open(past);
  return past.state == TrialState::completed && past.losses.size() >= history_.goals().size() &&
         std::none_of(past.losses.begin(), past.losses.end(), [](double x) { return std::isnan(x); });
}

void Witness::observe(const Observation& observation) {
  const Past& past = history_.observe(observation);
  const TrialId trial = past.trial;
  if (const auto* report = std::get_if<TrialReported>(&observation)) {
    if (!std::isfinite(report->value)) return;
    const bool maximised = judged_ < history_.goals().size() && history_.goals()[judged_] == Goal::maximize;
    const double loss = maximised ? -report->value : report->value;
    Reports& reports = reports_.try_emplace(trial, Reports{loss, loss, loss}).first->second;
    reports = {loss, std::min(reports.best, loss), std::max(reports.worst, loss)};
    if (!is_open(past)) ++revision_;
  } else if (std::holds_alternative<TrialEnded>(observation)) {
    retract(trial);
    if (counts(past)) ended_.push_back(trial);
  } else if (!std::holds_alternative<ParameterDrawn>(observation)) {
    retract(trial);
  }
}

std::vector<double> Witness::worst(std::size_t count) const {
  std::vector<double> worst(history_.goals().size(), kNone);
  for (std::size_t i = 0; i < count; ++i) {
    const Past& past = *history_.find(ended_[i]);
    for (std::size_t j = 0; j < worst.size() && j < past.losses.size(); ++j) {
      if (std::isfinite(past.losses[j])) worst[j] = worse(worst[j], past.losses[j]);
    }
    const auto reports = reports_.find(past.trial);
    if (judged_ < worst.size() && reports != reports_.end())
      worst[judged_] = worse(worst[judged_], reports->second.worst);
  }
  return worst;
}

double Witness::imputed(TrialId trial, std::size_t objective, Impute impute, double worst) const {
  const auto reports = reports_.find(trial);
  if (impute == Impute::worst || objective != judged_ || reports == reports_.end()) return worst;
  return impute == Impute::latest ? reports->second.latest : reports->second.best;
}

std::optional<Witness::Row> Witness::row(const Past& past, const std::vector<double>& worst) const {
  Row row{&past, std::vector<double>(worst.size(), kNone)};
  const bool open = is_open(past);
  const auto impute = open ? imputing_.running : imputing_.ended;
  if (!open && past.state != TrialState::failed) {
    std::copy_n(past.losses.begin(), std::min(past.losses.size(), row.losses.size()), row.losses.begin());
  } else if (open && judged_ < row.losses.size()) {
    row.losses[judged_] = imputed(past.trial, judged_, Impute::best, kNone);
  }
  if (!impute) return row;
  for (std::size_t j = 0; j < row.losses.size(); ++j) {
    if (!std::isfinite(row.losses[j])) row.losses[j] = imputed(past.trial, j, *impute, worst[j]);
    if (!std::isfinite(row.losses[j])) return std::nullopt;
  }
  return row;
}

Evidence Witness::evidence(std::size_t count, bool with_running) const {
  const std::vector<double> worst = this->worst(count);
  std::vector<Row> rows;
  const auto add = [&](const Past& past) {
    if (auto made = row(past, worst)) rows.push_back(std::move(*made));
  };
  for (std::size_t i = 0; i < count; ++i) add(*history_.find(ended_[i]));
  if (with_running && imputing_.running) {
    for (const Past* past : open()) add(*past);
  }
  std::size_t constraints = 0;
  for (const Row& row : rows) constraints = std::max(constraints, row.past->violations.size());
  Evidence evidence;
  evidence.losses.resize(std::ssize(rows), std::ssize(worst));
  evidence.violations.setConstant(std::ssize(rows), static_cast<Index>(constraints), kNone);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<Index>(i);
    evidence.params.push_back(rows[i].past->params);
    for (Index j = 0; j < evidence.losses.cols(); ++j)
      evidence.losses(at, j) = rows[i].losses[static_cast<std::size_t>(j)];
    for (std::size_t c = 0; c < rows[i].past->violations.size(); ++c)
      evidence.violations(at, static_cast<Index>(c)) = rows[i].past->violations[c];
    evidence.feasible.push_back((evidence.violations.row(at).array() <= 0).all());
  }
  for (Index j = 0; j < evidence.losses.cols(); ++j) make_finite(evidence.losses.col(j));
  for (Index c = 0; c < evidence.violations.cols(); ++c) make_finite(evidence.violations.col(c));
  return evidence;
}

std::vector<const Past*> Witness::open() const {
  std::vector<const Past*> open;
  for (const Past& past : history_.trials()) {
    if (is_open(past)) open.push_back(&past);
  }
  std::sort(open.begin(), open.end(), [](const Past* a, const Past* b) { return a->trial < b->trial; });
  return open;
}

std::vector<Assignment> Witness::running(TrialId but, std::size_t most, std::size_t unused) const {
  std::vector<Assignment> running = without_evidence(but, unused);
  const std::size_t before = running.size();
  const std::vector<double> worst = this->worst(size());
  for (const Past* past : open()) {
    if (past->trial == but || (imputing_.running && row(*past, worst))) continue;
    running.push_back(past->params);
  }
  if (const std::size_t open = running.size() - before; open > most) {
    const auto first = running.begin() + static_cast<std::ptrdiff_t>(before);
    running.erase(first, first + static_cast<std::ptrdiff_t>(open - most));
  }
  return running;
}

std::vector<Assignment> Witness::without_evidence(TrialId but, std::size_t most) const {
  std::vector<const Past*> some;
  for (const Past& past : history_.trials()) {
    if (!is_open(past) && !counts(past) && past.trial != but) some.push_back(&past);
  }
  std::sort(some.begin(), some.end(), [](const Past* a, const Past* b) { return a->trial < b->trial; });
  if (some.size() > most) some.erase(some.begin(), some.end() - static_cast<std::ptrdiff_t>(most));
  std::vector<Assignment> params;
  for (const Past* past : some) params.push_back(past->params);
  return params;
}

}  // namespace winnow::gp
