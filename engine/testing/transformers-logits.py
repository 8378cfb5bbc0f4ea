# Folders of Hugging Face models and one batch each in (JSON on standard input), the logits of transformers' ALBERT out (JSON, one object).

import json
import sys

import torch
from transformers import AlbertForSequenceClassification


def logits_of(folder, inputs):
    model, told = AlbertForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    for what in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if told[what]:
            raise SystemExit(f"{folder}: {what}: {sorted(map(str, told[what]))}")
    model.eval()
    with torch.inference_mode():
        outputs = model(
            input_ids=torch.tensor(inputs["input_ids"]),
            attention_mask=torch.tensor(inputs["input_mask"]),
            token_type_ids=torch.tensor(inputs["segment_ids"]),
        )
    return outputs.logits.double().tolist()


asked = json.load(sys.stdin)
print(json.dumps({one["name"]: logits_of(one["folder"], one["inputs"]) for one in asked}))
