"""A stand-in for the package wandb, part of Winnow: a training script that imports wandb runs as a trial, unchanged and
offline.

What the script logs goes to Winnow, which answers whether to go on; wandb.config has what Winnow drew. docs/wandb.md says
what works, what has no effect and what raises. No code of wandb's is in here, and nothing leaves the machine.
"""
import enum as _enum
from importlib import import_module as _import_module

from . import _absent
from . import data_types, errors, plot, sdk, util, wandb_run
from . import sdk as wandb_sdk
from ._config import Config
from ._run import Run, active as _run_for, init
from ._settings import Settings
from ._summary import Summary
from ._term import termerror, termlog, termwarn
from .data_types import (Artifact, Audio, Classes, EvalTable, Graph, Histogram, Html, Image, JoinedTable, Molecule,
                         Object3D, Plotly, Table, Video, box3d)
from .errors import AuthenticationError, CommError, Error, UsageError
from .plot import plot_table, visualize

__version__ = "0.31.0+winnow"


class AlertLevel(_enum.Enum):
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class _BeforeInit:
    """wandb.config and wandb.summary while no run is active."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def _refuse(self, key=None, *rest):
        raise Error("call wandb.init() before using wandb.{}".format(self._name))

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        self._refuse()

    __getitem__ = __setitem__ = __setattr__ = __contains__ = __iter__ = __len__ = _refuse

    def __repr__(self):
        return "<wandb.{} before wandb.init()>".format(self._name)


def _set_run(new):
    """wandb.run, wandb.config and wandb.summary are those of the active run."""
    global run, config, summary
    run = new
    config = new.config if new is not None else _BeforeInit("config")
    summary = new.summary if new is not None else _BeforeInit("summary")


_set_run(None)


def log(data, step=None, commit=None, sync=None):
    _run_for("log").log(data, step, commit, sync)


def finish(exit_code=None, quiet=None):
    if run is not None:
        run.finish(exit_code, quiet)


join = finish


def _of_the_run(name):
    def call(*args, **kwargs):
        return getattr(_run_for(name), name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = "Run.{} of the active run.".format(name)
    return call


define_metric = _of_the_run("define_metric")
watch = _of_the_run("watch")
unwatch = _of_the_run("unwatch")
save = _of_the_run("save")
log_artifact = _of_the_run("log_artifact")
log_model = _of_the_run("log_model")
link_model = _of_the_run("link_model")
alert = _of_the_run("alert")
mark_preempting = _of_the_run("mark_preempting")
pin_config_keys = _of_the_run("pin_config_keys")

sweep = _absent.function("sweep")
agent = _absent.function("agent")
controller = _absent.function("controller")
Api = _absent.function("Api")
restore = _absent.function("restore")
use_artifact = _absent.function("use_artifact")
use_model = _absent.function("use_model")
attach = _absent.function("attach")


def login(*args, **kwargs):
    return True


def setup(settings=None):
    """Nothing is to be set up."""


def teardown(exit_code=None):
    finish(exit_code)


def require(*args, **kwargs):
    """Everything that there is is there already."""


def ensure_configured():
    """Nothing is to be configured."""


def __getattr__(name):
    if name in ("keras", "integration"):  # only where they are asked for: the callbacks need Keras
        try:
            return _import_module("wandb." + name)
        except ImportError as why:
            raise AttributeError(str(why)) from why
    raise AttributeError(_absent.message(name))


_absent.watch_imports()
