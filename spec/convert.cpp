#include <winnow/spec/convert.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <winnow/space/document.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {
namespace {

/// What a bare file says of a sweep, if its dialect says all.
std::optional<SweepSpec> spec_of(const SpaceFile& file) {
  if (!file.says) return std::nullopt;
  SweepSpec spec = *file.says;
  if (spec.name.empty()) spec.name = file.path.stem().string();
  spec.method = file.method.value_or(sweep_of(file.dialect).defaults(spec.metrics.size()).method);
  return spec;
}

bool is_constant(const Parameter& parameter) {
  return std::holds_alternative<Constant>(parameter.domain);
}

Space with_marks(const Space& space, bool marked) {
  auto parameters = space.parameters();
  for (Parameter& parameter : parameters) parameter.grid = marked && !is_constant(parameter);
  auto made = Space::make(std::move(parameters), space.constraints());
  if (!made) return space;
  return std::move(*made);
}

/// Longer lists of values are no help to anyone.
constexpr std::size_t kMostPoints = 1000;

/// A grid's points as a list: other tools' grids leave out a range's end, or have no rounding.
Space as_lists(const Space& space) {
  auto parameters = space.parameters();
  for (Parameter& parameter : parameters) {
    if (is_constant(parameter)) continue;
    auto points = grid_points(parameter.domain);
    if (points && points->size() <= kMostPoints) parameter.domain = Categorical{std::move(*points), {}};
  }
  auto made = Space::make(std::move(parameters), space.constraints());
  if (!made) return space;
  return std::move(*made);
}

/// W&B's grid is a method, which crosses all; the others' is a mark on a parameter.
void carry_grid_over(Dialect to, Space& space, SweepSpec* sweep) {
  const auto& parameters = space.parameters();
  const auto marked = [](const Parameter& p) { return p.grid; };
  const bool any = std::any_of(parameters.begin(), parameters.end(), marked);
  const bool all =
      std::all_of(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.grid || is_constant(p); });
  if (to == Dialect::ray && sweep != nullptr && sweep->method == "grid") {
    space = with_marks(space, true);
    sweep->method = "random";
  } else if (to != Dialect::ray && any && all && sweep != nullptr) {
    space = with_marks(space, false);
    sweep->method = "grid";
  }
  const bool is_list = to != Dialect::ray && to != Dialect::wandb;
  if (is_list && sweep != nullptr && sweep->method == "grid") space = as_lists(space);
}

/// W&B's keys that mean nothing here, and so aren't in the sweep: W&B gets them back, of the others each is said.
void carry_wandb_keys(const SweepFile& file, Dialect to, PrintedSpace& converted) {
  constexpr std::array<std::string_view, 6> kKeys = {"description", "controller", "kind",
                                                     "job",         "apiVersion", "image_uri"};
  const auto document = parse_document(file.text, file.path.string());
  if (!document) return;
  for (const std::string_view key : kKeys) {
    const Node* node = document->root.find(key);
    if (node == nullptr) continue;
    if (to == Dialect::wandb) {
      converted.json[std::string(key)] = node->ordered();
    } else {
      converted.notes.push_back(fmt::format("{}: isn't part of a file of {}", key, sweep_of(to).tool));
    }
  }
}

}  // namespace

PrintedSpace convert(const Input& input, Dialect to) {
  const auto* file = std::get_if<SweepFile>(&input);
  Space space = file != nullptr ? file->parsed.spec.space : std::get<SpaceFile>(input).space;
  std::optional<SweepSpec> whole =
      file != nullptr ? std::optional(file->parsed.spec) : spec_of(std::get<SpaceFile>(input));
  // A bare space whose parameters are all crossed is W&B's grid.
  SweepSpec bare;
  carry_grid_over(to, space, whole ? &*whole : &bare);
  PrintedSpace converted = print_space(to, space);
  const DialectSweep& dialect = sweep_of(to);
  if (whole) {
    dialect.print(*whole, converted);
  } else if (dialect.print_bare != nullptr) {
    dialect.print_bare(converted);
    if (to == Dialect::wandb && bare.method == "grid") {
      converted.json["method"] = "grid";
      converted.notes.back() = "method: grid is put in, since all parameters are crossed";
    }
  }
  if (file != nullptr) carry_wandb_keys(*file, to, converted);
  return converted;
}

}  // namespace winnow
