#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <winnow/space/detail/tree_builder.hpp>

namespace winnow {
namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::size_t kMost = 1'000'000;
constexpr std::size_t kMostCopied = 100'000;  ///< nodes; a "billion laughs" text grows exponentially

std::size_t size(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) count += size(item);
  for (const Node::Entry& entry : node.entries) count += size(entry.node);
  return count;
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continuations_.push_back(i);
  }
}

Position Lines::at(std::size_t byte) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), byte);
  const auto line = static_cast<std::size_t>(next - starts_.begin()) - 1;
  return at(line, byte - starts_[line]);
}

Position Lines::at(std::size_t line, std::size_t byte_in_line) const {
  if (line >= starts_.size()) return {line + 1, byte_in_line + 1};
  const auto continuations_before = [&](std::size_t byte) {
    return std::lower_bound(continuations_.begin(), continuations_.end(), byte) - continuations_.begin();
  };
  const std::size_t start = starts_[line];
  const auto inside = continuations_before(start + byte_in_line) - continuations_before(start);
  return {line + 1, byte_in_line + 1 - static_cast<std::size_t>(inside)};
}

std::string_view Lines::line(std::size_t number) const {
  if (number < 1 || number > starts_.size()) return {};
  const std::string_view rest = text_.substr(starts_[number - 1]);
  return rest.substr(0, rest.find('\n'));
}

void TreeBuilder::scalar(Position position, Value value, std::string_view text, Anchor anchor, bool plain) {
  if (problem_) return;
  Node node{.position = position, .scalar = std::move(value), .text = std::string(text), .items = {}, .entries = {}};
  node.quoted = node.scalar.is_string() && !plain;
  remember(anchor, node);
  add(std::move(node), plain);
}

void TreeBuilder::begin(Node::Kind kind, Position position, Anchor anchor) {
  if (problem_) return;
  if (open_.size() >= kDeepest) return complain(position, fmt::format("nested more than {} levels deep", kDeepest));
  Open open;
  open.node.kind = kind;
  open.node.position = position;
  open.anchor = anchor;
  open_.push_back(std::move(open));
}

void TreeBuilder::end() {
  if (problem_) return;
  Open done = std::move(open_.back());
  open_.pop_back();
  for (const Node& source : done.merges) merge(done, source);
  remember(done.anchor, done.node);
  add(std::move(done.node));
}

void TreeBuilder::alias(Position position, Anchor anchor) {
  if (problem_) return;
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) return complain(position, "this alias stands inside the node that it names");
  if (spend(found->second, position)) add(found->second);
}

void TreeBuilder::complain(Position position, std::string what) {
  if (!problem_) problem_ = Problem{position, std::move(what)};
}

std::optional<Position> TreeBuilder::open_since() const {
  if (open_.empty()) return std::nullopt;
  return open_.back().node.position;
}

void TreeBuilder::add(Node node, bool plain) {
  if (++nodes_ > kMost)
    return complain(node.position, fmt::format("more than {} values; a file is to hold fewer", kMost));
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (open_.back().node.is_sequence()) {
    open_.back().node.items.push_back(std::move(node));
  } else if (!open_.back().key) {
    add_key(open_.back(), node, plain);
  } else {
    add_entry(open_.back(), std::move(node));
  }
}

void TreeBuilder::add_key(Open& mapping, const Node& node, bool plain) {
  if (node.kind != Node::Kind::scalar) {
    return complain(node.position, "a key must be a plain text, not a list or a mapping");
  }
  if (node.is_null()) return complain(node.position, "a key must be a text");
  mapping.key = Key{node.text, node.position, plain && node.text == "<<"};
  if (mapping.key->merge || mapping.keys.insert(node.text).second) return;
  const auto& entries = mapping.node.entries;
  const auto first = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.key == node.text; });
  complain(node.position,
           fmt::format("duplicate key '{}'; it stands in line {} already", node.text, first->position.line));
}

void TreeBuilder::add_entry(Open& mapping, Node node) {
  if (problem_) return;
  Key key = *std::exchange(mapping.key, std::nullopt);
  if (!key.merge) {
    mapping.node.entries.push_back({std::move(key.text), key.position, std::move(node)});
    return;
  }
  const bool all_mappings =
      std::all_of(node.items.begin(), node.items.end(), [](const Node& n) { return n.is_mapping(); });
  if (node.is_mapping()) {
    mapping.merges.push_back(std::move(node));
  } else if (node.is_sequence() && all_mappings) {
    std::move(node.items.begin(), node.items.end(), std::back_inserter(mapping.merges));
  } else {
    complain(node.position, "<< takes an alias of a mapping, or a list of such");
  }
}

/// Keys that the mapping has itself, or got from an earlier source, stand.
void TreeBuilder::merge(Open& mapping, const Node& source) {
  for (const Node::Entry& entry : source.entries) {
    if (mapping.keys.insert(entry.key).second) mapping.node.entries.push_back(entry);
  }
}

void TreeBuilder::remember(Anchor anchor, const Node& node) {
  if (anchor != 0 && spend(node, node.position)) anchors_[anchor] = node;
}

bool TreeBuilder::spend(const Node& copied, Position position) {
  copied_ += size(copied);
  if (copied_ > kMostCopied)
    complain(position, fmt::format("aliases make this text larger than {} nodes", kMostCopied));
  return !problem_;
}

Error problem_in(std::string_view file, const Problem& problem) {
  return {errc::invalid_input,
          fmt::format("{}:{}:{}: {}", file, problem.position.line, problem.position.column, problem.what)};
}

}  // namespace winnow
