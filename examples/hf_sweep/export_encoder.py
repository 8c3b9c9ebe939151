#!/usr/bin/env python3
"""Writes encoder.pt: a small BERT for the classification of sequences, of transformers, with random weights, as
TorchScript. Winnow trains it without Python.

Needs torch and transformers (written with 1.13.1 and 4.37.2). The same lines export a model of your own: its forward's
arguments are the names of the data's columns, and what it returns is logits, (loss, logits) or a dictionary of them.
"""
import pathlib
import sys
import zipfile
from typing import Dict

import torch
from transformers import BertConfig, BertForSequenceClassification

CONFIG = BertConfig(vocab_size=17, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
                    max_position_embeddings=66, type_vocab_size=1, num_labels=10, initializer_range=0.2,
                    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)


class Encoder(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bert = BertForSequenceClassification(CONFIG)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Dict[str, torch.Tensor]:
        return {"logits": self.bert(input_ids=input_ids, attention_mask=attention_mask).logits}


def drop_paths(file: pathlib.Path) -> None:
    """Leaves out the parts that say where the Python sources lay, for messages: a quarter of the file."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".debug_pkl")}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)


def main() -> None:
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("encoder.pt")
    torch.manual_seed(16)
    model = Encoder().eval()
    ids = torch.randint(0, CONFIG.vocab_size, (3, 7))
    traced = torch.jit.trace(model, (ids, torch.ones_like(ids)), strict=False)  # strict: no dictionary
    traced.save(str(target))
    drop_paths(target)
    read = torch.jit.load(str(target))
    for rows, length in [(1, 5), (4, 64)]:  # any number of rows, any length
        ids = torch.randint(0, CONFIG.vocab_size, (rows, length))
        mask = (torch.arange(length) < length - 2).long().expand(rows, length)
        assert torch.allclose(read(ids, mask)["logits"], model(ids, mask)["logits"], atol=1e-6)
    print(f"{target}: {sum(p.numel() for p in model.parameters())} parameters, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
