/// A ledger to read, whoever runs the sweep: from the file, or where that is open to one process only
/// (Locking::exclusive, network file systems), a copy that the process makes which runs it.
#pragma once

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow {

Result<Ledger> open_to_read(const RunDir& dir);

}  // namespace winnow
