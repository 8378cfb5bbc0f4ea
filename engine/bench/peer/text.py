# C++ SentencePiece and Hugging Face's tokenizer in Rust from Python over the corpus; and a model from its files on disk.

import array
import hashlib
import os
import time

from figures import measured, timed


def measure_tokenizer(work):
    return (measure_wordpiece if work["language"] == "chinese" else measure_sentencepiece)(work)


def measure_wordpiece(work):
    """MB/s of each pass over the Chinese corpus: as ids, in one call, without the offsets that nobody asked for."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false" if work["way"] == "one-thread" else "true"
    import transformers

    with open(os.path.join(work["folder"], "chinese.txt"), encoding="utf8") as opened:
        text = opened.read()
    lines = text.splitlines()
    tokenizer = transformers.BertTokenizerFast(vocab=os.path.join(work["folder"], "vocab.txt"), do_lower_case=True)
    ids = []

    def encode():
        encoded = tokenizer.backend_tokenizer.encode_batch_fast(lines, add_special_tokens=False)
        ids[:] = [one.ids for one in encoded]

    seconds, cpu_seconds = timed(encode, work, 0)
    digest = digest_of(ids, tokenizer.sep_token_id)
    return measured([len(text.encode()) / 1e6 / one for one in seconds], cpu_seconds, digest=digest)


def digest_of(ids, end):
    """Of the ids of all lines, each with one more at its end."""
    every = array.array("i", (one for line in ids for one in [*line, end]))
    return hashlib.sha256(every.tobytes()).hexdigest()


def measure_sentencepiece(work):
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
