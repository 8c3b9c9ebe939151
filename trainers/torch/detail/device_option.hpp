#pragma once

#include <string>

#include <winnow/core/result.hpp>
#include <winnow/trainers/fields.hpp>

namespace winnow {

/// The option `device`: cpu, auto, cuda or cuda:N. Fails with `invalid_input`.
inline Result<std::string> device_option(const Value& value) {
  const auto* text = value.get_ptr<const std::string*>();
  const bool is_numbered = text != nullptr && text->starts_with("cuda:") && text->size() > 5 && text->size() < 8 &&
                           text->find_first_not_of("0123456789", 5) == text->npos;
  if (text != nullptr && (*text == "cpu" || *text == "auto" || *text == "cuda" || is_numbered)) return *text;
  return fail(errc::invalid_input, "trainer.device: must be cpu, auto, cuda or cuda:N, got " + fields::shown(value));
}

}  // namespace winnow
