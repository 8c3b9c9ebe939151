/// A folder for what a command fetches from elsewhere. It goes with the process, also where a signal ends it.
#pragma once

#include <filesystem>

#include <winnow/core/result.hpp>

namespace winnow::cli {

/// Where the ledger of a daemon's sweep is put, alone in its folder. Once in a process. Fails with `io`.
Result<std::filesystem::path> scratch_ledger();
/// The last thing of a process, whether there is one or not.
void remove_scratch();

}  // namespace winnow::cli
