"""Warmup and a cosine, by step and by epoch, and what each counts."""

import math

import torch

WARMUP, STEPS, PEAK = 10, 60, 0.01


def by_step(step):
    """A factor of the rate that the optimizer was given."""
    if step < WARMUP:
        return step / WARMUP
    share = (step - WARMUP) / (STEPS - WARMUP)
    return 0.5 * (1 + math.cos(math.pi * share))


def rates(schedule, at_every_step):
    weight = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.Adam([weight], lr=PEAK)
    scheduler = schedule(optimizer)
    seen = []
    for epoch in range(10):
        for batch in range(6):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            weight.square().sum().backward()
            optimizer.step()
            if at_every_step:
                scheduler.step()
        if not at_every_step:
            scheduler.step()
    return seen


SHOWN = [0, 1, 5, 6, 10, 11, 35, 59]


def line(name, rates):
    print(f"{name:9}", *(f"{rates[step]:.6f}" for step in SHOWN))


def warmup_and_cosine(optimizer):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, by_step)


def cosine(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)


print("step     ", *(f"{step:8}" for step in SHOWN))
line("by step", rates(warmup_and_cosine, at_every_step=True))
line("by epoch", rates(cosine, at_every_step=False))
line("misplaced", rates(warmup_and_cosine, at_every_step=False))
