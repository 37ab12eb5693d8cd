"""A rate given, left out, read and set, and what does not set it."""

import torch

torch.manual_seed(1)
model = torch.nn.Sequential(
    torch.nn.Linear(1, 16),
    torch.nn.ReLU(),
    torch.nn.Linear(16, 2),
)


def rate(optimizer):
    return optimizer.param_groups[0]["lr"]


given = torch.optim.Adam(model.parameters(), lr=0.0001)
print("given:                    ", rate(given))
print("left out:                 ", rate(torch.optim.Adam(model.parameters())))

for group in given.param_groups:
    group["lr"] = 0.01
print("set:                      ", rate(given))
given.lr = 0.5
print("after optimizer.lr = 0.5: ", rate(given))
given.defaults["lr"] = 0.5
print("after defaults[\"lr\"] = 0.5:", rate(given))

slow_start = torch.optim.Adam([
    {"params": model[0].parameters()},
    {"params": model[2].parameters(), "lr": 0.001},
], lr=0.0001)
print("one rate a group:         ", [g["lr"] for g in slow_start.param_groups])

saved = given.state_dict()
again = torch.optim.Adam(model.parameters(), lr=0.0001)
again.load_state_dict(saved)
print("after load_state_dict:    ", rate(again))
