"""wandb.wandb_run: an older place of Run."""
from ._run import Run

__all__ = ["Run"]
