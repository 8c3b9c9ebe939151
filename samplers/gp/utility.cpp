#include <winnow/samplers/gp/utility.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <winnow/samplers/gp/boxes.hpp>
#include <winnow/samplers/gp/log_ei.hpp>

namespace winnow::gp {
namespace {

/// What improvements are at least, so that their logarithms have a gradient.
constexpr double kLeast = 1e-12;
/// How soft a sampled constraint is.
constexpr double kTau = 1e-2;

/// log(mean(exp)), and what each has in it.
struct LogMean {
  double value;
  Vector shares;
  explicit LogMean(const Vector& logarithms) {
    const double top = logarithms.maxCoeff();
    shares = (logarithms.array() - top).exp();
    const double sum = shares.sum();
    value = top + std::log(sum) - std::log(static_cast<double>(logarithms.size()));
    shares /= sum;
  }
};

void add(const OfMoments& of, ByBelief* by) {
  if (by == nullptr) return;
  by->mean += of.by_mean;
  by->variance += of.by_variance;
}

ByBelief* at(std::vector<ByBelief>* by, std::size_t i) {
  return by == nullptr ? nullptr : &(*by)[i];
}

/// The log probability that the constraints hold.
class Feasibility {
public:
  Feasibility(std::size_t first, std::vector<double> at_least) : first_(first), at_least_(std::move(at_least)) {}

  double operator()(const std::vector<Belief>& beliefs, std::vector<ByBelief>* by) const {
    double sum = 0;
    for (std::size_t c = 0; c < at_least_.size(); ++c) {
      const Belief& belief = beliefs[first_ + c];
      const OfMoments held = log_pi(belief.mean, belief.variance + kStabilizingNoise, at_least_[c]);
      add(held, at(by, first_ + c));
      sum += held.value;
    }
    return sum;
  }
  [[nodiscard]] std::size_t size() const { return at_least_.size(); }
  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] double at_least(std::size_t c) const { return at_least_[c]; }

private:
  std::size_t first_;
  std::vector<double> at_least_;
};

class ExpectedImprovement final : public Utility {
public:
  ExpectedImprovement(std::optional<double> best, Feasibility feasibility)
      : best_(best), feasibility_(std::move(feasibility)) {}

  double operator()(const std::vector<Belief>& beliefs, std::vector<ByBelief>* by) const override {
    const double held = feasibility_(beliefs, by);
    if (!best_) return held;
    const OfMoments improved = log_ei(beliefs[0].mean, beliefs[0].variance + kStabilizingNoise, *best_);
    add(improved, at(by, 0));
    return held + improved.value;
  }

private:
  std::optional<double> best_;
  Feasibility feasibility_;
};

/// Sampled constraints at the point: the sum of their log sigmoids for each sample, and how to go back.
class SampledFeasibility {
public:
  SampledFeasibility(const std::vector<Surrogate>& surrogates, const Feasibility& feasibility,
                     const std::vector<Belief>& beliefs)
      : surrogates_(surrogates), feasibility_(feasibility), beliefs_(beliefs) {}

  [[nodiscard]] Vector operator()(Index samples) {
    Vector sum = Vector::Zero(samples);
    for (std::size_t c = 0; c < feasibility_.size(); ++c) {
      const std::size_t i = feasibility_.first() + c;
      const Vector values = surrogates_[i].samples(beliefs_[i]);
      Vector slopes(samples);
      for (Index s = 0; s < samples; ++s) {
        const WithSlope held = log_sigmoid((values[s] - feasibility_.at_least(c)) / kTau);
        sum[s] += held.value;
        slopes[s] = held.slope / kTau;
      }
      slopes_.push_back(std::move(slopes));
    }
    return sum;
  }
  void pull(const Vector& by_samples, std::vector<ByBelief>& by) const {
    for (std::size_t c = 0; c < slopes_.size(); ++c) {
      const std::size_t i = feasibility_.first() + c;
      surrogates_[i].pull_samples(beliefs_[i], by_samples.cwiseProduct(slopes_[c]), by[i]);
    }
  }

private:
  const std::vector<Surrogate>& surrogates_;
  const Feasibility& feasibility_;
  const std::vector<Belief>& beliefs_;
  std::vector<Vector> slopes_{};
};

/// For each sample of the running trials, the log improvement of the best of them and the point.
class BatchImprovement final : public Utility {
public:
  BatchImprovement(const std::vector<Surrogate>& surrogates, std::optional<double> best, Feasibility feasibility)
      : surrogates_(surrogates), best_(best), feasibility_(std::move(feasibility)) {
    Matrix gains = Matrix::Zero(surrogates[0].fantasies().rows(), surrogates[0].fantasies().cols());
    if (best_) gains = (surrogates[0].fantasies().array() - *best_).max(kLeast).log();
    for (std::size_t c = 0; c < feasibility_.size(); ++c) {
      const Matrix& values = surrogates[feasibility_.first() + c].fantasies();
      gains += values.unaryExpr([&](double x) { return log_sigmoid((x - feasibility_.at_least(c)) / kTau).value; });
    }
    running_ = gains.rowwise().maxCoeff();
  }

  double operator()(const std::vector<Belief>& beliefs, std::vector<ByBelief>* by) const override {
    SampledFeasibility held(surrogates_, feasibility_, beliefs);
    Vector gains = held(running_.size());
    Vector slopes = Vector::Zero(gains.size());
    if (best_) {
      const Vector gained = surrogates_[0].samples(beliefs[0]).array() - *best_;
      gains.array() += gained.array().max(kLeast).log();
      slopes = (gained.array() > kLeast).select(gained.array().max(kLeast).inverse(), 0);
    }
    const LogMean mean(gains.cwiseMax(running_));
    if (by != nullptr) {
      const Vector shares = (gains.array() > running_.array()).select(mean.shares, 0);
      surrogates_[0].pull_samples(beliefs[0], shares.cwiseProduct(slopes), (*by)[0]);
      held.pull(shares, *by);
    }
    return mean.value;
  }

private:
  const std::vector<Surrogate>& surrogates_;
  std::optional<double> best_;
  Feasibility feasibility_;
  Vector running_;
};

/// The hypervolume that a value adds, and its gradient.
double added_volume(const Boxes& boxes, const Vector& value, Vector* gradient) {
  double sum = 0;
  const Index m = value.size();
  if (gradient != nullptr) gradient->setZero(m);
  Vector sides(m);
  for (Index b = 0; b < boxes.low.rows(); ++b) {
    double volume = 1;
    for (Index j = 0; j < m; ++j) {
      sides[j] = std::min(std::max(value[j] - boxes.low(b, j), kLeast), boxes.width(b, j));
      volume *= sides[j];
    }
    sum += volume;
    if (gradient == nullptr) continue;
    for (Index j = 0; j < m; ++j) {
      const double side = value[j] - boxes.low(b, j);
      if (side > kLeast && side < boxes.width(b, j)) (*gradient)[j] += volume / side;
    }
  }
  return sum;
}

class HypervolumeImprovement final : public Utility {
public:
  HypervolumeImprovement(const std::vector<Surrogate>& surrogates, const Matrix& values, Feasibility feasibility)
      : surrogates_(surrogates), feasibility_(std::move(feasibility)), runs_(surrogates[0].fantasies().cols() > 0) {
    const Vector reference = reference_point(values);
    const Index samples = runs_ ? surrogates[0].fantasies().rows() : 1;
    for (Index s = 0; s < samples; ++s) boxes_.push_back(free_boxes(with_running(values, s), reference));
  }

  double operator()(const std::vector<Belief>& beliefs, std::vector<ByBelief>* by) const override {
    const std::size_t objectives = feasibility_.first();
    Matrix values(surrogates_[0].fantasies().rows(), static_cast<Index>(objectives));
    for (std::size_t j = 0; j < objectives; ++j) {
      values.col(static_cast<Index>(j)) = surrogates_[j].samples(beliefs[j]);
    }
    SampledFeasibility held(surrogates_, feasibility_, beliefs);
    Vector gains = runs_ ? held(values.rows()) : Vector::Zero(values.rows());
    Matrix slopes(values.rows(), values.cols());
    Vector slope;
    for (Index s = 0; s < values.rows(); ++s) {
      const Boxes& boxes = boxes_[runs_ ? static_cast<std::size_t>(s) : 0];
      const double volume = added_volume(boxes, values.row(s).transpose(), by == nullptr ? nullptr : &slope);
      gains[s] += std::log(volume);
      if (by != nullptr) slopes.row(s) = slope.transpose() / volume;
    }
    const LogMean mean(gains);
    const double others = runs_ ? 0 : feasibility_(beliefs, by);
    if (by != nullptr) {
      for (std::size_t j = 0; j < objectives; ++j) {
        const Vector by_samples = mean.shares.cwiseProduct(slopes.col(static_cast<Index>(j)));
        surrogates_[j].pull_samples(beliefs[j], by_samples, (*by)[j]);
      }
      if (runs_) held.pull(mean.shares, *by);
    }
    return mean.value + others;
  }

private:
  /// The values, and those that running trials have in the sample, if they are feasible there.
  [[nodiscard]] Matrix with_running(const Matrix& values, Index sample) const {
    std::vector<Index> added;
    for (Index r = 0; r < surrogates_[0].fantasies().cols(); ++r) {
      bool feasible = true;
      for (std::size_t c = 0; c < feasibility_.size(); ++c) {
        feasible = feasible && surrogates_[feasibility_.first() + c].fantasies()(sample, r) >= feasibility_.at_least(c);
      }
      if (feasible) added.push_back(r);
    }
    Matrix all(values.rows() + static_cast<Index>(added.size()), values.cols());
    all.topRows(values.rows()) = values;
    for (std::size_t i = 0; i < added.size(); ++i) {
      for (Index j = 0; j < values.cols(); ++j) {
        all(values.rows() + static_cast<Index>(i), j) =
            surrogates_[static_cast<std::size_t>(j)].fantasies()(sample, added[i]);
      }
    }
    return all;
  }

  const std::vector<Surrogate>& surrogates_;
  Feasibility feasibility_;
  bool runs_;
  std::vector<Boxes> boxes_{};  ///< one, or one for each sample
};

}  // namespace

std::unique_ptr<Utility> make_utility(const std::vector<Surrogate>& surrogates, Known known) {
  const Index objectives = known.values.cols();
  const bool runs = surrogates[0].fantasies().cols() > 0;
  const bool any = known.values.rows() > 0;
  Feasibility feasibility(static_cast<std::size_t>(objectives), std::move(known.at_least));
  if (objectives > 1 && any)
    return std::make_unique<HypervolumeImprovement>(surrogates, known.values, std::move(feasibility));
  const auto best = any ? std::optional(known.values.col(0).maxCoeff()) : std::nullopt;
  if (objectives == 1 && runs) return std::make_unique<BatchImprovement>(surrogates, best, std::move(feasibility));
  return std::make_unique<ExpectedImprovement>(best, std::move(feasibility));
}

}  // namespace winnow::gp
