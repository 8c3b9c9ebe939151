"""What people pass to wandb, as plain Python values."""
import enum
import json
import numbers


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


def flatten(row, prefix=""):
    """Nested dictionaries as one: {"a": {"b": 1}} becomes {"a.b": 1}."""
    flat = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat.update(flatten(value, prefix + str(key) + "."))
        else:
            flat[prefix + str(key)] = value
    return flat


def numbers_of(row):
    """The numbers of a row, flattened; the rest is left out."""
    metrics = {}
    for key, value in flatten(row).items():
        plain = number(value)
        if plain is not None:
            metrics[key] = plain
    return metrics


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
