#!/usr/bin/env python3
"""A training script as people write it for Weights & Biases (wandb_script.yaml). Nothing in it knows of Winnow.

    pip install wandb && wandb sweep wandb_script.yaml     there
    winnow run wandb_script.yaml                           here: no account, no network, no package
"""
import random

import wandb

from disc import Network

DEFAULTS = dict(learning_rate=0.1, momentum=0.5, hidden_units=6, batch_size=20, shuffle=False, epochs=27)


def main():
    run = wandb.init(project="disc", config=DEFAULTS, tags=["example"])
    config = wandb.config
    random.seed(1)

    network = Network(config.hidden_units, "tanh")
    wandb.watch(network)
    wandb.define_metric("val/loss", summary="min")
    for epoch in range(config.epochs):
        if config.shuffle:
            random.shuffle(network.training)
        network.train_epoch(config["learning_rate"], config.momentum, config.batch_size)
        loss, accuracy = network.test()
        wandb.log({"epoch": epoch, "val/loss": loss, "val/accuracy": accuracy})

    wandb.summary["trained"] = config.epochs
    run.finish()


if __name__ == "__main__":
    main()
