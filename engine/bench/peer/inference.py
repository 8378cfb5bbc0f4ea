# Predictions of transformers' ALBERT in PyTorch, or of the same model exported to onnxruntime.

import os
import time

import torch
import transformers

from figures import measured, timed
from model import autocast, compiled, rows_of, tokenizer_of

LONGEST = 128


def measure_inference(work):
    """tokens/s of each batch of full rows."""
    predict = predictor(work)
    shape = (work["batch_size"], work["seq_length"])
    batch = {
        "input_ids": torch.randint(5, 30000, shape),
        "attention_mask": torch.ones(shape, dtype=torch.long),
        "token_type_ids": torch.zeros(shape, dtype=torch.long),
    }
    seconds, cpu_seconds = timed(lambda: predict(batch), work, 2)
    return measured([shape[0] * shape[1] / one for one in seconds], cpu_seconds)


def measure_sentences(work):
    """sentences/s over all of them, tokenised before, those of like length together, padded to the longest of a batch."""
    texts, _ = rows_of(work, "sentences.tsv")
    tokenizer = tokenizer_of(work)
    features = tokenizer(list(texts), truncation=True, max_length=LONGEST, return_token_type_ids=True)
    order = sorted(range(len(texts)), key=lambda row: len(features["input_ids"][row]))
    predict = predictor(work)
    started, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(order), work["batch_size"]):
        chosen = order[start : start + work["batch_size"]]
        rows = {name: [features[name][row] for row in chosen] for name in features}
        predict(dict(tokenizer.pad(rows, return_tensors="pt")))
    seconds = time.perf_counter() - started
    return measured([len(texts) / seconds], time.process_time() - cpu)


def predictor(work):
    folder = os.path.join(work["folder"], "model")
    model = transformers.AlbertForSequenceClassification.from_pretrained(folder).eval()
    if work["way"] == "onnxruntime":
        return in_onnxruntime(model, os.path.join(work["folder"], f"model-{os.getpid()}.onnx"))
    model = compiled(model, work)

    def predict(batch):
        with torch.inference_mode(), autocast(work):
            return model(**batch).logits

    return predict


def in_onnxruntime(model, file):
    import onnxruntime

    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in names)
    dynamic = {name: {0: "batch", 1: "length"} for name in names}
    torch.onnx.export(
        model, example, file, input_names=names, output_names=["logits"], dynamic_axes=dynamic, dynamo=False
    )
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return lambda batch: session.run(["logits"], {name: batch[name].numpy() for name in names})
