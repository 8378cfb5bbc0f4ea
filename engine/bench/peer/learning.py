# The same training in PyTorch, from fresh weights of the same distribution: transformers' ALBERT, the original's AdamW and schedule.

import os
import random
import time

import sentencepiece
import torch
import transformers

from figures import measured
from model import config_of, rows_of

HEAD_STDDEV = 0.02
DECAY, BETA_1, BETA_2, EPSILON = 0.01, 0.9, 0.999, 1e-6


def measure_learning(work):
    """Accuracy in per cent on the dev rows after the last step."""
    torch.manual_seed(work["seed"])
    torch.set_num_threads(1)  # a model this small gains nothing from a second one, and the sums keep their order
    recipe = work["learning"]
    train, dev = (features_of(work, split, recipe["seq_length"]) for split in ("train", "dev"))
    model = fresh_model(work)
    cpu = time.process_time()
    fit(model, train, recipe, random.Random(work["seed"]))
    return measured([100 * accuracy(model, dev)], time.process_time() - cpu)


def features_of(work, split, longest):
    columns = rows_of(work, f"{work['data']}-{split}.tsv")
    processor = sentencepiece.SentencePieceProcessor(model_file=os.path.join(work["folder"], "30k-clean.model"))
    cls, sep = processor.piece_to_id("[CLS]"), processor.piece_to_id("[SEP]")
    classes = sorted(set(columns[-1]))
    features = []
    for *texts, label in zip(*columns):
        pieces = [processor.encode(text.lower()) for text in texts]
        while sum(map(len, pieces)) > longest - 1 - len(pieces):
            max(reversed(pieces), key=len).pop()  # the longer one gives way, the second one of equals
        ids, segments = [cls], [0]
        for segment, part in enumerate(pieces):
            ids += [*part, sep]
            segments += [segment] * (len(part) + 1)
        features.append((ids, segments, classes.index(label)))
    return features


def fresh_model(work):
    config = config_of(work, "small-config.json")
    model = transformers.AlbertForSequenceClassification(config)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if is_norm(name):
                value.fill_(1.0 if name.endswith("weight") else 0.0)
            elif name.endswith("bias"):
                value.zero_()
            else:
                stddev = HEAD_STDDEV if name.startswith("classifier") else config.initializer_range
                torch.nn.init.trunc_normal_(value, 0.0, stddev, -2 * stddev, 2 * stddev)
    return model


def is_norm(name):
    return "LayerNorm" in name or "layer_norm" in name


def fit(model, features, recipe, generator):
    """AdamW without bias correction, epsilon outside the root; linear decay from step 0 under a linear warm-up; clip 1.0."""
    model.train()
    weights = [(value, not is_norm(name) and not name.endswith("bias")) for name, value in model.named_parameters()]
    moments = [(torch.zeros_like(value), torch.zeros_like(value)) for value, _ in weights]
    order = []
    for step in range(recipe["train_step"]):
        while len(order) < recipe["train_batch_size"]:
            order += generator.sample(range(len(features)), len(features))
        chosen, order = order[: recipe["train_batch_size"]], order[recipe["train_batch_size"] :]
        loss = model(**collated([features[row] for row in chosen])).loss
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        rate = recipe["learning_rate"] * (1 - step / recipe["train_step"])
        if step < recipe["warmup_step"]:
            rate = recipe["learning_rate"] * step / recipe["warmup_step"]
        update(weights, moments, rate)


@torch.no_grad()
def update(weights, moments, rate):
    for (value, decays), (m, v) in zip(weights, moments):
        m.mul_(BETA_1).add_(value.grad, alpha=1 - BETA_1)
        v.mul_(BETA_2).addcmul_(value.grad, value.grad, value=1 - BETA_2)
        direction = m / (v.sqrt() + EPSILON)
        if decays:
            direction = direction + DECAY * value
        value.sub_(rate * direction)


def collated(rows):
    longest = max(len(ids) for ids, _, _ in rows)
    padded = lambda values: values + [0] * (longest - len(values))
    return {
        "input_ids": torch.tensor([padded(ids) for ids, _, _ in rows]),
        "token_type_ids": torch.tensor([padded(segments) for _, segments, _ in rows]),
        "attention_mask": torch.tensor([padded([1] * len(ids)) for ids, _, _ in rows]),
        "labels": torch.tensor([label for _, _, label in rows]),
    }


def accuracy(model, features):
    model.eval()
    right = 0
    with torch.inference_mode():
        for start in range(0, len(features), 100):
            batch = collated(features[start : start + 100])
            right += (model(**batch).logits.argmax(-1) == batch["labels"]).sum().item()
    return right / len(features)
