/// A file system for SQLite that fails when it is told to; all else is the default one's doing.
///
/// What can fail for want of room or by a broken disk is counted: making a file, writing, syncing, truncating,
/// deleting, growing the shared memory.
#pragma once

#include <sqlite3.h>

#include <limits>

namespace winnow::test {

enum class Fault {
  full,         ///< ENOSPC: nothing is written
  short_write,  ///< half is written, then ENOSPC
  io            ///< EIO
};

class FaultyVfs {
public:
  static constexpr const char* kName = "faulty";

  /// Registered once, and for ever.
  static FaultyVfs& get() {
    static FaultyVfs vfs;
    return vfs;
  }

  /// The `nth` operation from now on fails, from 1; with `lasting` all those behind it as well.
  void arm(Fault fault, int nth, bool lasting) {
    fault_ = fault;
    first_ = nth;
    last_ = lasting ? std::numeric_limits<int>::max() : nth;
    count_ = 0;
    failed_ = false;
  }
  /// The disk is well again.
  void disarm() {
    failed_ = has_failed();
    first_ = std::numeric_limits<int>::max();
  }
  /// No file can be locked.
  void refuse_locks(bool refuse) { no_locks_ = refuse; }
  /// Since `arm`.
  [[nodiscard]] bool has_failed() const { return failed_ || count_ >= first_; }

private:
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
  };

  FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = kName;
    vfs_.pNext = nullptr;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 0);
  }

  /// True: this operation fails.
  static bool fails() {
    FaultyVfs& vfs = get();
    ++vfs.count_;
    return vfs.count_ >= vfs.first_ && vfs.count_ <= vfs.last_;
  }
  static int code(int io) { return get().fault_ == Fault::io ? io : SQLITE_FULL; }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* mine = reinterpret_cast<File*>(file);
    mine->base.pMethods = nullptr;
    mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
    sqlite3_vfs* real = get().real_;
    int there = 1;
    if (name != nullptr && (flags & SQLITE_OPEN_CREATE) != 0) real->xAccess(real, name, SQLITE_ACCESS_EXISTS, &there);
    if (there == 0 && fails()) return SQLITE_CANTOPEN;
    const int opened = real->xOpen(real, name, mine->real, flags, out);
    if (opened == SQLITE_OK) mine->base.pMethods = methods();
    return opened;
  }
  static int remove(sqlite3_vfs*, const char* name, int sync) {
    return fails() ? SQLITE_IOERR_DELETE : get().real_->xDelete(get().real_, name, sync);
  }

  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

  /// The default's methods, called with the default's file; those that write may fail.
  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods kMethods = {
        3,
        [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
        [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); },
        write,
        [](sqlite3_file* f, sqlite3_int64 size) {
          return fails() ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), size);
        },
        [](sqlite3_file* f, int flags) {
          return fails() ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
        },
        [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
        [](sqlite3_file* f, int lock) {
          return get().no_locks_ ? SQLITE_IOERR_LOCK : real(f)->pMethods->xLock(real(f), lock);
        },
        [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); },
        [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
        [](sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
        [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
        [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
          if (extend != 0 && fails()) return code(SQLITE_IOERR_SHMSIZE);
          return real(f)->pMethods->xShmMap(real(f), page, size, extend, to);
        },
        [](sqlite3_file* f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); },
        [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
        [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
        [](sqlite3_file* f, sqlite3_int64 at, int n, void** to) {
          return real(f)->pMethods->xFetch(real(f), at, n, to);
        },
        [](sqlite3_file* f, sqlite3_int64 at, void* from) { return real(f)->pMethods->xUnfetch(real(f), at, from); }};
    return &kMethods;
  }
  static int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    if (!fails()) return real(f)->pMethods->xWrite(real(f), from, n, at);
    if (get().fault_ == Fault::short_write && n > 1) real(f)->pMethods->xWrite(real(f), from, n / 2, at);
    return code(SQLITE_IOERR_WRITE);
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  Fault fault_ = Fault::full;
  int first_ = std::numeric_limits<int>::max();
  int last_ = 0;
  int count_ = 0;
  bool failed_ = false;
  bool no_locks_ = false;
};

}  // namespace winnow::test
