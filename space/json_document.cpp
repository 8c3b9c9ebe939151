/// JSON, strictly: nlohmann's parser says what is there, and a cursor that steps from token to token says where.
#include <winnow/space/detail/tree_builder.hpp>

namespace winnow {
namespace {

/// The tokens of a text that the parser has found to be valid so far.
class TokenCursor {
public:
  explicit TokenCursor(std::string_view text) : text_(text) {}

  struct Token {
    std::size_t start;
    std::string_view text;
  };

  Token next() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n,:", at_), text_.size());
    const std::size_t start = at_;
    if (start == text_.size()) return {start, {}};
    const char first = text_[start];
    if (first == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\' ? 1 : 0;
      ++at_;
    } else if (std::string_view("{}[]").find(first) != std::string_view::npos) {
      ++at_;
    } else {
      at_ = std::min(text_.find_first_of(" \t\r\n,:{}[]\"", at_), text_.size());
    }
    return {start, text_.substr(start, at_ - start)};
  }

private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// `[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while …` says the place twice.
std::string without_place(std::string what) {
  for (const std::string_view lead : {"syntax error ", "parse error: ", "] "}) {
    if (const auto at = what.find(lead); at != std::string::npos) {
      return "not valid JSON: " + what.substr(lead == "syntax error " ? at : at + lead.size());
    }
  }
  return "not valid JSON: " + what;
}

class JsonHandler final : public nlohmann::json_sax<Value> {
public:
  explicit JsonHandler(std::string_view text) : lines_(text), cursor_(text) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return std::in_range<std::int64_t>(value) ? add(static_cast<std::int64_t>(value)) : add(value);
  }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override {
    builder_.scalar(next().position, value, value);
    return go_on();
  }
  bool key(string_t& value) override { return string(value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return begin(Node::Kind::mapping); }
  bool start_array(std::size_t) override { return begin(Node::Kind::sequence); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& error) override {
    builder_.complain(lines_.at(byte > 0 ? byte - 1 : 0), without_place(error.what()));
    return false;
  }

  TreeBuilder& builder() { return builder_; }

private:
  struct Here {
    Position position;
    std::string_view text;
  };

  Here next() {
    const auto [start, text] = cursor_.next();
    return {lines_.at(start), text};
  }
  bool add(Value value) {
    const auto [position, text] = next();
    builder_.scalar(position, std::move(value), text);
    return go_on();
  }
  bool begin(Node::Kind kind) {
    builder_.begin(kind, next().position);
    return go_on();
  }
  bool end() {
    next();
    builder_.end();
    return go_on();
  }
  [[nodiscard]] bool go_on() const { return !builder_.problem(); }

  Lines lines_;
  TokenCursor cursor_;
  TreeBuilder builder_;
};

}  // namespace

std::string with_quoted_infinities(std::string_view json) {
  std::string quoted;
  std::string open;  // brackets
  std::size_t written = 0;
  TokenCursor cursor(json);
  for (auto token = cursor.next(); !token.text.empty(); token = cursor.next()) {
    if (token.text == "[" || token.text == "{") open += token.text;
    if ((token.text == "]" || token.text == "}") && !open.empty()) open.pop_back();
    if (token.text != "Infinity" && token.text != "-Infinity" && token.text != "NaN") continue;
    if (!open.ends_with('[')) continue;
    quoted += json.substr(written, token.start - written);
    quoted += '"' + std::string(token.text) + '"';
    written = token.start + token.text.size();
  }
  return quoted += json.substr(written);
}

Result<Node> read_json(std::string_view text, std::string_view file) {
  JsonHandler handler(text);  // says where, in the text as it is
  const std::string quoted = with_quoted_infinities(text);
  Value::sax_parse(Value::accept(quoted) ? quoted : text, &handler);
  if (handler.builder().problem()) return fail(problem_in(file, *handler.builder().problem()));
  return handler.builder().take_root();
}

}  // namespace winnow
