/// A sweep's ledger for whoever may look at the sweep: all that happened, without what `process.env` tells its
/// programs, which is for nobody but them (docs/security.md, "What a sweep may run").
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger.hpp>

namespace winnow {

/// Makes a ledger at `file`, an absolute path where nothing is, of the events that there are now: one file, good by
/// itself. In its first event the values of `process.env` are empty, in the sweep file as in its record; the file's
/// text is written anew as JSON where it has any, and without its comments. They were never written to it: no page has
/// a trace of them. Appends to `ledger` go on meanwhile. On failure nothing is left.
Result<void> copy_without_secrets(const Ledger& ledger, const std::filesystem::path& file);

/// A sweep file with other values of the variables in its `process.env`, as JSON; as it stands where it has none.
/// `value_of` is given a variable's name. Fails with `invalid_input` where it can't be read.
Result<std::string> with_variables(const std::string& sweep_file,
                                   const std::function<std::string(const std::string& name)>& value_of);

}  // namespace winnow
