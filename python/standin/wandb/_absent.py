"""What the stand-in lacks raises an error that names it and says what to do instead."""
import sys

from .errors import UnsupportedError

_OWN_CALLBACK = "call wandb.log in a callback of your own"
_OFFLINE = "a trial works offline; read the file from where it is kept"

_INSTEAD = {
    "sweep": "a sweep is a file here: write the dictionary as YAML and start `winnow run FILE`",
    "agent": "Winnow starts the trials: let the script call its training function itself",
    "controller": "Winnow itself controls the sweep",
    "Api": "a trial works offline; `winnow show`, `best` and `export` read what a sweep did",
    "restore": _OFFLINE,
    "use_artifact": _OFFLINE,
    "use_model": _OFFLINE,
    "attach": "a process starts a run of its own with wandb.init()",
}
for _name in ("keras", "xgboost", "lightgbm", "catboost", "sklearn", "fastai", "tensorflow", "gym", "sb3", "integration",
              "lightning", "sacred", "tensorboard"):
    _INSTEAD[_name] = _OWN_CALLBACK


def message(path):
    """`path` is what was asked for, without `wandb.` in front."""
    instead = _INSTEAD.get(path) or _INSTEAD.get(path.split(".")[0], "docs/wandb.md of Winnow lists what there is")
    return "wandb.{0}: Winnow's stand-in for wandb has no '{0}'; {1}".format(path, instead)


def function(name):
    def absent(*args, **kwargs):
        raise UnsupportedError(message(name))

    absent.__name__ = absent.__qualname__ = name
    absent.__doc__ = message(name)
    return absent


class _Finder:
    """Asked last, for modules below `wandb` that nobody has found."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith("wandb."):
            raise ModuleNotFoundError(message(fullname[len("wandb."):]), name=fullname)
        return None


def watch_imports():
    sys.meta_path.append(_Finder())
