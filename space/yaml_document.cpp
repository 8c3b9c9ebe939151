/// YAML through yaml-cpp's events, which know what is quoted and where it stands.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <sstream>
#include <winnow/space/detail/tree_builder.hpp>

namespace winnow {
namespace {

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";

/// "?" is yaml-cpp's tag for what stands there plain, "!" for what is quoted.
Result<Value> tagged(std::string_view tag, const std::string& text) {
  if (tag == "?") return resolve_scalar(text);
  if (tag == "!") return text;
  const bool standard = tag.starts_with(kStandardTag);
  const std::string_view type = standard ? tag.substr(kStandardTag.size()) : std::string_view();
  if (type == "str") return text;
  Value value = resolve_scalar(text);
  if (type == "float" && value.is_number()) return value.get<double>();
  const bool fits = (type == "int" && value.is_number_integer()) || (type == "bool" && value.is_boolean()) ||
                    (type == "null" && value.is_null());
  if (fits) return value;
  const bool known = type == "float" || type == "int" || type == "bool" || type == "null";
  const std::string name = standard ? "!!" + std::string(type) : std::string(tag);
  return fail(errc::invalid_input, known ? name + " doesn't fit '" + text + "'" : "unknown tag " + name);
}

/// Ends the parser once there is a problem: the rest of a text may be long.
struct Enough {};

class YamlHandler final : public YAML::EventHandler {
public:
  explicit YamlHandler(std::string_view text) : lines_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      builder_.complain(at(mark), "a second document starts here; a sweep file is one (is the indentation right?)");
      throw Enough();
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.scalar(at(mark), nullptr, "", anchor);
    go_on();
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.alias(at(mark), anchor);
    go_on();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const Result<Value> value = tagged(tag, text);
    if (value) {
      builder_.scalar(at(mark), *value, text, anchor, tag == "?");
    } else {
      builder_.complain(at(mark), value.error().message);
    }
    go_on();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Node::Kind::sequence, "seq", mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Node::Kind::mapping, "map", mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

  void on_exception(const YAML::Exception& error);
  TreeBuilder& builder() { return builder_; }

private:
  [[nodiscard]] Position at(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    return lines_.at(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  }
  void begin(Node::Kind kind, std::string_view type, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    if (tag != "?" && tag != "!" && !tag.empty() && tag != std::string(kStandardTag) + std::string(type)) {
      builder_.complain(at(mark), "unknown tag " + tag);
    } else {
      builder_.begin(kind, at(mark), anchor);
    }
    go_on();
  }
  void end() {
    builder_.end();
    go_on();
  }
  void go_on() const {
    if (builder_.problem()) throw Enough();
  }

  Lines lines_;
  TreeBuilder builder_;
  bool started_ = false;
};

/// yaml-cpp says what its scanner met; people want to know what to look for.
void YamlHandler::on_exception(const YAML::Exception& error) {
  struct Hint {
    std::string_view message, hint;
  };
  constexpr std::array kHints = {
      Hint{"illegal map value", "a second ': ' in this line, or wrong indentation; quote a text that holds ': '"},
      Hint{"unknown token", "a text that starts with this character needs quotes"},
      Hint{"illegal block entry", "a list's first '- ' goes on a line of its own"},
      Hint{"end of map not found", "wrong indentation, or a stray character"},
      Hint{"end of sequence not found", "wrong indentation, or a stray character"},
      Hint{"illegal EOF in scalar", "a quote that isn't closed"},
      Hint{"illegal flow end", "a bracket that closes nothing, or one of another kind"},
      Hint{"the referenced anchor is not defined",
           "an alias *name needs an &name before it; quote a text that starts with *"},
  };
  const std::string& message = error.msg;
  if (message == "end of sequence flow not found" || message == "end of map flow not found") {
    const char bracket = message.starts_with("end of map") ? '{' : '[';
    const Position place = builder_.open_since().value_or(at(error.mark));
    return builder_.complain(place, std::string("this ") + bracket + " isn't closed, or holds something out of place");
  }
  const std::string_view line = lines_.line(at(error.mark).line);
  if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
    return builder_.complain(at(error.mark), "not valid YAML: this line is indented by a tab; YAML takes spaces");
  }
  for (const Hint& known : kHints) {
    if (!message.starts_with(known.message)) continue;  // yaml-cpp 0.8 has the anchor's name behind it
    return builder_.complain(at(error.mark),
                             "not valid YAML: " + std::string(known.message) + " (" + std::string(known.hint) + ")");
  }
  builder_.complain(at(error.mark), "not valid YAML: " + message);
}

}  // namespace

Result<Node> read_yaml(std::string_view text, std::string_view file) {
  YamlHandler handler(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Enough&) {
    // The builder has the problem.
  } catch (const YAML::Exception& error) {
    handler.on_exception(error);
  }
  if (handler.builder().problem()) return fail(problem_in(file, *handler.builder().problem()));
  return handler.builder().take_root();
}

}  // namespace winnow
