"""wandb.sdk.wandb_config, for annotations and isinstance."""
from .._config import Config

__all__ = ["Config"]
