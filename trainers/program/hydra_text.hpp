/// Values in the grammar of Hydra's command line (hydra.cc, "Basic Override syntax"), such that Hydra reads back what
/// they are: null, true, false; a text in quotes where it would be read as something else.
#pragma once

#include <string>

#include <winnow/core/value.hpp>

namespace winnow::program {

std::string hydra_text(const OrderedJson& value);

}  // namespace winnow::program
