/// A sampler around another one: what it doesn't say otherwise is the inner one's.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <winnow/samplers/sampler.hpp>

namespace winnow {

class SamplerWrapper : public Sampler {
public:
  explicit SamplerWrapper(std::unique_ptr<Sampler> inner) : inner_(std::move(inner)) {}

  std::optional<Assignment> propose(TrialId trial) override { return inner_->propose(trial); }
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override {
    return inner_->draw(trial, name, domain);
  }
  void observe(const Observation& observation) override { inner_->observe(observation); }
  [[nodiscard]] bool learns() const override { return inner_->learns(); }
  [[nodiscard]] Value options() const override { return inner_->options(); }
  [[nodiscard]] std::vector<std::string> describe() const override { return inner_->describe(); }

protected:
  [[nodiscard]] Sampler& inner() { return *inner_; }

private:
  std::unique_ptr<Sampler> inner_;
};

}  // namespace winnow
