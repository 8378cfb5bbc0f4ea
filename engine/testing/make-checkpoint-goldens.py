#!/usr/bin/env python3
"""Checkpoints as Python TensorFlow writes and reads them (pip install tensorflow-cpu; made with 2.21.0).

Goldens:  python3 engine/testing/make-checkpoint-goldens.py
          writes goldens/checkpoint/{partitioned,sharded,dtypes}.* and digests.json, what TensorFlow reads from every
          checkpoint below goldens/model and goldens/end-to-end
Ours:     python3 engine/testing/make-checkpoint-goldens.py PREFIX …
          prints what TensorFlow reads from checkpoints that this program wrote
"""
import glob
import hashlib
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

GOLDENS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "goldens")
OUT = os.path.join(GOLDENS, "checkpoint")


def digests(prefix):
    reader = tf.train.load_checkpoint(prefix)
    found = {}
    for name in sorted(reader.get_variable_to_shape_map()):
        value = np.asarray(reader.get_tensor(name))
        found[name] = {
            "dtype": str(value.dtype),
            "shape": list(value.shape),
            "sha256": hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest(),
        }
    return found


def partitioned():
    """Variables cut along the first, the last and a middle axis; value i of each is i / 2 - 3."""
    v1 = tf.compat.v1

    def variable(name, shape, pieces, axis):
        values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) * 0.5 - 3

        def initial(shape, dtype=None, partition_info=None):
            offsets = partition_info.var_offset if pieces else [0] * len(shape)
            return tf.constant(values[tuple(slice(o, o + s) for o, s in zip(offsets, shape))])

        cut = v1.fixed_size_partitioner(pieces, axis=axis) if pieces else None
        v1.get_variable(name, shape=shape, initializer=initial, partitioner=cut, use_resource=False)

    with tf.Graph().as_default():
        variable("rows", [11, 3], 3, 0)
        variable("columns", [2, 150], 2, 1)
        variable("deep/middle", [2, 5, 3], 2, 1)
        variable("whole", [4], 0, 0)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            v1.train.Saver().save(session, OUT + "/partitioned", write_meta_graph=False, write_state=False)


def save(prefix, **tensors):
    names = list(tensors)
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=list(tensors.values())
    )


def sharded():
    one, two = OUT + "/one", OUT + "/two"
    save(one, a=tf.range(5, dtype=tf.float32), c=tf.constant([[1, 2], [3, 4]], tf.int32))
    save(two, **{"b": tf.constant(7, tf.int64), "d/empty": tf.zeros([0, 3])})
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=[one, two], destination_prefix=OUT + "/sharded", delete_old_dirs=False
    )


def dtypes():
    save(
        OUT + "/dtypes",
        bf=tf.zeros([2], tf.bfloat16),
        half=tf.zeros([2], tf.float16),
        text=tf.constant(["a", "b"]),
        double=tf.zeros([2], tf.float64),
        yes=tf.constant([True]),
    )


def main():
    if len(sys.argv) > 1:
        print(json.dumps({prefix: digests(prefix) for prefix in sys.argv[1:]}, indent=1))
        return
    partitioned()
    sharded()
    dtypes()
    indexes = sorted(
        path for part in ("model", "end-to-end") for path in glob.glob(f"{GOLDENS}/{part}/**/*.index", recursive=True)
    )
    prefixes = [os.path.relpath(path, GOLDENS)[: -len(".index")] for path in indexes]
    with open(OUT + "/digests.json", "w") as file:
        lines = [f"{json.dumps(prefix)}: {json.dumps(digests(os.path.join(GOLDENS, prefix)))}" for prefix in prefixes]
        file.write("{" + ",\n".join(lines) + "}\n")


main()
