"""wandb.config: the run's hyperparameters, by attribute and by item.

A key that has a value keeps it unless allow_val_change is said. The sweep's values are locked: a script's own are ignored
with a warning, so that a trial always runs with what Winnow drew. Nested values are plain dicts.
"""
from ._term import termwarn
from ._values import friendly, mapping
from .errors import ConfigError


def merged(base, over):
    """`over` wins; dicts within dicts are merged."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


class Config:
    def __init__(self):
        object.__setattr__(self, "_items", {})
        object.__setattr__(self, "_locked", {})
        object.__setattr__(self, "_may_change", False)

    # --- reading

    def __getitem__(self, key):
        return self._items[key]

    def __getattr__(self, key):
        if key in ("_items", "_locked", "_may_change"):  # while a copy is being made
            raise AttributeError(key)
        try:
            return self._items[key]
        except KeyError:
            raise AttributeError("wandb.config has no '{}'; it has: {}".format(key, ", ".join(self._items) or
                                                                               "nothing")) from None

    def get(self, key, default=None):
        return self._items.get(key, default)

    def keys(self):
        return list(self._items)

    def values(self):
        return list(self._items.values())

    def items(self):
        return list(self._items.items())

    def as_dict(self):
        return dict(self._items)

    def __contains__(self, key):
        return key in self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return str(self._items)

    # --- writing

    def __setitem__(self, key, value):
        self._set(key, value, None)

    __setattr__ = __setitem__

    def update(self, d, allow_val_change=None):
        for key, value in mapping(d).items():
            self._set(key, value, allow_val_change)

    def setdefaults(self, d):
        for key, value in mapping(d).items():
            if key not in self._items:
                self._set(key, value, None)

    def update_locked(self, d, user=None, _allow_val_change=None):
        """Sets keys for good. Dicts within are merged."""
        for key, value in d.items():
            old, value = self._items.get(key), friendly(value)
            both = isinstance(value, dict) and isinstance(old, dict)
            self._items[key] = merged(old, value) if both else value
            self._locked[key] = user or "somebody"

    merge_locked = update_locked

    def persist(self):
        """Nothing is kept elsewhere."""

    def _set(self, key, value, allow):
        key, value = str(key).strip("-"), friendly(value)
        if key in self._locked:
            if value != self._items[key]:
                termwarn("config.{}: the {} says {!r}; {!r} is ignored".format(key, self._locked[key],
                                                                               self._items[key], value))
            return
        allow = self._may_change if allow is None else allow
        if not allow and key in self._items and value != self._items[key]:
            raise ConfigError("config.{0} is {1!r} and can't become {2!r}; config.update({{{0!r}: …}}, "
                              "allow_val_change=True) changes it".format(key, self._items[key], value))
        self._items[key] = value
