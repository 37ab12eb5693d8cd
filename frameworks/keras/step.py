"""Clipping and decay: one step on two weights whose gradients are 3 and 4."""

import keras
from keras.optimizers import SGD, Adam, AdamW


def step(optimizer, gradients):
    weights = [keras.Variable([1.0]), keras.Variable([1.0])]
    optimizer.apply([keras.ops.array([g]) for g in gradients], weights)
    return [f"{float(weight[0]):.4f}" for weight in weights]


print("plain              ", *step(SGD(0.1), [3.0, 4.0]))
print("clipvalue=1        ", *step(SGD(0.1, clipvalue=1), [3.0, 4.0]))
print("clipnorm=1         ", *step(SGD(0.1, clipnorm=1), [3.0, 4.0]))
print("global_clipnorm=1  ", *step(SGD(0.1, global_clipnorm=1), [3.0, 4.0]))
print("Adam, global       ", *step(Adam(0.1, global_clipnorm=1), [3.0, 4.0]))
print("SGD, decay         ", *step(SGD(0.1, weight_decay=0.5), [0.0, 0.0]))
print("Adam, decay        ", *step(Adam(0.1, weight_decay=0.5), [0.0, 0.0]))
print("AdamW, decay       ", *step(AdamW(0.1, weight_decay=0.5), [0.0, 0.0]))
print("AdamW, other rate  ", *step(AdamW(0.2, weight_decay=0.05), [0.0, 0.0]))
print("left out of AdamW  ", AdamW().weight_decay)
