"""A range test and a sweep on the digits."""

import pathlib

import torch

torch.set_default_dtype(torch.float64)
book = pathlib.Path(__file__).parents[2]
lines = (book / "training/data/digits.csv").read_text().split()
table = torch.tensor([[int(n) for n in line.split(",")] for line in lines])
train = torch.arange(len(table)) % 50 < 40
x, y = table[train, :64] / 16, table[train, 64]


def model_and_optimizer(learning_rate):
    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 10),
    )
    return model, torch.optim.Adam(model.parameters(), lr=learning_rate)


def batches():
    return torch.randperm(len(y)).split(32)


def step(model, optimizer, batch):
    """The loss of a batch before the step on it."""
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x[batch]), y[batch])
    loss.backward()
    optimizer.step()
    return loss.item()


# The range test: the rate is raised at every batch, by the same factor.
model, optimizer = model_and_optimizer(1e-5)
rates, losses = torch.logspace(-5, 0, 135).tolist(), []
for batch in [batch for epoch in range(3) for batch in batches()]:
    optimizer.param_groups[0]["lr"] = rates[len(losses)]
    losses.append(step(model, optimizer, batch))
for decade in range(0, 135, 27):
    mean = sum(losses[decade:decade + 27]) / 27
    print(f"up to {rates[decade + 26]:<8.2g} mean loss {mean:.2g}")

for rate in [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1]:
    model, optimizer = model_and_optimizer(rate)
    for epoch in range(5):
        parts = batches()
        losses = [step(model, optimizer, batch) for batch in parts]
    of_samples = sum(loss * len(batch) for loss, batch in zip(losses, parts))
    print(f"rate {rate:<6g} loss {of_samples / len(y):.2g}")
