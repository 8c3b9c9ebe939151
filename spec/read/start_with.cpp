#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <winnow/space/describe.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// One point: parameters by full name (`optimizer.lr`) or nested ({optimizer: {lr: …}}), in any order; names that it
/// lacks are drawn.
class PointReader {
public:
  PointReader(const Space& space, std::string path, Diagnostics& diagnostics)
      : space_(space), path_(std::move(path)), diagnostics_(diagnostics) {}

  void read(const Node& mapping, const std::string& prefix = "") {
    const MappingReader reader(mapping, path_ + (prefix.empty() ? "" : "." + prefix), diagnostics_);
    for (const Node::Entry& entry : mapping.entries) {
      const std::string name = prefix.empty() ? entry.key : prefix + "." + entry.key;
      if (const Parameter* parameter = space_.find(name)) {
        take(*parameter, entry.node);
      } else if (is_group(name)) {
        read(entry.node, name);
      } else {
        complain_unknown(entry, name);
      }
    }
  }

  Assignment finish(const Node& mapping) {
    Assignment point;
    for (const Parameter& parameter : space_.parameters()) {
      const Value* value = given_.find(parameter.name());
      if (value == nullptr) continue;
      if (!space_.present(parameter, given_)) complain_absent(parameter, mapping);
      point.set(parameter.name(), *value);
    }
    return point;
  }

  /// Without regard to conditions.
  [[nodiscard]] const Assignment& given() const { return given_; }

private:
  void take(const Parameter& parameter, const Node& node) {
    const std::string name = parameter.name();
    Value value = node.value();
    if (!contains(parameter.domain, value)) {
      diagnostics_.error(node.position, path_ + "." + name,
                         fmt::format("{} is outside the parameter: {}", shown(node), describe(parameter.domain)));
    } else if (given_.find(name) != nullptr) {
      diagnostics_.error(node.position, path_ + "." + name, "is given twice");
    }
    given_.set(name, std::move(value));
  }

  [[nodiscard]] bool is_group(const std::string& name) const {
    const auto inside = [&](const Parameter& parameter) { return parameter.name().starts_with(name + "."); };
    return std::any_of(space_.parameters().begin(), space_.parameters().end(), inside);
  }

  void complain_unknown(const Node::Entry& entry, const std::string& name) {
    std::vector<std::string> names;
    for (const Parameter& parameter : space_.parameters()) names.push_back(parameter.name());
    diagnostics_.error(entry.position, path_, fmt::format("unknown parameter '{}'{}", name, did_you_mean(name, names)));
  }

  void complain_absent(const Parameter& parameter, const Node& mapping) {
    const auto broken = std::find_if(parameter.conditions.begin(), parameter.conditions.end(), [&](const Condition& c) {
      const Value* value = given_.find(c.parent);
      return value == nullptr || std::find(c.values.begin(), c.values.end(), *value) == c.values.end();
    });
    const Condition& condition = broken != parameter.conditions.end() ? *broken : parameter.conditions.front();
    diagnostics_.error(mapping.position, path_,
                       fmt::format("{} needs {} to be {} in the same point", parameter.name(), condition.parent,
                                   describe(Categorical{condition.values, {}})));
  }

  const Space& space_;
  std::string path_;
  Diagnostics& diagnostics_;
  Assignment given_;
};

}  // namespace

void read_fixed(MappingReader& top, SweepSpec& spec) {
  spec.repeat = static_cast<int>(top.integer("repeat", 1, std::numeric_limits<int>::max()).value_or(1));
  spec.repeats = top.flag("repeats");
  const Node* node = top.find("fixed");
  if (node == nullptr || !top.diagnostics().ok()) return;
  if (!node->is_mapping()) {
    return top.complain("fixed", fmt::format("must be a mapping, e.g. {{lr: 0.01}}, got {}", shown(*node)));
  }
  if (spec.space.parameters().empty()) {  // they turn up while trials run
    for (const Node::Entry& entry : node->entries) spec.fixed.set(entry.key, entry.node.value());
    return;
  }
  PointReader point(spec.space, "fixed", top.diagnostics());
  point.read(*node);
  spec.fixed = point.given();
}

void read_start_with(MappingReader& top, SweepSpec& spec) {
  const Node* list = top.find("start_with");
  if (list == nullptr || !top.diagnostics().ok()) return;
  if (!list->is_sequence()) {
    return top.complain("start_with",
                        fmt::format("must be a list of points, e.g. [{{lr: 0.01}}], got {}", shown(*list)));
  }
  for (const Node& item : list->items) {
    PointReader point(spec.space, fmt::format("start_with[{}]", spec.start_with.size()), top.diagnostics());
    point.read(item);
    spec.start_with.push_back(point.finish(item));
  }
}

}  // namespace winnow::spec_reader
