// Several sweep files side by side in one process, which share its slots. Run it again with the same directory to go on
// with what was interrupted.
//
//     manager DIR FILE…
#include <cstdio>
#include <filesystem>

#include <winnow/engine/manager.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/make_trainer.hpp>

int main(int argc, char** argv) {
  if (winnow::is_worker()) winnow::serve_sweep();  // isolation: process starts this program once more
  if (argc < 2) return std::fprintf(stderr, "usage: manager DIR FILE...\n"), 2;
  auto manager = winnow::Manager::start({.directory = argv[1]});
  if (!manager) return std::fprintf(stderr, "%s\n", manager.error().message.c_str()), 1;
  for (int i = 2; i < argc; ++i) {
    const auto file = winnow::read_sweep_file(argv[i]);
    const auto created = file ? manager->create(*file) : tl::unexpected(file.error());
    if (!created) return std::fprintf(stderr, "%s: %s\n", argv[i], created.error().message.c_str()), 2;
  }
  manager->wait();
  for (const winnow::SweepInfo& sweep : manager->list()) {
    std::printf("%s: %s, %lld trials", sweep.id.c_str(), sweep.why.c_str(),
                static_cast<long long>(sweep.counts.completed + sweep.counts.stopped));
    if (sweep.best) std::printf(", best %g: %s", sweep.best->value, sweep.best_params.to_json().dump().c_str());
    std::printf("\n");
  }
  return 0;
}
