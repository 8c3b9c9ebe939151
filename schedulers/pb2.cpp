#include <winnow/schedulers/pb2.hpp>

#include <utility>

#include <winnow/core/options.hpp>
#include <winnow/schedulers/bandit_explorer.hpp>
#include <winnow/schedulers/pbt.hpp>

namespace winnow {

Result<std::unique_ptr<Scheduler>> make_pb2(const Value& options, SchedulerContext context) {
  OptionReader reader("pb2", options);
  const PbtKeys keys(reader);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (auto complete = keys.complete(); !complete) return fail(std::move(complete.error()));
  const Space* space = context.space;
  return make_population(keys, BanditExplorer::make(keys.names, space), std::move(context));
}

}  // namespace winnow
