# C++ SentencePiece from Python over the corpus; and a model from its files on disk.

import os
import time

from figures import measured, timed


def measure_tokenizer(work):
    """MB/s of each pass over the corpus, lower-cased beforehand: as ids, in one call."""
    import sentencepiece

    with open(os.path.join(work["folder"], "corpus.txt"), encoding="utf8") as opened:
        text = opened.read()
    lines = text.lower().splitlines()
    threads = 1 if work["way"] == "one-thread" else os.cpu_count()
    processor = sentencepiece.SentencePieceProcessor(model_file=os.path.join(work["folder"], "30k-clean.model"))
    seconds, cpu_seconds = timed(lambda: processor.encode(lines, num_threads=threads), work, 1)
    return measured([len(text.encode()) / 1e6 / one for one in seconds], cpu_seconds)


def measure_checkpoint(work):
    """Seconds of each loading, the imports not counted. Every weight is looked at: a file that is only mapped is not read yet."""
    import transformers

    folder = os.path.join(work["folder"], "model")

    def load():
        model = transformers.AlbertForSequenceClassification.from_pretrained(folder)
        return sum(value.isfinite().all().item() for value in model.parameters())

    seconds, cpu_seconds = timed(load, work, 0)
    return measured(seconds, cpu_seconds)
