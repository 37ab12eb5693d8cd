"""Clipping and decay: one step on two weights whose gradients are 3 and 4."""

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD, Adam, AdamW


def step(optimizer, gradients, clip=None, lr=0.1, **settings):
    weights = [torch.nn.Parameter(torch.ones(1)) for _ in gradients]
    for weight, gradient in zip(weights, gradients):
        weight.grad = torch.tensor([gradient])
    if clip is not None:
        clip(weights, 1.0)
    optimizer(weights, lr=lr, **settings).step()
    return [f"{weight.item():.4f}" for weight in weights]


print("plain              ", *step(SGD, [3.0, 4.0]))
print("clip_grad_value_   ", *step(SGD, [3.0, 4.0], clip_grad_value_))
print("clip_grad_norm_    ", *step(SGD, [3.0, 4.0], clip_grad_norm_))
print("Adam, the same     ", *step(Adam, [3.0, 4.0], clip_grad_norm_))
print("SGD, decay         ", *step(SGD, [0.0, 0.0], weight_decay=0.5))
print("Adam, decay        ", *step(Adam, [0.0, 0.0], weight_decay=0.5))
print("Adam, a 500th      ", *step(Adam, [0.0, 0.0], weight_decay=0.001))
print("AdamW, decay       ", *step(AdamW, [0.0, 0.0], weight_decay=0.5))
less = {"lr": 0.2, "weight_decay": 0.05}
print("AdamW, other rate  ", *step(AdamW, [0.0, 0.0], **less))
left_out = AdamW([torch.nn.Parameter(torch.ones(1))])
print("left out of AdamW  ", left_out.defaults["weight_decay"])
