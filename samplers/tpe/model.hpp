/// What TPE knows of a space: the trials' places, which of them are good, and the estimators, kept up to date trial by
/// trial.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/samplers/detail/history.hpp>
#include <winnow/samplers/tpe/block.hpp>
#include <winnow/samplers/tpe/split.hpp>
#include <winnow/samplers/tpe/subspaces.hpp>
#include <winnow/space/space.hpp>

namespace winnow::tpe {

struct ModelOptions {
  Together together = Together::joint;
  bool constant_liar = true;  ///< trials that run or wait count as others than good ones
  Gamma gamma = Gamma::standard;
  Rules rules{};
};

class Model {
public:
  Model(const Space& space, std::size_t objectives, ModelOptions options);

  /// The trial as it is now.
  void update(const Past& past);
  /// Completed or stopped, with values that count.
  [[nodiscard]] std::size_t ended() const { return split_.ended(); }

  /// The parameters that are chosen, by number: those that have more than one value and aren't computed.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const Axis& axis(std::size_t parameter) const { return axes_[parameter]; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

  /// Those that are modelled together with the parameter, itself among them, in the order of the block's axes.
  [[nodiscard]] const std::vector<std::size_t>& together_with(std::size_t parameter);
  Block& block_of(std::size_t parameter);
  /// Of a parameter that trials have asked for while they ran; only values of an equal domain count.
  Block& block_of_drawn(std::string_view name, const Domain& domain);

private:
  struct DrawnBlock {
    std::string name;
    Domain domain;
    Block block;
  };
  struct Row {
    std::vector<std::optional<double>> places{};          ///< of each parameter
    std::vector<std::pair<std::size_t, double>> drawn{};  ///< drawn block, place
    Side side = Side::none;
  };

  Row place_params(const Past& past);
  void settle();
  void rebuild();
  void put(TrialId trial, Row& row, Side side);
  void insert(std::size_t block, TrialId trial, const Row& row);
  [[nodiscard]] Side side_of(TrialId trial) const;
  [[nodiscard]] std::optional<std::size_t> drawn_block(std::string_view name, const Domain& domain) const;
  [[nodiscard]] Block make_block(std::vector<std::string> names, std::vector<Axis> axes) const;

  std::size_t objectives_;
  ModelOptions options_;
  std::vector<std::string> names_;
  std::vector<Axis> axes_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
  Split split_;
  Subspaces subspaces_;
  std::map<TrialId, Row> rows_;
  std::vector<Block> blocks_;              ///< one for each set of subspaces_
  std::vector<std::size_t> block_number_;  ///< by parameter
  std::vector<DrawnBlock> drawn_;
  std::optional<DrawnBlock> other_;  ///< the last one made for a question that none of them answers
  std::vector<TrialId> below_;       ///< as it was when the blocks were last settled
  std::vector<TrialId> touched_;     ///< since then
  bool regrouped_ = true;
};

}  // namespace winnow::tpe
