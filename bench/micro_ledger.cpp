/// What an event costs in the ledger: appended in batches of a thousand (relaxed: the disk isn't waited for), and read.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>
#include <winnow/storage/ledger.hpp>

namespace winnow {
namespace {

class Folder {
public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "winnow-bench-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::filesystem::path ledger() const { return path_ / "ledger.db"; }

private:
  std::filesystem::path path_;
};

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
  const Folder folder;
  Ledger ledger = *Ledger::create(folder.ledger(), Durability::relaxed);
  auto batch = reports(1000);
  for (auto _ : state) {
    if (!ledger.append(batch)) state.SkipWithError("the ledger can't be written");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ledger_append);

void ledger_read(benchmark::State& state) {
  const Folder folder;
  Ledger ledger = *Ledger::create(folder.ledger(), Durability::relaxed);
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
