"""The lesson's network, from a start that is written down."""

import json
import pathlib

import keras
import numpy as np

keras.config.set_floatx("float64")
book = pathlib.Path(__file__).parents[2]
runs = json.loads((book / "training/reference/seed_model.json").read_text())


def lesson(weights):
    model = keras.Sequential([
        keras.Input((1,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(
            32,
            activation="relu",
            kernel_regularizer=keras.regularizers.L2(0.01),
        ),
        keras.layers.Dense(2, activation="sigmoid"),
    ])
    model.set_weights([np.array(entries) for entries in weights])
    return model


for run in runs:
    optimizer = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
    model = lesson(run["initial_weights"])
    model.compile(
        optimizer[run["optimizer"]](learning_rate=run["learning_rate"]),
        loss="sparse_categorical_crossentropy",
    )
    x = (np.array(run["ages"], dtype=float).reshape(-1, 1) - 13) / 87
    y = np.array(run["labels"])
    losses = []
    for batch in 3 * [slice(start, start + 10) for start in range(0, 60, 10)]:
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[batch], y[batch])))
    print(f"{run['optimizer']:5}", *(f"{loss:.9f}" for loss in losses[::17]))
