# The process that measures one piece of work of a peer: Work as JSON in the last argument, Measured as JSON on the last line of output.

import json
import sys

import figures

START = figures.process_start()


def measures():
    """By what is asked; each in a file of its own, because importing PyTorch takes seconds that a tokenizer does not need."""

    def module(name):
        return __import__(name)

    return {
        "train": lambda work: module("training").measure_training(work),
        "squad": lambda work: module("training").measure_training(work),
        "first-step": lambda work: module("training").measure_first_step(work),
        "inference": lambda work: module("inference").measure_inference(work),
        "sentences": lambda work: module("inference").measure_sentences(work),
        "ids": lambda work: module("text").measure_tokenizer(work),
        "features": lambda work: module("text").measure_tokenizer(work),
        "lines": lambda work: module("text").measure_tokenizer(work),
        "checkpoint": lambda work: module("text").measure_checkpoint(work),
        "run": lambda work: module("whole_run").measure_run(work, START),
        "learning": lambda work: module("learning").measure_learning(work),
    }


work = json.loads(sys.argv[-1])
print(json.dumps(measures()[work["what"]](work)))
