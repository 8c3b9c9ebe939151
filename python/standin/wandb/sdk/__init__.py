"""wandb.sdk: where other packages look for wandb's classes."""
from .. import _absent
from . import lib, wandb_config, wandb_run
from .._config import Config
from .._run import Run, init
from .._settings import Settings
from .._summary import Summary
from ..data_types import Artifact

__all__ = ["Artifact", "Config", "Run", "Settings", "Summary", "init", "lib", "wandb_config", "wandb_run"]


def __getattr__(name):
    raise AttributeError(_absent.message("sdk." + name))
