#include <winnow/spec/convert.hpp>

#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {
namespace {

/// What a bare file says of a sweep, if its dialect says all.
std::optional<SweepSpec> spec_of(const SpaceFile& file) {
  const DialectSweep& dialect = sweep_of(file.dialect);
  if (dialect.read == nullptr || !file.root.is_mapping()) return std::nullopt;
  SweepSpec spec;
  spec.name = file.path.stem().string();
  Diagnostics diagnostics(file.path.string());
  const auto method = dialect.read(file.root, spec, diagnostics, "");
  spec.method = method.value_or(dialect.defaults(spec.metrics.size()).method);
  return diagnostics.ok() ? std::optional(std::move(spec)) : std::nullopt;
}

}  // namespace

PrintedSpace convert(const Input& input, Dialect to) {
  const auto* sweep = std::get_if<SweepFile>(&input);
  const Space& space = sweep != nullptr ? sweep->parsed.spec.space : std::get<SpaceFile>(input).space;
  PrintedSpace converted = print_space(to, space);
  const std::optional<SweepSpec> whole =
      sweep != nullptr ? std::optional(sweep->parsed.spec) : spec_of(std::get<SpaceFile>(input));
  const DialectSweep& dialect = sweep_of(to);
  if (whole) {
    dialect.print(*whole, converted);
  } else if (dialect.print_bare != nullptr) {
    dialect.print_bare(converted);
  }
  return converted;
}

}  // namespace winnow
