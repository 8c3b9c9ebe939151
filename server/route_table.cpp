#include <winnow/server/route_table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <winnow/server/json_body.hpp>

namespace winnow::server {

namespace {

constexpr std::array<std::string_view, 8> kMethods{"get", "put", "post", "delete", "options", "head", "patch", "trace"};

/// What `$ref` names in the same document, once.
const OrderedJson& resolved(const OrderedJson& document, const OrderedJson& node) {
  if (!node.is_object() || !node.contains("$ref")) return node;
  const auto pointer = node["$ref"].get<std::string>();
  return document.at(OrderedJson::json_pointer(pointer.substr(pointer.find('#') + 1)));
}

std::vector<Segment> segments_of(std::string_view path) {
  std::vector<Segment> segments;
  while (path.size() > 1) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view text = path.substr(0, end);
    const bool is_parameter = text.size() > 2 && text.front() == '{' && text.back() == '}';
    segments.push_back({std::string(is_parameter ? text.substr(1, text.size() - 2) : text), is_parameter});
    path.remove_prefix(end);
  }
  return segments;
}

QueryParameter::Type type_of(const OrderedJson& schema) {
  const std::string name =
      schema.contains("type") && schema["type"].is_string() ? schema["type"].get<std::string>() : "";
  if (name == "integer") return QueryParameter::Type::integer;
  if (name == "number") return QueryParameter::Type::number;
  if (name == "boolean") return QueryParameter::Type::boolean;
  return QueryParameter::Type::string;
}

QueryParameter query_parameter_of(const OrderedJson& document, const OrderedJson& declared) {
  const OrderedJson& schema = resolved(document, declared.at("schema"));
  QueryParameter parameter{.name = declared.at("name").get<std::string>(),
                           .required = declared.value("required", false),
                           .type = type_of(schema)};
  if (schema.contains("minimum")) parameter.minimum = schema["minimum"].get<double>();
  if (schema.contains("maximum")) parameter.maximum = schema["maximum"].get<double>();
  if (schema.contains("enum")) parameter.choices = schema["enum"].get<std::vector<std::string>>();
  return parameter;
}

void read_parameters(const OrderedJson& document, const OrderedJson& item, Operation& operation,
                     std::vector<std::string>& in_path) {
  if (!item.contains("parameters")) return;
  for (const OrderedJson& entry : item["parameters"]) {
    const OrderedJson& declared = resolved(document, entry);
    const auto in = declared.at("in").get<std::string>();
    if (in == "query") operation.query.push_back(query_parameter_of(document, declared));
    if (in == "path") in_path.push_back(declared.at("name").get<std::string>());
  }
}

void read_body(const OrderedJson& document, const OrderedJson& declared, Operation& operation) {
  if (!declared.contains("requestBody")) return;
  const OrderedJson& body = resolved(document, declared["requestBody"]);
  operation.body_required = body.value("required", false);
  operation.body_limit = declared.value("x-body-limit", kUsualBodyLimit);
  for (const auto& [type, _] : body.at("content").items()) operation.media_types.push_back(type);
}

Result<Operation> read_operation(const OrderedJson& document, const std::string& path, const std::string& method,
                                 const OrderedJson& item) {
  const OrderedJson& declared = item.at(method);
  Operation operation{.id = declared.at("operationId").get<std::string>(), .method = method, .path = path};
  std::transform(method.begin(), method.end(), operation.method.begin(),
                 [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  operation.segments = segments_of(path);
  auto role = parse_role(declared.at("x-role").get<std::string>());
  if (!role) return fail(role.error());
  operation.role = *role;
  std::vector<std::string> in_path;
  read_parameters(document, item, operation, in_path);
  read_parameters(document, declared, operation, in_path);
  read_body(document, declared, operation);
  for (const Segment& segment : operation.segments) {
    if (segment.is_parameter && std::erase(in_path, segment.text) != 1) {
      return fail(errc::invalid_input, "parameter '" + segment.text + "' isn't declared once");
    }
  }
  if (!in_path.empty()) return fail(errc::invalid_input, "parameter '" + in_path.front() + "' isn't in the path");
  return operation;
}

bool fits(const Operation& operation, const std::vector<std::string>& segments) {
  return std::equal(operation.segments.begin(), operation.segments.end(), segments.begin(), segments.end(),
                    [](const Segment& wanted, const std::string& is) {
                      return wanted.is_parameter ? !is.empty() : wanted.text == is;
                    });
}

/// A template's shape, whose order puts texts before parameters: "\1text" before "\2".
std::string shape(const Operation& operation) {
  std::string shape;
  for (const Segment& segment : operation.segments) {
    shape += segment.is_parameter ? std::string("\2") : "\1" + segment.text;
    shape += '/';
  }
  return shape;
}

Result<void> check_told_apart(const std::vector<Operation>& operations) {
  for (std::size_t i = 1; i < operations.size(); ++i) {
    const Operation& one = operations[i - 1];
    const Operation& other = operations[i];
    if (one.path != other.path && shape(one) == shape(other)) {
      return fail(errc::invalid_input, fmt::format("paths.{}: can't be told from {}", other.path, one.path));
    }
  }
  std::vector<std::string> ids;
  for (const Operation& operation : operations) ids.push_back(operation.id);
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end()) return fail(errc::invalid_input, fmt::format("operationId '{}' stands twice", *twice));
  return {};
}

/// Of a number that isn't one, or has more than 64 bits.
std::string whole_number_wanted(const QueryParameter& declared) {
  const auto shown = [](double bound) { return static_cast<std::int64_t>(bound); };
  if (declared.minimum && declared.maximum) {
    return fmt::format("is a whole number from {} to {}", shown(*declared.minimum), shown(*declared.maximum));
  }
  if (declared.minimum) return fmt::format("is a whole number, at least {}", shown(*declared.minimum));
  if (declared.maximum) return fmt::format("is a whole number, at most {}", shown(*declared.maximum));
  return "is a whole number of at most 64 bits";
}

template <class T>
bool reads_as(const std::string& text, T& number) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end;
}

Result<void> check_range(const QueryParameter& declared, double number) {
  if (declared.minimum && number < *declared.minimum) {
    return wrong_field(declared.name, fmt::format("is at least {}", *declared.minimum));
  }
  if (declared.maximum && number > *declared.maximum) {
    return wrong_field(declared.name, fmt::format("is at most {}", *declared.maximum));
  }
  return {};
}

Result<void> check_value(const QueryParameter& declared, const std::string& value) {
  switch (declared.type) {
    case QueryParameter::Type::integer: {
      std::int64_t number = 0;
      if (!reads_as(value, number)) return wrong_field(declared.name, whole_number_wanted(declared));
      return check_range(declared, static_cast<double>(number));
    }
    case QueryParameter::Type::number: {
      double number = 0;
      if (!reads_as(value, number)) return wrong_field(declared.name, "is a number");
      return check_range(declared, number);
    }
    case QueryParameter::Type::boolean:
      if (value != "true" && value != "false") return wrong_field(declared.name, "is true or false");
      return {};
    case QueryParameter::Type::string: break;
  }
  if (!declared.choices.empty() && std::ranges::find(declared.choices, value) == declared.choices.end()) {
    return wrong_field(declared.name, fmt::format("is one of {}", fmt::join(declared.choices, ", ")));
  }
  return {};
}

}  // namespace

Result<RouteTable> RouteTable::make(const OrderedJson& document) {
  RouteTable table;
  std::string place = "paths";
  try {
    for (const auto& [path, item] : document.at("paths").items()) {
      for (const auto& [method, _] : item.items()) {
        if (std::ranges::find(kMethods, method) == kMethods.end()) continue;
        place = fmt::format("paths.{}.{}", path, method);
        auto operation = read_operation(document, path, method, item);
        if (!operation) return fail(errc::invalid_input, place + ": " + operation.error().message);
        table.operations_.push_back(std::move(*operation));
      }
    }
  } catch (const OrderedJson::exception& e) {
    return fail(errc::invalid_input, place + ": " + e.what());
  }
  std::ranges::stable_sort(table.operations_, {}, shape);
  if (auto apart = check_told_apart(table.operations_); !apart) return fail(apart.error());
  return table;
}

Match RouteTable::match(std::string_view method, const std::vector<std::string>& segments) const {
  Match match;
  const Operation* of_path = nullptr;  // the first of the path that is meant
  for (const Operation& operation : operations_) {
    if (of_path != nullptr ? operation.path != of_path->path : !fits(operation, segments)) continue;
    of_path = of_path == nullptr ? &operation : of_path;
    match.allow.push_back(operation.method);
    if (operation.method == "GET") match.allow.emplace_back("HEAD");
    if (operation.method == method || (operation.method == "GET" && method == "HEAD")) match.operation = &operation;
  }
  if (match.operation == nullptr) return match;
  match.allow.clear();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = match.operation->segments[i];
    if (segment.is_parameter) match.parameters.push_back({segment.text, segments[i]});
  }
  return match;
}

Result<void> check_query(const Operation& operation, const Parameters& query) {
  for (const NamedValue& given : query) {
    const auto declared = std::ranges::find(operation.query, given.name, &QueryParameter::name);
    if (declared == operation.query.end()) return wrong_field(given.name, "isn't a parameter of " + operation.path);
    if (std::ranges::count(query, given.name, &NamedValue::name) > 1) return wrong_field(given.name, "stands twice");
    if (auto checked = check_value(*declared, given.value); !checked) return checked;
  }
  for (const QueryParameter& declared : operation.query) {
    if (declared.required && find(query, declared.name) == nullptr) return wrong_field(declared.name, "is missing");
  }
  return {};
}

}  // namespace winnow::server
