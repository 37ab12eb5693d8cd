"""A range test and a sweep on the digits."""

import pathlib

import keras
import numpy as np

keras.config.set_floatx("float64")
book = pathlib.Path(__file__).parents[2]
table = np.loadtxt(book / "training/data/digits.csv", delimiter=",")
train = np.arange(len(table)) % 50 < 40
x, y = table[train, :64] / 16, table[train, 64].astype(int)


def compiled(learning_rate):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy")
    return model


class RangeTest(keras.callbacks.Callback):
    """Raises the rate at every batch, by the same factor."""

    def on_train_begin(self, logs=None):
        self.rates, self.losses = np.geomspace(1e-5, 1, 135), []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


test = RangeTest()
compiled(1e-5).fit(x, y, batch_size=32, epochs=3, verbose=0, callbacks=[test])
for decade in np.arange(0, 135, 27):
    mean = np.mean(test.losses[decade:decade + 27])
    print(f"up to {test.rates[decade + 26]:<8.2g} mean loss {mean:.2g}")

for rate in [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1]:
    history = compiled(rate).fit(x, y, batch_size=32, epochs=5, verbose=0)
    print(f"rate {rate:<6g} loss {history.history['loss'][-1]:.2g}")
