/// Which devices a sweep may use: what the machine has, what the environment lets this process see, and what the sweep
/// file names (docs/semantics.md, "Devices").
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/devices/machine.hpp>

namespace winnow::devices {

/// A variable of the environment, if it is set.
using Variable = std::function<std::optional<std::string>(const char* name)>;

/// `machine`: nothing where it can't be asked; then what the environment or the sweep file say is taken as it is.
/// `named`: the sweep file's `devices`; empty: all that can be seen. Fails with `invalid_input` for a name that isn't
/// among them, or that stands twice.
Result<std::vector<Device>> usable(const std::optional<Machine>& machine, const Variable& variable,
                                   const std::vector<std::string>& named);

}  // namespace winnow::devices
