/// A sweep as the ledger keeps it: every field of the spec by its name, nothing left to a default. Recovery makes the
/// sweep of this, so that neither another default nor a stricter check of a later Winnow changes a run that is under
/// way.
///
/// A format (docs/formats.md): a field that comes later must have a default, in SweepSpec, that says what was so
/// before.
#pragma once

#include <winnow/spec/spec.hpp>

namespace winnow {

OrderedJson spec_record(const SweepSpec& spec);
/// Fails with `corrupt` for what spec_record can't have given. Checks nothing else, but for the space's own rules.
Result<SweepSpec> spec_of_record(const OrderedJson& record);

/// The part of it that may change while a sweep goes on (settings.hpp), without the metrics' targets.
OrderedJson settings_record(const SweepSpec& spec);
/// Takes them over into `spec`. Fails with `corrupt`.
Result<void> take_settings_record(const OrderedJson& record, SweepSpec& spec);

}  // namespace winnow
