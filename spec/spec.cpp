#include <winnow/spec/spec.hpp>

namespace winnow {

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::last: return "last";
    case Scope::best: return "best";
    case Scope::avg: return "avg";
    case Scope::last_5_avg: return "last-5-avg";
    case Scope::last_10_avg: return "last-10-avg";
  }
  return "?";
}

std::string_view to_string(Impute impute) {
  switch (impute) {
    case Impute::latest: return "latest";
    case Impute::best: return "best";
    case Impute::worst: return "worst";
  }
  return "?";
}

std::string_view to_string(OtherMetric::Strategy strategy) {
  return strategy == OtherMetric::Strategy::store ? "store" : "constraint";
}

}  // namespace winnow
