# Training steps of transformers' ALBERT: batch on the CPU, AdamW, clip 1.0, the loss read after each step.

import time

import torch
import transformers

from figures import measured, timed
from model import autocast, compiled, config_of

WARM_UP = 2


def measure_training(work):
    """tokens/s of each step."""
    seconds, cpu_seconds = timed(step_of(work), work, WARM_UP)
    tokens = work["batch_size"] * work["seq_length"]
    return measured([tokens / one for one in seconds], cpu_seconds)


def measure_first_step(work):
    """Seconds that the first step takes longer than a later one."""
    step = step_of(work)
    started = time.perf_counter()
    step()
    first = time.perf_counter() - started
    seconds, _ = timed(step, work, 0)
    return measured([first - min(seconds)])


def step_of(work):
    asks_span = work["what"] == "squad"
    kind = transformers.AlbertForQuestionAnswering if asks_span else transformers.AlbertForSequenceClassification
    plain = kind(config_of(work)).train()
    model = compiled(plain, work)
    optimizer = torch.optim.AdamW(plain.parameters(), lr=1e-5, weight_decay=0.01, fused=True)
    shape = (work["batch_size"], work["seq_length"])

    def step():
        batch = {
            "input_ids": torch.randint(5, 30000, shape),
            "attention_mask": torch.ones(shape, dtype=torch.long),
            "token_type_ids": torch.zeros(shape, dtype=torch.long),
        }
        if asks_span:
            for end in ("start_positions", "end_positions"):
                batch[end] = torch.randint(0, shape[1], shape[:1])
        else:
            batch["labels"] = torch.randint(0, 2, shape[:1])
        optimizer.zero_grad(set_to_none=True)
        with autocast(work):
            loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step
