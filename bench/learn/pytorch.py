"""One measured training of PyTorch, eager: pytorch.py LEARNER pytorch|pytorch-sparse FOLDER SPEC; prints what it took as one line of JSON."""
import json
import resource
import sys
import time

learner, side, folder, spec = *sys.argv[1:4], json.loads(sys.argv[4])
sparse = side == "pytorch-sparse"
mixed = spec.get("precision") == "mixed"
import numpy as np
import torch
from torch import nn

torch.set_num_threads(spec["threads"])
torch.manual_seed(1)
accelerated = spec.get("device") == "gpu" and torch.accelerator.is_available()
device = torch.accelerator.current_accelerator() if accelerated else torch.device("cpu")
finished = torch.accelerator.synchronize if accelerated else lambda: None
read = lambda name: torch.from_numpy(np.fromfile(f"{folder}/{name}", np.float32))
width, categorical, levels = spec["width"], spec["categorical"], spec.get("levels")
x, y = read("x").reshape(-1, width), read("y").long()


class Tabular(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList([nn.Embedding(levels, 16, sparse=sparse) for _ in range(categorical)])
        wide = width - categorical + 16 * categorical
        self.dense = nn.Sequential(nn.Linear(wide, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 2))

    def forward(self, rows):
        numbers, codes = rows[:, : width - categorical], rows[:, width - categorical :].long()
        return self.dense(torch.cat([numbers] + [table(codes[:, i]) for i, table in enumerate(self.tables)], 1))


if learner == "dense-network":
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    batch, epochs, optimizer = 128, 5, torch.optim.SGD(model.parameters(), lr=0.1)
elif learner == "convolution":
    x, y = x[:12_800], y[:12_800]
    block = lambda before, filters: [nn.Conv2d(before, filters, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
    model = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), *block(1, 16), *block(16, 32), nn.Flatten(), nn.Linear(32 * 49, 10))
    batch, epochs, optimizer = 128, 3, torch.optim.SGD(model.parameters(), lr=0.05)
else:
    model = Tabular()
    dense = model.dense.parameters() if sparse else model.parameters()
    batch, epochs, optimizer = 256, 3, torch.optim.AdamW(dense, lr=0.001, weight_decay=0.01)
optimizers = [optimizer, *([torch.optim.SparseAdam(model.tables.parameters(), lr=0.001)] if sparse else [])]
model, loss = model.to(device), nn.CrossEntropyLoss()
x, y = x.to(device), y.to(device)
scaler = torch.amp.GradScaler(device.type) if mixed else None


def step(features, labels):
    model.zero_grad()
    if scaler:
        with torch.autocast(device.type, torch.float16):
            error = loss(model(features), labels)
        scaler.scale(error).backward()
        for each in optimizers:
            scaler.step(each)
        scaler.update()
        return
    loss(model(features), labels).backward()
    for each in optimizers:
        each.step()


peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, first, took = peak(), 0, []
for _ in range(epochs):
    begun, order = time.perf_counter(), torch.randperm(len(x), device=device)
    for start in range(0, len(x) - batch + 1, batch):
        rows = order[start : start + batch]
        step(x[rows], y[rows])
        first = first or time.time()
    finished()
    took.append(time.perf_counter() - begun)
megabytes = peak() - before
with torch.no_grad():
    right = (model(read("xt").reshape(-1, width).to(device)).argmax(1).cpu() == read("yt").long()).float().mean().item()
np.zeros(1, np.float32).tofile(f"{folder}/answers")
print(json.dumps(dict(seconds=sorted(took)[epochs // 2], megabytes=megabytes, firstRound=first * 1000, accuracy=right, device=device.type)))
