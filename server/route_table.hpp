/// The routes of an OpenAPI 3.1 document as a value: which operation a method and a path ask for.
///
/// A template's segment is a text or one parameter (`{name}`). Where both fit, the text is meant (OpenAPI 3.1
/// §4.8.8.2); two templates that differ in their parameters' names only are an error. A path that stands in the
/// document with other methods is a 405 with `Allow` (RFC 9110 §15.5.6). HEAD is answered as GET (§9.3.2).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/server/fields.hpp>
#include <winnow/server/role.hpp>

namespace winnow::server {

/// Of a request's body, where the document doesn't say `x-body-limit`.
inline constexpr std::size_t kUsualBodyLimit = std::size_t{1} << 20;

/// A declared query parameter, and what of its schema is checked before a handler sees it.
struct QueryParameter {
  enum class Type { string, integer, number, boolean };
  std::string name;
  bool required = false;
  Type type = Type::string;
  std::optional<double> minimum{};
  std::optional<double> maximum{};
  std::vector<std::string> choices{};  ///< `enum`; empty: any
};

struct Segment {
  std::string text;  ///< or the parameter's name
  bool is_parameter = false;
};

struct Operation {
  std::string id;      ///< operationId
  std::string method;  ///< in capitals
  std::string path;    ///< the template
  std::vector<Segment> segments{};
  Role role = Role::admin;
  std::size_t body_limit = 0;
  bool body_required = false;
  std::vector<std::string> media_types{};  ///< that a body may have
  std::vector<QueryParameter> query{};
};

struct Match {
  const Operation* operation = nullptr;
  Parameters parameters{};
  std::vector<std::string> allow{};  ///< without an operation: the methods of that path; empty: no such path
};

class RouteTable {
public:
  /// Fails with `invalid_input` and the place in the document (`paths./healthz.get: …`): an operation without
  /// operationId or x-role, a name that stands twice, paths that can't be told apart.
  static Result<RouteTable> make(const OrderedJson& document);

  /// `segments` decoded. The answer points into this table.
  [[nodiscard]] Match match(std::string_view method, const std::vector<std::string>& segments) const;

  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }

private:
  std::vector<Operation> operations_;  ///< texts before parameters
};

/// What is wrong with a query by its declaration: a name that isn't declared, stands twice or is missing, a value that
/// isn't of its type, range or choices. Fails with `invalid_input` and the key.
Result<void> check_query(const Operation& operation, const Parameters& query);

}  // namespace winnow::server
