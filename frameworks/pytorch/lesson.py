"""The lesson's network, from a start that is written down."""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
book = pathlib.Path(__file__).parents[2]
runs = json.loads((book / "training/reference/seed_model.json").read_text())


def lesson(weights):
    model = torch.nn.Sequential(
        torch.nn.Linear(1, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 2),
        torch.nn.Sigmoid(),
    )
    with torch.no_grad():
        # A kernel is outputs × inputs here, inputs × outputs in Keras.
        for parameter, entries in zip(model.parameters(), weights):
            entries = torch.tensor(entries)
            parameter.copy_(entries if entries.dim() == 1 else entries.mT)
    return model


def loss(model, x, y):
    """As Keras has it: outputs divided by their sum, clipped, and a penalty."""
    outputs = model(x)
    shares = outputs / outputs.sum(1, keepdim=True)
    right = shares[torch.arange(len(y)), y].clamp(1e-7, 1 - 1e-7)
    return -right.log().mean() + 0.01 * model[2].weight.square().sum()


for run in runs:
    model = lesson(run["initial_weights"])
    optimizers = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    optimizer = optimizers[run["optimizer"]]
    optimizer = optimizer(model.parameters(), lr=run["learning_rate"])
    x = (torch.tensor(run["ages"]).reshape(-1, 1) - 13) / 87
    y = torch.tensor(run["labels"])
    losses = []
    for batch in 3 * [slice(start, start + 10) for start in range(0, 60, 10)]:
        optimizer.zero_grad()
        batch_loss = loss(model, x[batch], y[batch])
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    print(f"{run['optimizer']:5}", *(f"{loss:.9f}" for loss in losses[::17]))
