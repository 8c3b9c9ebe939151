"""wandb.summary: one value a metric; the last that was logged, or what define_metric or the script says.

It also knows which numbers were never logged, only set here: those are reported when the run finishes.
"""
import math

from ._values import number, numbers_of

_AGGREGATES = ("min", "max", "mean", "first", "last", "best")


class Aggregate:
    """What define_metric(summary=…) asks for of one metric."""

    def __init__(self, names, goal):
        self.names = names
        self.better = max if goal == "maximize" else min
        self.values = {}
        self.count = 0
        self.total = 0.0

    def add(self, value):
        self.count += 1
        self.total += value
        kept = self.values
        kept.setdefault("first", value)
        kept["last"] = value
        kept["mean"] = self.total / self.count
        if not math.isnan(value):
            kept["min"] = min(kept.get("min", value), value)
            kept["max"] = max(kept.get("max", value), value)
            kept["best"] = self.better(kept.get("best", value), value)

    def result(self):
        return {name: self.values[name] for name in self.names if name in self.values}


class SummaryDict:
    """A level of the summary, by attribute and by item."""

    def __init__(self, root, items):
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_items", items)

    def __getitem__(self, key):
        value = self._items[key]
        return SummaryDict(self._root, value) if isinstance(value, dict) else value

    def __getattr__(self, key):
        if key in ("_root", "_items"):
            raise AttributeError(key)
        try:
            return self[key]
        except KeyError:
            raise AttributeError("wandb.summary has no '{}'".format(key)) from None

    def __setitem__(self, key, value):
        self.update({key: value})

    __setattr__ = __setitem__

    def __delitem__(self, key):
        del self._items[key]

    __delattr__ = __delitem__

    def update(self, d):
        for key, value in d.items():
            plain = number(value)
            self._items[key] = value if plain is None else plain

    def get(self, key, default=None):
        return self[key] if key in self._items else default

    def keys(self):
        return list(self._items)

    def values(self):
        return [self[key] for key in self._items]

    def items(self):
        return [(key, self[key]) for key in self._items]

    def __contains__(self, key):
        return key in self._items

    def __iter__(self):
        return iter(list(self._items))

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return str(self._items)


class Summary(SummaryDict):
    def __init__(self):
        super().__init__(None, {})
        object.__setattr__(self, "_definitions", {})
        object.__setattr__(self, "_aggregates", {})
        object.__setattr__(self, "_logged", set())

    def define(self, name, names, goal):
        """`name` may end in `*`; no names: the last value, as without a definition."""
        self._definitions[name] = (names, goal)

    def logged(self, row):
        """Takes a row of the history in."""
        for key, value in row.items():
            definition = self._definition(key)
            plain = number(value)
            if definition is None or not definition[0]:
                self._keep(key, value, plain)
            elif "none" not in definition[0] and plain is not None:
                aggregate = self._aggregates.get(key)
                if aggregate is None:
                    aggregate = self._aggregates[key] = Aggregate(*definition)
                aggregate.add(plain)
                self._items[key] = aggregate.result()

    def mark_reported(self, names):
        self._logged.update(names)

    def never_reported(self):
        """The numbers that stand here and that no report has brought."""
        return {key: value for key, value in numbers_of(self._items)[0].items() if key not in self._logged}

    def _keep(self, key, value, plain):
        if plain is not None:
            self._items[key] = plain
        elif value is None or isinstance(value, (bool, str, dict, list, tuple)):
            self._items[key] = value
        # Arrays, images and the like are not held in memory.

    def _definition(self, key):
        if not self._definitions:
            return None
        if key in self._definitions:
            return self._definitions[key]
        globs = [name for name in self._definitions if name.endswith("*") and key.startswith(name[:-1])]
        return self._definitions[max(globs, key=len)] if globs else None
