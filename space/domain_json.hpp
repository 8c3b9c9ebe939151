/// A domain as Winnow records it: every field by its name, in one object. Numbers are exact. This is a format of the
/// ledger (docs/formats.md), not a dialect: what a dialect's printer does may change, this may only grow.
#pragma once

#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/space/domain.hpp>

namespace winnow {

OrderedJson domain_json(const Domain& domain);
/// Fails with `corrupt` for anything that domain_json doesn't give.
Result<Domain> domain_of(const OrderedJson& json);

/// The text of a recorded domain; ledgers before schema 3 have it as W&B spells it, which is read as well.
Result<Domain> recorded_domain(std::string_view text);

/// As records from before schema 3 mean it, and those of the kind `float`: with Float::decimal off.
Domain with_products_of_doubles(Domain domain);

/// True if both are the same. A range of one value is that value: so W&B's spelling had it. The arithmetic may differ:
/// a trial that goes on may have drawn by the older one.
bool same_domain(const Domain& a, const Domain& b);

}  // namespace winnow
