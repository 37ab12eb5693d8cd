"""Warmup and a cosine, by step and by epoch, and what each counts."""

import math

import keras
import numpy as np

WARMUP, STEPS, PEAK = 10, 60, 0.01

x = np.linspace(0, 1, 60).reshape(-1, 1)
y = (x[:, 0] > 0.6).astype(int)

by_step = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=0.0,
    warmup_target=PEAK,
    warmup_steps=WARMUP,
    decay_steps=STEPS - WARMUP,
)


def by_epoch(epoch, rate):
    return PEAK * 0.5 * (1 + math.cos(math.pi * epoch / 10))


class Rates(keras.callbacks.Callback):
    """Notes the rate before each step."""

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))


def rates(optimizer, callbacks=()):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
    model.compile(optimizer, loss="sparse_categorical_crossentropy")
    seen = Rates()
    # Ten epochs of six batches.
    callbacks = [*callbacks, seen]
    model.fit(x, y, batch_size=10, epochs=10, verbose=0, callbacks=callbacks)
    return seen.rates


SHOWN = [0, 1, 5, 6, 10, 11, 35, 59]


def line(name, rates):
    print(f"{name:9}", *(f"{rates[step]:.6f}" for step in SHOWN))


print("step     ", *(f"{step:8}" for step in SHOWN))
line("by step", rates(keras.optimizers.Adam(by_step)))
scheduler = keras.callbacks.LearningRateScheduler(by_epoch)
line("by epoch", rates(keras.optimizers.Adam(), [scheduler]))
