#!/usr/bin/env python3
"""A small network on handwritten digits, trained by several processes that torchrun starts (PyTorch's DDP over Gloo).

Every rank may report: those of rank 0 count. It also hears the verdict and tells the others, so that all leave at once.
"""
import json
import os
import pathlib
import socket

import h5py
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


class Winnow:
    """Reports over the socket, since torchrun's children have no descriptor 3."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(os.environ["WINNOW_REPORT_SOCKET"])
        self.answers = self.socket.makefile("r")

    def goes_on(self, step, **metrics):
        self.socket.sendall(json.dumps({"metrics": metrics, "step": step}).encode() + b"\n")
        goes_on = torch.tensor(int(json.loads(self.answers.readline()).get("verdict") == "continue"))
        dist.broadcast(goes_on, 0)
        return bool(goes_on)


def main():
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()
    params = json.loads(os.environ["WINNOW_PARAMS"])
    torch.set_num_threads(1)
    torch.manual_seed(int(os.environ["WINNOW_SEED"]) % 2**31)
    with h5py.File(pathlib.Path(__file__).parent.parent / "digits" / "digits.h5") as file:
        x, y, x_test, y_test = (torch.tensor(file[name][:]) for name in ("x_train", "y_train", "x_test", "y_test"))
    net = torch.nn.Sequential(torch.nn.Linear(64, params["hidden"]), torch.nn.ReLU(), torch.nn.Linear(params["hidden"], 10))
    model = DistributedDataParallel(net)
    optimizer = torch.optim.Adam(model.parameters(), lr=params["lr"])
    winnow = Winnow()
    for epoch in range(1, 10):
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(epoch))[rank::ranks]
        for rows in order.split(32):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[rows].float()), y[rows].long())
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            accuracy = (net(x_test.float()).argmax(1) == y_test).double().mean().item()
        if not winnow.goes_on(epoch, accuracy=accuracy, loss=loss.item()):
            break
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
