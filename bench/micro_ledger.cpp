/// What an event costs in the ledger: appended in batches of a thousand (relaxed: the disk isn't waited for), and read.
#include <benchmark/benchmark.h>

#include <vector>

#include <winnow/base/temp_dir.hpp>
#include <winnow/storage/ledger.hpp>

namespace winnow {
namespace {

std::vector<Event> reports(std::int64_t count) {
  std::vector<Event> events(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    Event& event = events[static_cast<std::size_t>(i)];
    event.time = 1.7e9 + 0.37 * static_cast<double>(i);
    event.trial = i % 1000;
    event.attempt = 1;
    event.what = event::Reported{
        .step = i / 1000, .metrics = {{"loss", 0.5 * static_cast<double>(i)}, {"accuracy", 0.3}}, .judged = true};
  }
  return events;
}

void ledger_append(benchmark::State& state) {
  const TempDir folder = *TempDir::make("winnow-bench");
  Ledger ledger = *Ledger::create(folder / "ledger.db", Durability::relaxed);
  auto batch = reports(1000);
  for (auto _ : state) {
    for (Event& event : batch) event.seq = 0;  // else they would be events that were written already
    if (!ledger.append(batch)) state.SkipWithError("the ledger can't be written");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ledger_append);

void ledger_read(benchmark::State& state) {
  const TempDir folder = *TempDir::make("winnow-bench");
  Ledger ledger = *Ledger::create(folder / "ledger.db", Durability::relaxed);
  auto events = reports(state.range(0));
  if (!ledger.append(events)) state.SkipWithError("the ledger can't be written");
  for (auto _ : state) {
    if (!ledger.read(0, [](const Event& event) { benchmark::DoNotOptimize(&event); })) {
      state.SkipWithError("the ledger can't be read");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ledger_read)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace winnow
