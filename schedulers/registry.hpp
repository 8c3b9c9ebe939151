/// Schedulers by name. A new one is a file pair, a line in registry.cpp, its test and its page.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

/// `options` are the keys of the sweep file's `scheduler` object except `type`, `resource` and `metric`.
/// Fails with `invalid_option`; messages name the key: `max_t: …`; an unknown key is an error that suggests the
/// nearest.
Result<std::unique_ptr<Scheduler>> make_scheduler(std::string_view type, const Value& options,
                                                  SchedulerContext context);

/// Whether trials go on from others' checkpoints (Exploit).
bool clones(std::string_view type, const Value& options);

std::vector<std::string> scheduler_names();
bool is_scheduler(std::string_view type);

/// Options that make one of the type, in each of its variants: the conformance suite holds each of them to what every
/// scheduler keeps. Empty for an unknown type.
std::vector<Value> scheduler_examples(std::string_view type);

/// The `scheduler.resource` of a type that takes no other ("reports": it counts for itself); empty for any other type.
/// Of several side by side it is the one that any of them has.
std::string_view own_resource(std::string_view type, const Value& options = {});

}  // namespace winnow
