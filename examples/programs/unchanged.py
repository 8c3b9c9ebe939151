#!/usr/bin/env python3
"""Somebody else's script: prints its progress, as scripts do, and reports to nobody."""
import argparse

from disc import Network

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--hidden", type=int, default=6)
parser.add_argument("--relu", action="store_true")
parser.add_argument("--epochs", type=int, default=27)
args = parser.parse_args()

print("using 1 device, loss: cross entropy")
network = Network(args.hidden, "relu" if args.relu else "tanh")
for epoch in range(1, args.epochs + 1):
    network.train_epoch(args.lr, 0.5, 20)
    loss, accuracy = network.test()
    print(f"Epoch {epoch:2}/{args.epochs} [====================] - val_loss: {loss:.6f} - val_acc: {accuracy:.4f}")
print("done")
