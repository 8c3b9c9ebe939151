#include <winnow/samplers/tpe/model.hpp>

#include <algorithm>
#include <iterator>

namespace winnow::tpe {
namespace {

std::vector<std::size_t> constrained_numbers(const Space& space, const std::vector<std::string>& names) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (space.constrained(names[i])) numbers.push_back(i);
  }
  return numbers;
}

std::vector<std::string> tunable_names(const Space& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) {
    if (Axis::tunable(parameter.domain)) names.push_back(parameter.name());
  }
  return names;
}

}  // namespace

Model::Model(const Space& space, std::size_t objectives, ModelOptions options)
    : objectives_(objectives),
      options_(options),
      names_(tunable_names(space)),
      split_(options.gamma, objectives),
      subspaces_(options.together, names_.size(), constrained_numbers(space, names_)) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    axes_.emplace_back(space.find(names_[i])->domain);
    numbers_.emplace(names_[i], i);
  }
}

std::optional<std::size_t> Model::find(std::string_view name) const {
  const auto it = numbers_.find(name);
  return it == numbers_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::size_t> Model::drawn_block(std::string_view name, const Domain& domain) const {
  const auto it = std::find_if(drawn_.begin(), drawn_.end(),
                               [&](const DrawnBlock& drawn) { return drawn.name == name && drawn.domain == domain; });
  return it == drawn_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - drawn_.begin()));
}

Block Model::make_block(std::vector<std::string> names, std::vector<Axis> axes) const {
  Rules below = options_.rules;
  if (objectives_ > 1) below.by_age = false;
  return {std::move(names), std::move(axes), below, options_.rules};
}

// --- trials

void Model::update(const Past& past) {
  Row& row = rows_[past.trial];
  Row placed = place_params(past);
  if (placed.places != row.places || placed.drawn != row.drawn) {
    put(past.trial, row, Side::none);
    row = std::move(placed);
  }
  Standing standing = standing_of(past, objectives_);
  using Group = Standing::Group;
  const bool counts = standing.group != Group::unused && standing.group != Group::open;
  split_.set(past.trial, std::move(standing));
  touched_.push_back(past.trial);
  if (!counts) return;
  std::vector<bool> present;
  for (const auto& place : row.places) present.push_back(place.has_value());
  if (subspaces_.add(present)) regrouped_ = true;
}

Model::Row Model::place_params(const Past& past) {
  Row row;
  row.places.assign(names_.size(), std::nullopt);
  for (const auto& [name, value] : past.params.entries()) {
    if (const auto number = find(name)) row.places[*number] = axes_[*number].position(value);
  }
  for (const auto& [name, domain] : past.drawn) {
    const Value* value = past.params.find(name);
    if (value == nullptr) continue;
    if (const auto number = find(name)) {
      if (axes_[*number].domain() == domain) continue;
      row.places[*number].reset();
    }
    if (!Axis::tunable(domain)) continue;
    auto block = drawn_block(name, domain);
    if (!block) {
      block = drawn_.size();
      drawn_.push_back({name, domain, make_block({name}, {Axis(domain)})});
    }
    row.drawn.emplace_back(*block, drawn_[*block].block.axes().front().position(*value));
  }
  return row;
}

void Model::put(TrialId trial, Row& row, Side side) {
  if (side == row.side) return;
  for (std::size_t b = 0; b < blocks_.size(); ++b) blocks_[b].erase(row.side, trial);
  for (const auto& [block, place] : row.drawn) drawn_[block].block.erase(row.side, trial);
  row.side = side;
  for (std::size_t b = 0; b < blocks_.size(); ++b) insert(b, trial, row);
  for (const auto& [block, place] : row.drawn) drawn_[block].block.insert(side, trial, {place});
}

void Model::insert(std::size_t block, TrialId trial, const Row& row) {
  std::vector<double> point;
  for (const std::size_t parameter : subspaces_.sets()[block]) {
    if (!row.places[parameter]) return;
    point.push_back(*row.places[parameter]);
  }
  blocks_[block].insert(row.side, trial, point);
}

Side Model::side_of(TrialId trial) const {
  if (std::binary_search(below_.begin(), below_.end(), trial)) return Side::below;
  switch (split_.of(trial).group) {
    case Standing::Group::unused: return Side::none;
    case Standing::Group::open: return options_.constant_liar ? Side::above : Side::none;
    case Standing::Group::completed:
    case Standing::Group::stopped:
    case Standing::Group::infeasible: break;
  }
  return Side::above;
}

void Model::settle() {
  if (regrouped_) rebuild();
  if (touched_.empty()) return;
  other_.reset();
  std::vector<TrialId> below = split_.below();
  std::set_symmetric_difference(below.begin(), below.end(), below_.begin(), below_.end(), std::back_inserter(touched_));
  below_ = std::move(below);
  for (const TrialId trial : touched_) put(trial, rows_.at(trial), side_of(trial));
  touched_.clear();
}

void Model::rebuild() {
  regrouped_ = false;
  blocks_.clear();
  block_number_.assign(names_.size(), 0);
  for (const std::vector<std::size_t>& set : subspaces_.sets()) {
    std::vector<std::string> names;
    std::vector<Axis> axes;
    for (const std::size_t parameter : set) {
      names.push_back(names_[parameter]);
      axes.push_back(axes_[parameter]);
      block_number_[parameter] = blocks_.size();
    }
    blocks_.push_back(make_block(std::move(names), std::move(axes)));
  }
  for (const auto& [trial, row] : rows_) {
    for (std::size_t b = 0; b < blocks_.size(); ++b) insert(b, trial, row);
  }
}

// --- blocks

const std::vector<std::size_t>& Model::together_with(std::size_t parameter) {
  settle();
  return subspaces_.sets()[block_number_[parameter]];
}

Block& Model::block_of(std::size_t parameter) {
  settle();
  return blocks_[block_number_[parameter]];
}

Block& Model::block_of_drawn(std::string_view name, const Domain& domain) {
  settle();
  const auto number = find(name);
  const bool known = number && axes_[*number].domain() == domain;
  if (known && together_with(*number).size() == 1) return block_of(*number);
  if (const auto block = drawn_block(name, domain); block && !known) return drawn_[*block].block;
  if (other_ && other_->name == name && other_->domain == domain) return other_->block;
  other_.emplace(DrawnBlock{std::string(name), domain, make_block({std::string(name)}, {Axis(domain)})});
  if (!known) return other_->block;
  for (const auto& [trial, row] : rows_) {
    if (const auto& place = row.places[*number]) other_->block.insert(row.side, trial, {*place});
  }
  return other_->block;
}

}  // namespace winnow::tpe
