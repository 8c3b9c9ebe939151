"""What people pass to wandb, as plain Python values."""
import enum
import json
import numbers
import os


def number(value):
    """The value as int or float, or None if it is no number.

    Booleans are none, as in W&B's early termination. Arrays and tensors with a single element are one.
    """
    kind = type(value)
    if kind is float or kind is int:
        return value
    if isinstance(value, (bool, str, bytes, dict, list, tuple)) or value is None:
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if callable(getattr(value, "item", None)):
        value = _item(value)
        return None if value is None or isinstance(value, bool) else number(value)
    if callable(getattr(value, "numpy", None)):  # a tensor of TensorFlow
        try:
            return number(value.numpy())
        except Exception:
            return None
    return float(value) if isinstance(value, numbers.Real) else None


def _item(value):
    try:
        plain = value.item()
    except Exception:  # more than one element, or another library's idea of item()
        return None
    return plain if isinstance(plain, (int, float)) else None


def _declared():
    """The metrics that the sweep file names."""
    try:
        return frozenset(json.loads(os.environ.get("WINNOW_METRICS", "[]")))
    except (ValueError, TypeError):
        return frozenset()


declared = _declared()


def flatten(row, dotted="", slashed=""):
    """Nested dictionaries as one: {"a": {"b": 1}} becomes {"a.b": 1}, or {"a/b": 1} where the sweep file names that."""
    flat = {}
    for key, value in row.items():
        key = str(key)
        if isinstance(value, dict):
            flat.update(flatten(value, dotted + key + ".", slashed + key + "/"))
        else:
            flat[slashed + key if slashed + key in declared else dotted + key] = value
    return flat


def _truth(value):
    """True, False, numpy's and PyTorch's are 1 and 0; None for anything else."""
    if not isinstance(value, (bool, str, bytes, list, tuple)) and callable(getattr(value, "item", None)):
        value = _item(value)
    return int(value) if isinstance(value, bool) else None


def numbers_of(row):
    """The numbers of a row, flattened: booleans only of metrics that the sweep file names. And the rest, by name."""
    metrics, rest = {}, {}
    for key, value in flatten(row).items():
        plain = number(value)
        if plain is None and key in declared:
            plain = _truth(value)
        if plain is None:
            rest[key] = value
        else:
            metrics[key] = plain
    return metrics, rest


def friendly(value):
    """For the config: what JSON has, other things as their text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, dict):
        return {key: friendly(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [friendly(item) for item in value]
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: friendly(getattr(value, name)) for name in value.__dataclass_fields__}
    plain = number(value)
    if plain is not None:
        return plain
    if callable(getattr(value, "tolist", None)):  # arrays, tensors, numpy's booleans and texts
        return friendly(value.tolist())
    if callable(value) and hasattr(value, "__qualname__"):
        return "{}.{}".format(getattr(value, "__module__", "?"), value.__qualname__)
    return str(value)


def mapping(params):
    """A config as people give it (dict, argparse.Namespace, absl flags, a path, another config) as a dict."""
    if params is None:
        return {}
    if isinstance(params, str) or hasattr(params, "__fspath__"):
        return config_file(params)
    if isinstance(params, dict):
        return params
    if hasattr(params, "flag_values_dict"):  # absl.flags.FLAGS
        return params.flag_values_dict()
    if callable(getattr(params, "keys", None)) and hasattr(params, "__getitem__"):
        return {key: params[key] for key in params.keys()}
    if hasattr(params, "__dict__"):
        return dict(vars(params))
    raise TypeError("config must be a dict, an argparse.Namespace or the path of a file, not "
                    + type(params).__name__)


def config_file(path):
    """A config file of wandb's: `key: {value: …}` beside `wandb_version`, or plain `key: value`. JSON is always read; YAML
    if PyYAML is installed."""
    from .errors import ConfigError

    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as why:
        raise ConfigError("{}: can't be read: {}".format(path, why.strerror)) from why
    content = _parsed(path, text) or {}
    if not isinstance(content, dict):
        raise ConfigError("{}: must hold keys with values".format(path))
    values = {}
    for key, value in content.items():
        if key in ("wandb_version", "_wandb"):
            continue
        wrapped = isinstance(value, dict) and "value" in value and set(value) <= {"value", "desc"}
        values[str(key)] = value["value"] if wrapped else value
    return values


def _parsed(path, text):
    from .errors import ConfigError

    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        import yaml
    except ImportError:
        raise ConfigError("{}: is no JSON, and reading YAML needs the package PyYAML".format(path)) from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as why:
        raise ConfigError("{}: {}".format(path, why)) from why
