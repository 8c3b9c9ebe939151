/// How a scheduler that holds others gets them by their names: the registry hands its functions in.
#pragma once

#include <memory>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

using MakeScheduler = Result<std::unique_ptr<Scheduler>> (*)(std::string_view type, const Value& options,
                                                             SchedulerContext context);
/// The one resource that a scheduler takes, empty if it takes any.
using OwnResource = std::string_view (*)(std::string_view type, const Value& options);

}  // namespace winnow
