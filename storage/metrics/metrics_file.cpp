#include <winnow/storage/metrics_file.hpp>

#include <cstddef>
#include <string>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/base/hdf5/hdf5.hpp>
#include <winnow/storage/metrics/tables.hpp>
#include <winnow/storage/metrics/wide.hpp>

namespace winnow {

namespace fs = std::filesystem;
using hdf5::check;
using hdf5::Handle;
using hdf5::Table;

namespace {

constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kRowsAtOnce = 100'000;  ///< catch_up flushes then, so that memory stays bounded

Handle trial_type() {
  return hdf5::compound_type(sizeof(TrialTableRow),
                             {{"trial", offsetof(TrialTableRow, trial), H5T_NATIVE_INT64},
                              {"state", offsetof(TrialTableRow, state), H5T_NATIVE_INT32},
                              {"attempt", offsetof(TrialTableRow, attempt), H5T_NATIVE_INT32},
                              {"last_step", offsetof(TrialTableRow, last_step), H5T_NATIVE_INT64},
                              {"started", offsetof(TrialTableRow, started), H5T_NATIVE_DOUBLE},
                              {"ended", offsetof(TrialTableRow, ended), H5T_NATIVE_DOUBLE}});
}

Handle param_type() {
  return hdf5::compound_type(sizeof(ParamRow), {{"trial", offsetof(ParamRow, trial), H5T_NATIVE_INT64},
                                                {"name_id", offsetof(ParamRow, name_id), H5T_NATIVE_INT32},
                                                {"kind", offsetof(ParamRow, kind), H5T_NATIVE_INT32},
                                                {"number", offsetof(ParamRow, number), H5T_NATIVE_DOUBLE},
                                                {"text_offset", offsetof(ParamRow, text_offset), H5T_NATIVE_INT64},
                                                {"text_length", offsetof(ParamRow, text_length), H5T_NATIVE_INT64}});
}

Handle report_type() {
  return hdf5::compound_type(sizeof(ReportRow), {{"trial", offsetof(ReportRow, trial), H5T_NATIVE_INT64},
                                                 {"attempt", offsetof(ReportRow, attempt), H5T_NATIVE_INT32},
                                                 {"name_id", offsetof(ReportRow, name_id), H5T_NATIVE_INT32},
                                                 {"step", offsetof(ReportRow, step), H5T_NATIVE_INT64},
                                                 {"time", offsetof(ReportRow, time), H5T_NATIVE_DOUBLE},
                                                 {"value", offsetof(ReportRow, value), H5T_NATIVE_DOUBLE}});
}

Handle verdict_type() {
  return hdf5::compound_type(sizeof(VerdictRow), {{"trial", offsetof(VerdictRow, trial), H5T_NATIVE_INT64},
                                                  {"attempt", offsetof(VerdictRow, attempt), H5T_NATIVE_INT32},
                                                  {"verdict", offsetof(VerdictRow, verdict), H5T_NATIVE_INT32},
                                                  {"step", offsetof(VerdictRow, step), H5T_NATIVE_INT64},
                                                  {"rung", offsetof(VerdictRow, rung), H5T_NATIVE_INT32},
                                                  {"state", offsetof(VerdictRow, state), H5T_NATIVE_INT32},
                                                  {"time", offsetof(VerdictRow, time), H5T_NATIVE_DOUBLE}});
}

Handle native(hid_t type) {
  return {H5Tcopy(type), H5Tclose, "make a type"};
}

/// Format of HDF5 1.10, which SWMR needs and every later release reads; no file locks.
Handle access() {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make properties");
  check(H5Pset_libver_bounds(properties, H5F_LIBVER_V110, H5F_LIBVER_V110), "set the file format");
  check(H5Pset_file_locking(properties, false, true), "turn file locking off");
  return properties;
}

}  // namespace

class MetricsFile::Impl {
public:
  /// `path` is what errors name and what `finish` opens; `made` is where the file is now.
  Impl(fs::path path_, const fs::path& made);
  void flush();
  void finish();

  const fs::path path;
  MetricsTables tables;

private:
  Handle file_;  // before the tables: closed after them
  Table names_, texts_, params_, trials_, verdicts_, reports_, applied_;
};

MetricsFile::Impl::Impl(fs::path path_, const fs::path& made)
    : path(std::move(path_)),
      file_(H5Fcreate(made.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access()), H5Fclose, "make the file"),
      names_(file_, "names", hdf5::text_type(kNameBytes), 32),
      texts_(file_, "texts", native(H5T_NATIVE_UINT8), 8192),
      params_(file_, "params", param_type(), 512),
      trials_(file_, "trials", trial_type(), 512),
      verdicts_(file_, "verdicts", verdict_type(), 1024),
      reports_(file_, "reports", report_type(), 1024),
      applied_(file_, "applied", native(H5T_NATIVE_INT64), 1) {
  applied_.write(0, &tables.applied, 1);
  check(H5Fstart_swmr_write(file_), "start the SWMR mode");
}

/// Rows have their places by count, so that a flush that failed half-way can be tried again.
void MetricsFile::Impl::flush() {
  std::string cells;
  for (std::size_t id = tables.stored_names; id < tables.names.size(); ++id) {
    cells += hdf5::clip(tables.names[id], kNameBytes);
    cells.resize((id + 1 - tables.stored_names) * kNameBytes, '\0');
  }
  names_.write(tables.stored_names, cells.data(), tables.names.size() - tables.stored_names);
  texts_.write_rest(tables.texts, tables.stored_texts);
  params_.write_rest(tables.params, tables.stored_params);
  trials_.write(tables.dirty_begin, tables.trials.data() + tables.dirty_begin, tables.dirty_end - tables.dirty_begin);
  verdicts_.write(tables.stored_verdicts, tables.verdicts.data(), tables.verdicts.size());
  reports_.write(tables.stored_reports, tables.reports.data(), tables.reports.size());
  applied_.write(0, &tables.applied, 1);
  check(H5Fflush(file_, H5F_SCOPE_LOCAL), "flush");
  tables.clear_pending();
}

void MetricsFile::Impl::finish() {
  flush();
  for (Table* table : {&names_, &texts_, &params_, &trials_, &verdicts_, &reports_, &applied_}) *table = Table();
  file_.close("close the file");
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access()), H5Fclose, "open the file again");
  {
    const Handle wide = metrics_wide::make_group(file, "wide");
    metrics_wide::write_trials(wide, tables.trials);
    metrics_wide::write_params(wide, tables);
    metrics_wide::write_metrics(wide, tables);
  }
  file.close("close the file");
}

MetricsFile::MetricsFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsFile::MetricsFile(MetricsFile&&) noexcept = default;
MetricsFile& MetricsFile::operator=(MetricsFile&&) noexcept = default;
MetricsFile::~MetricsFile() = default;

Result<MetricsFile> MetricsFile::create(const fs::path& path) {
  return hdf5::guarded(path, [&]() -> Result<MetricsFile> {
    std::error_code ignored;
    fs::remove(path, ignored);  // who reads a file of that name keeps it
    return MetricsFile(std::make_unique<Impl>(path, path));
  });
}

Result<MetricsFile> MetricsFile::open_or_rebuild(const fs::path& path, const Ledger& ledger) {
  return hdf5::guarded(path, [&]() -> Result<MetricsFile> {
    const fs::path made = path.string() + ".new";
    std::error_code ignored;
    fs::remove(made, ignored);
    MetricsFile file(std::make_unique<Impl>(path, made));
    if (auto done = file.catch_up(ledger); !done) return fail(done.error());
    if (auto renamed = posix::rename(made, path); !renamed) return fail(renamed.error());
    return file;
  });
}

void MetricsFile::apply(const Event& event) {
  impl_->tables.apply(event);
}

std::int64_t MetricsFile::applied() const {
  return impl_->tables.applied;
}

Result<void> MetricsFile::flush() {
  return hdf5::guarded(impl_->path, [&]() -> Result<void> {
    impl_->flush();
    return {};
  });
}

Result<void> MetricsFile::catch_up(const Ledger& ledger) {
  const std::int64_t before = applied();
  Result<void> flushed;
  const auto read = ledger.read(before, [&](const Event& event) {
    if (!flushed) return;
    apply(event);
    if (impl_->tables.pending_rows() >= kRowsAtOnce) flushed = flush();
  });
  if (!read) return read;
  if (!flushed || applied() == before) return flushed;
  return flush();
}

Result<void> MetricsFile::finish() {
  return hdf5::guarded(impl_->path, [&]() -> Result<void> {
    impl_->finish();
    return {};
  });
}

}  // namespace winnow
