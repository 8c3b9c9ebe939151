/// The wide tables of a finished metrics file: one dataset a column, element i is trial i's (docs/formats.md).
#pragma once

#include <vector>

#include <winnow/base/hdf5/hdf5.hpp>
#include <winnow/storage/metrics/tables.hpp>

namespace winnow::metrics_wide {

hdf5::Handle make_group(hid_t parent, const char* name);

void write_trials(hid_t wide, const std::vector<TrialTableRow>& trials);

/// NaN where a trial has no value.
void write_metrics(hid_t wide, const MetricsTables& tables);

/// A column of numbers (NaN where a trial lacks the parameter) if all its values are numbers or booleans, else of
/// texts.
void write_params(hid_t wide, const MetricsTables& tables);

}  // namespace winnow::metrics_wide
