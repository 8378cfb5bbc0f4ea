# transformers' ALBERT as its own scripts would make it, with the same config as ours.

import json
import os
from contextlib import nullcontext

import torch
import transformers

torch.manual_seed(0)


def config_of(work, file="config.json"):
    with open(os.path.join(work["folder"], file)) as opened:
        fields = json.load(opened)
    fields.update(hidden_dropout_prob=work["dropout"], attention_probs_dropout_prob=work["dropout"])
    return transformers.AlbertConfig(**fields)


def autocast(work):
    if work["precision"] == "bf16":
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def compiled(model, work):
    return torch.compile(model) if work["way"] == "compiled" else model


def rows_of(work, file):
    """The columns of a table, without its header."""
    with open(os.path.join(work["folder"], file), encoding="utf8") as opened:
        lines = opened.read().splitlines()[1:]
    return list(zip(*(line.split("\t") for line in lines)))


def tokenizer_of(work):
    return transformers.AlbertTokenizer.from_pretrained(os.path.join(work["folder"], "model"))
