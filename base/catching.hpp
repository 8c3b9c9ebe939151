/// The barrier where code of others is called, which may throw.
#pragma once

#include <exception>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow {

/// Runs `body`, which returns a Result. What it throws becomes an error of `code`, in the words that `explain` has for
/// it.
template <class Body, class Explain>
auto catching(errc code, Body&& body, Explain&& explain) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& e) {
    return fail(code, explain(e));
  } catch (...) {
    return fail(code, "an exception that is no std::exception");
  }
}

template <class Body>
auto catching(errc code, Body&& body) -> decltype(body()) {
  return catching(code, body, [](const std::exception& e) { return std::string(e.what()); });
}

}  // namespace winnow
