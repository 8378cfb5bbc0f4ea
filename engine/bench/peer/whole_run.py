# A whole run as transformers' run_glue does it: read, tokenise, train one epoch, evaluate, save.

import os
import random
import time

import torch
import transformers

from figures import measured
from model import autocast, config_of, rows_of, tokenizer_of

LONGEST = 128
LEAST_STEPS = 5


def measure_run(work, started):
    """Seconds from the start of this process; of an epoch that is not trained to its end, the rest is reckoned from its steps."""
    is_default = work["way"] == "pad-to-128"
    tokenizer = tokenizer_of(work)
    train = features_of(work, "short-train.tsv", tokenizer, is_default)
    dev = features_of(work, "short-dev.tsv", tokenizer, is_default)
    folder = os.path.join(work["folder"], "model")
    model = transformers.AlbertForSequenceClassification.from_pretrained(folder)
    batches = batches_of(train, work["batch_size"], is_default)
    random.Random(1).shuffle(batches)  # long and short ones alike are among the first: what is reckoned from them is fair
    steps = max(1, round(len(batches) * work["share"]))
    seconds = work["seconds"] if work["share"] < 1 else float("inf")
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, fused=True)
    model.train()
    training = time.perf_counter()
    for step, chosen in enumerate(batches[:steps]):
        if step >= LEAST_STEPS and time.perf_counter() - training > seconds:
            steps = step
            break
        for group in optimizer.param_groups:
            group["lr"] = 2e-5 * (1 - step / len(batches))
        with autocast(work):
            loss = model(**collated(tokenizer, train, chosen)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
    training = time.perf_counter() - training
    evaluate(model, tokenizer, dev, work)
    save(model, optimizer, os.path.join(work["folder"], f"output-{os.getpid()}"))
    total = time.time() - started + training * (len(batches) / steps - 1)
    note = None if steps == len(batches) else f"{steps} of {len(batches)} steps, the others reckoned"
    return measured([total], time.process_time(), note)


def features_of(work, file, tokenizer, is_default):
    texts, labels = rows_of(work, file)
    padding = {"padding": "max_length"} if is_default else {}
    found = tokenizer(list(texts), truncation=True, max_length=LONGEST, return_token_type_ids=True, **padding)
    found["label"] = [int(label == "late") for label in labels]
    return found


def batches_of(features, batch_size, is_default):
    """Shuffled; in best practice of like length within stretches of 50 batches, as the trainer's sampler by length groups them."""
    order = list(range(len(features["label"])))
    random.Random(0).shuffle(order)
    if not is_default:
        stretch = 50 * batch_size
        groups = [order[start : start + stretch] for start in range(0, len(order), stretch)]
        longest_first = lambda group: sorted(group, key=lambda row: -len(features["input_ids"][row]))
        order = [row for group in groups for row in longest_first(group)]
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def collated(tokenizer, features, chosen):
    rows = {name: [features[name][row] for row in chosen] for name in features if name != "label"}
    batch = dict(tokenizer.pad(rows, return_tensors="pt"))
    return {**batch, "labels": torch.tensor([features["label"][row] for row in chosen])}


def evaluate(model, tokenizer, features, work):
    model.eval()
    right = 0
    for start in range(0, len(features["label"]), work["batch_size"]):
        chosen = range(start, min(start + work["batch_size"], len(features["label"])))
        batch = collated(tokenizer, features, chosen)
        with torch.inference_mode(), autocast(work):
            logits = model(**batch).logits
        right += (logits.argmax(-1) == batch["labels"]).sum().item()
    return right / len(features["label"])


def save(model, optimizer, folder):
    model.save_pretrained(folder)
    torch.save(optimizer.state_dict(), os.path.join(folder, "optimizer.pt"))
