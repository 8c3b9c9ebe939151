"""wandb.keras: another name of wandb.integration.keras."""
from .integration.keras import WandbCallback, WandbMetricsLogger, WandbModelCheckpoint

__all__ = ["WandbCallback", "WandbMetricsLogger", "WandbModelCheckpoint"]
