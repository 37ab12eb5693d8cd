"""A rate given, left out, read and set, and what does not set it."""

import keras
import numpy as np

x = np.linspace(0, 1, 60).reshape(-1, 1)
y = (x[:, 0] > 0.6).astype(int)


def model():
    keras.utils.set_random_seed(1)
    return keras.Sequential([
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ])


def compiled(optimizer):
    new = model()
    new.compile(optimizer, loss="sparse_categorical_crossentropy")
    return new


def rate(of):
    return f"{float(of.optimizer.learning_rate):.4g}"


given = compiled(keras.optimizers.Adam(learning_rate=0.0001))
print("given:                     ", rate(given))
print("left out:                  ", rate(compiled(keras.optimizers.Adam())))
print("left out, by name:         ", rate(compiled("adam")))

given.optimizer.learning_rate = 0.01
print("set:                       ", rate(given))
given.optimizer.lr = 0.5
print("after optimizer.lr = 0.5:  ", rate(given))

at_first = keras.optimizers.Adam(learning_rate=0.0001)
once = compiled(at_first)
once.fit(x, y, batch_size=60, epochs=10, verbose=0)
print("steps counted:             ", int(at_first.iterations))
once.compile(
    keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
)
print("compiled anew, rate, steps:", rate(once), int(once.optimizer.iterations))

decaying = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=100)
scheduled = compiled(keras.optimizers.Adam(decaying))
try:
    scheduled.optimizer.learning_rate = 0.5
except TypeError as error:
    print("with a schedule:           ", str(error).split(".")[0])
