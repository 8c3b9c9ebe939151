#include <winnow/space/dialects/hydra/overrides.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/document.hpp>
#include <winnow/space/reader.hpp>

namespace winnow::hydra {
namespace {

using Parsed = tl::expected<Swept, Problem>;

tl::unexpected<Problem> refuse(std::size_t offset, std::string what) {
  return tl::unexpected<Problem>(Problem{offset, std::move(what)});
}

Swept constant(Value value) {
  Swept swept;
  swept.values.push_back(std::move(value));
  return swept;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

/// A decimal number of the grammar: no leading zeros, bars between digits.
bool is_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '0' && is_digit(text[1])) return false;
  return !text.empty() && (is_digit(text[0]) || (text[0] == '.' && text.size() > 1 && is_digit(text[1]))) &&
         text.find_first_not_of("0123456789_.eE+-") == std::string_view::npos && resolve_scalar(text).is_number();
}

Value typed(const std::string& text) {
  const std::string lower = lowered(text);
  if (lower == "true" || lower == "false") return lower == "true";
  if (lower == "null") return "null";  // that's how it is given to a program
  return is_number(text) ? resolve_scalar(text) : Value(text);
}

// --- what the functions do with their arguments

struct Argument {
  std::string name;  ///< empty: positional
  std::size_t offset = 0;
  Swept value;
};

/// Arguments by name, as Python binds them; null where there is none.
class Bound {
public:
  Bound(std::size_t offset, std::string function, const std::vector<Argument>& arguments,
        const std::vector<std::string>& names)
      : offset_(offset), function_(std::move(function)), names_(names), found_(names.size(), nullptr) {
    std::size_t next = 0;
    for (const Argument& argument : arguments) {
      const auto place = argument.name.empty() ? names_.begin() + static_cast<std::ptrdiff_t>(next++)
                                               : std::find(names_.begin(), names_.end(), argument.name);
      if (next > names_.size() || place == names_.end()) {
        complain(argument);
        return;
      }
      const Argument*& slot = found_[static_cast<std::size_t>(place - names_.begin())];
      if (slot != nullptr) {
        complain(argument);
        return;
      }
      slot = &argument;
    }
  }

  /// The number of the name; nullopt and a problem if it is missing or none.
  std::optional<Value> number(std::size_t index) {
    if (problem_) return std::nullopt;
    const Argument* argument = found_[index];
    if (argument == nullptr) {
      problem_ = Problem{offset_, fmt::format("{} needs {}", function_, names_[index])};
      return std::nullopt;
    }
    const bool is_one = argument->value.kind == Swept::Kind::constant && argument->value.values.front().is_number();
    if (is_one) return argument->value.values.front();
    problem_ = Problem{argument->offset, fmt::format("{} must be a number", names_[index])};
    return std::nullopt;
  }

  [[nodiscard]] bool has(std::size_t index) const { return found_[index] != nullptr; }
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

private:
  void complain(const Argument& argument) {
    problem_ = Problem{argument.offset, fmt::format("{} takes {}", function_, listed(names_))};
  }

  std::size_t offset_;
  std::string function_;
  std::vector<std::string> names_;
  std::vector<const Argument*> found_;
  std::optional<Problem> problem_;
};

Parsed make_range(std::size_t offset, std::vector<Argument> arguments) {
  if (arguments.size() == 1 && arguments.front().name.empty()) arguments.front().name = "stop";
  Bound bound(offset, "range", arguments, {"start", "stop", "step"});
  Swept swept{.kind = Swept::Kind::range};
  swept.low = bound.has(0) ? bound.number(0).value_or(0) : Value(0);
  swept.high = bound.number(1).value_or(1);
  if (bound.has(2)) swept.step = bound.number(2).value_or(1);
  if (bound.problem()) return tl::unexpected<Problem>(*bound.problem());
  return swept;
}

Parsed make_interval(std::size_t offset, const std::vector<Argument>& arguments) {
  Bound bound(offset, "interval", arguments, {"start", "end"});
  Swept swept{.kind = Swept::Kind::interval};
  swept.low = bound.number(0).value_or(0);
  swept.high = bound.number(1).value_or(1);
  if (bound.problem()) return tl::unexpected<Problem>(*bound.problem());
  // Real numbers, however they are written; a cast makes integers of them.
  swept.low = swept.low.get<double>();
  swept.high = swept.high.get<double>();
  return swept;
}

/// The arguments as one choice, or the one sweep that they are.
Parsed gather(std::size_t offset, const std::vector<Argument>& arguments) {
  if (arguments.empty()) return refuse(offset, "needs at least one value");
  if (arguments.size() == 1 && arguments.front().value.kind != Swept::Kind::constant) return arguments.front().value;
  Swept swept{.kind = Swept::Kind::choice};
  for (const Argument& argument : arguments) {
    if (argument.value.kind != Swept::Kind::constant) {
      return refuse(argument.offset, "a sweep inside another isn't drawn; give it a name of its own");
    }
    swept.values.push_back(argument.value.values.front());
  }
  return swept;
}

Parsed make_choice(std::size_t offset, const std::vector<Argument>& arguments) {
  return gather(offset, arguments).and_then([&](Swept swept) -> Parsed {
    if (swept.kind != Swept::Kind::choice) return refuse(offset, "choice takes values");
    return swept;
  });
}

Parsed make_tagged(std::size_t offset, const std::vector<Argument>& arguments) {
  if (arguments.empty()) return refuse(offset, "tag needs a sweep, e.g. tag(log, interval(1e-5, 1))");
  Swept swept = arguments.back().value;
  if (swept.kind == Swept::Kind::constant) return refuse(arguments.back().offset, "tag ends with a sweep");
  for (const Argument& argument : arguments) {
    if (argument.value.kind == Swept::Kind::constant && argument.value.values.front() == "log") swept.log = true;
  }
  return swept;
}

Parsed make_sorted(std::size_t offset, std::vector<Argument> arguments) {
  std::erase_if(arguments, [](const Argument& argument) { return argument.name == "reverse"; });
  return gather(offset, arguments).map([](Swept swept) {
    std::sort(swept.values.begin(), swept.values.end());
    return swept;
  });
}

Parsed make_shuffled(std::size_t offset, const std::vector<Argument>& arguments) {
  return gather(offset, arguments).map([](Swept swept) {
    swept.shuffled = swept.kind == Swept::Kind::range;
    return swept;
  });
}

std::optional<Value> as_int(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_integer()) return value;
  if (value.is_number()) return dialects::as_integer(std::trunc(value.get<double>()));
  return std::nullopt;
}

std::optional<Value> as_float(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  return value.is_number() ? std::optional<Value>(value.get<double>()) : std::nullopt;
}

std::optional<Value> as_bool(const Value& value) {
  if (value.is_boolean()) return value;
  return value.is_number() ? std::optional<Value>(value.get<double>() != 0) : std::nullopt;
}

std::optional<Value> as_str(const Value& value) {
  return value.is_string() ? value : Value(to_override(value));
}

template <std::optional<Value> (*cast)(const Value&)>
Parsed make_cast(std::size_t offset, std::vector<Argument> arguments) {
  const bool is_single = arguments.size() == 1;
  return gather(offset, arguments).and_then([&](Swept swept) -> Parsed {
    if (is_single && arguments.front().value.kind == Swept::Kind::constant) swept.kind = Swept::Kind::constant;
    std::vector<Value*> all = {&swept.low, &swept.high, &swept.step};
    if (swept.kind == Swept::Kind::constant || swept.kind == Swept::Kind::choice) all.clear();
    for (Value& value : swept.values) all.push_back(&value);
    for (Value* value : all) {
      auto made = cast(*value);
      if (!made) return refuse(offset, fmt::format("{} can't be cast so", shown(*value)));
      const bool is_bound = value == &swept.low || value == &swept.high || value == &swept.step;
      if (is_bound && !made->is_number()) {
        return refuse(offset, "a range or an interval is one of numbers; for others write choice(…)");
      }
      *value = std::move(*made);
    }
    return swept;
  });
}

struct Function {
  std::string_view name;
  Parsed (*make)(std::size_t offset, std::vector<Argument> arguments);
};

constexpr std::array kFunctions = {
    Function{"choice", [](std::size_t at, std::vector<Argument> given) { return make_choice(at, given); }},
    Function{"range", &make_range},
    Function{"interval", [](std::size_t at, std::vector<Argument> given) { return make_interval(at, given); }},
    Function{"tag", [](std::size_t at, std::vector<Argument> given) { return make_tagged(at, given); }},
    Function{"int", &make_cast<&as_int>},
    Function{"float", &make_cast<&as_float>},
    Function{"str", &make_cast<&as_str>},
    Function{"bool", &make_cast<&as_bool>},
    Function{"sort", &make_sorted},
    Function{"shuffle", [](std::size_t at, std::vector<Argument> given) { return make_shuffled(at, given); }},
};

Parsed call(std::size_t offset, const std::string& name, std::vector<Argument> arguments) {
  const auto* function =
      std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& one) { return one.name == name; });
  if (function != kFunctions.end()) return function->make(offset, std::move(arguments));
  if (name == "glob") return refuse(offset, "glob names files of a configuration, which are not here; list them");
  std::vector<std::string> names;
  for (const Function& one : kFunctions) names.emplace_back(one.name);
  return refuse(offset,
                fmt::format("unknown function '{}'{} (there are: {})", name, did_you_mean(name, names), listed(names)));
}

// --- the grammar

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  Parsed value() {
    std::vector<Argument> elements;
    do {
      skip_blanks();
      const std::size_t offset = at_;
      auto parsed = element(false);
      if (!parsed) return parsed;
      elements.push_back({"", offset, std::move(*parsed)});
      skip_blanks();
    } while (take(','));
    if (at_ != text_.size()) return refuse(at_, fmt::format("'{}' is one too many", text_[at_]));
    if (elements.size() == 1) return std::move(elements.front().value);
    return gather(0, elements);
  }

private:
  [[nodiscard]] bool done() const { return at_ == text_.size(); }

  void skip_blanks() {
    while (!done() && is_blank(text_[at_])) ++at_;
  }

  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Parsed element(bool in_call) {
    skip_blanks();
    if (done()) return constant("");
    const char c = text_[at_];
    if (c == '[' || c == '{') return container();
    if (c == '"' || c == '\'') return quoted(in_call);
    return unquoted(in_call);
  }

  /// A list or a mapping is given to the program as it is written, without its blanks.
  Parsed container() {
    const std::size_t start = at_;
    std::string closing;
    std::string text;
    do {
      if (done()) return refuse(start, fmt::format("'{}' isn't closed", text_[start]));
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        const std::size_t quote = at_;
        if (auto read = quoted(true); !read) return read;
        text += text_.substr(quote, at_ - quote);
        continue;
      }
      ++at_;
      if (c == '[' || c == '{') closing += c == '[' ? ']' : '}';
      if (c == ']' || c == '}') {
        if (closing.empty() || closing.back() != c) return refuse(at_ - 1, fmt::format("'{}' closes nothing", c));
        closing.pop_back();
      }
      if (!is_blank(c)) text += c;
    } while (!closing.empty());
    return constant(text);
  }

  /// In a call without its quotes; as a value by itself with them, as the program needs it.
  Parsed quoted(bool in_call) {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string text;
    while (!done() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == quote || text_[at_ + 1] == '\\')) ++at_;
      text += text_[at_++];
    }
    if (!take(quote)) return refuse(start, fmt::format("the quote {} isn't closed", quote));
    skip_blanks();
    const bool is_alone = !in_call && done() && start == 0;
    return constant(is_alone ? std::string(text_.substr(start)) : text);
  }

  Parsed unquoted(bool in_call) {
    const std::size_t start = at_;
    std::string text;
    while (!done()) {
      const char c = text_[at_];
      if (c == ',' || c == ')' || (in_call && c == '=')) break;
      if (c == '(') return function(start, text);
      if (c == '[' || c == ']' || c == '{' || c == '}' || c == '"' || c == '\'') {
        return refuse(at_, fmt::format("'{}' needs a backslash, or quotes around the text", c));
      }
      if (text_.substr(at_).starts_with("${")) {
        const auto end = text_.find('}', at_);
        if (end == std::string_view::npos) return refuse(at_, "'${' isn't closed");
        text += text_.substr(at_, end + 1 - at_);
        at_ = end + 1;
        continue;
      }
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      text += text_[at_++];
    }
    while (!text.empty() && is_blank(text.back())) text.pop_back();
    // A value by itself keeps its backslashes, as the program needs them.
    const bool is_alone = !in_call && done() && text_.find_first_not_of(" \t\n\r") == start;
    if (is_alone && typed(text).is_string()) text = text_.substr(start, text_.find_last_not_of(" \t\n\r") + 1 - start);
    return constant(typed(text));
  }

  Parsed function(std::size_t start, std::string name) {
    while (!name.empty() && is_blank(name.back())) name.pop_back();
    const std::size_t open = at_++;
    std::vector<Argument> arguments;
    skip_blanks();
    if (take(')')) return call(start, name, {});
    do {
      skip_blanks();
      Argument argument{"", at_, {}};
      auto parsed = element(true);
      if (!parsed) return parsed;
      if (take('=')) {
        const bool is_name = parsed->kind == Swept::Kind::constant && parsed->values.front().is_string();
        if (!is_name) return refuse(argument.offset, "no name of an argument");
        argument.name = parsed->values.front().get<std::string>();
        skip_blanks();
        argument.offset = at_;
        parsed = element(true);
        if (!parsed) return parsed;
      }
      argument.value = std::move(*parsed);
      arguments.push_back(std::move(argument));
      skip_blanks();
    } while (take(','));
    if (!take(')')) return refuse(open, fmt::format("'(' of {} isn't closed", name));
    return call(start, name, std::move(arguments));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

tl::expected<Swept, Problem> parse_override(std::string_view text) {
  return Parser(text).value();
}

std::string to_override(const Value& value) {
  if (value.is_number_float()) {
    const std::string text = format_double(value.get<double>());
    return text.find_first_of(".eEn") == std::string::npos ? text + ".0" : text;
  }
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-/.:+$%*@?|").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain) && typed(text).is_string()) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace winnow::hydra
