"""wandb.sdk.wandb_run, for annotations and isinstance."""
from .._run import Run

__all__ = ["Run"]
