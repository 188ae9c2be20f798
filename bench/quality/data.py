"""The data of the quality bench: data.py FOLDER; for each set a folder with its cells, its parts and, where it is known, what is true of it.

`numbers` float64 and `codes` int32 (−1: missing) are row-major; `target` float64 is a value or a class; `parts` int32 [rows, folds] says
0 for training, 1 for validation, 2 for test; `truth` float64 [rows, outputs] is the probability of each class, or the mean of the value.
"""
import json
import os
import sys

import numpy as np
from scipy.special import expit, softmax
from scipy.stats import norm
from sklearn import datasets
from sklearn.model_selection import KFold, StratifiedKFold

folder = sys.argv[1]
tested = 4000
none = np.zeros((0, 0))


def write(kind, name, numbers, codes, target, classes, parts, truth=None):
    place = f"{folder}/{kind}/{name}"
    os.makedirs(place)
    codes = codes if codes.size else np.zeros((len(target), 0))
    numbers = numbers if numbers.size else np.zeros((len(target), 0))
    np.ascontiguousarray(numbers, np.float64).tofile(f"{place}/numbers")
    np.ascontiguousarray(codes, np.int32).tofile(f"{place}/codes")
    np.ascontiguousarray(target, np.float64).tofile(f"{place}/target")
    np.ascontiguousarray(parts, np.int32).tofile(f"{place}/parts")
    if truth is not None:
        np.ascontiguousarray(truth, np.float64).tofile(f"{place}/truth")
    shape = dict(rows=len(target), numbers=numbers.shape[1], texts=codes.shape[1], classes=classes, folds=parts.shape[1])
    with open(f"{place}/shape.json", "w") as file:
        json.dump(shape, file)


def shipped(name, load, classes):
    """Five folds: each is tested once, and the next one validates meanwhile."""
    data = load()
    x, y = data.data, data.target
    folds = (StratifiedKFold if classes else KFold)(5, shuffle=True, random_state=0)
    parts = np.zeros((len(y), 5), np.int32)
    for k, (_, test) in enumerate(folds.split(x, y)):
        parts[test, k] = 2
        parts[test, (k - 1) % 5] = 1
    write("shipped", name, x, none, y, classes, parts)


shipped("iris", datasets.load_iris, 3)
shipped("wine", datasets.load_wine, 3)
shipped("breast cancer", datasets.load_breast_cancer, 2)
shipped("digits", datasets.load_digits, 10)
shipped("diabetes", datasets.load_diabetes, 0)


def gaussians(rng, rows, width):
    return rng.normal(size=(rows, width))


def levels(rng, rows, *sizes):
    return np.stack([rng.integers(0, size, rows) for size in sizes], 1)


def effects(rng, codes, spread):
    """One effect a level of each column, added up; missing ones have one too."""
    return sum(rng.normal(size=column.max() + 2)[column + 1] * spread for column in codes.T)


def holes(rng, x, share):
    return np.where(rng.random(x.shape) < share, np.nan, x)


# Each gives numbers, codes and what is true: the chance of the second class, the chances of all, or (mean, what is added to it).
def straight(rng, n):
    x = gaussians(rng, n, 10)
    return x, none, expit(x[:, :5] @ [1.5, -1, 0.8, 0.5, 0.3])


def straight_values(rng, n):
    x = gaussians(rng, n, 10)
    return x, none, (x[:, :5] @ [1.5, -1, 0.8, 0.5, 0.3], rng.normal(size=n))


def normal_classes(same):
    def make(rng, n):
        k = 3 if same else 2
        means, spreads = rng.normal(size=(k, 6)) * 1.2, np.ones((k, 6)) if same else rng.uniform(0.4, 2, (k, 6))
        of = rng.integers(0, k, n)
        x = means[of] + gaussians(rng, n, 6) * spreads[of]
        return x, none, softmax(np.stack([norm.logpdf(x, m, s).sum(1) for m, s in zip(means, spreads)], 1), 1)

    return make


def product(rng, n):
    x = gaussians(rng, n, 6)
    return x, none, expit(3 * x[:, 0] * x[:, 1])


def rings(rng, n):
    x = gaussians(rng, n, 4)
    return x, none, expit(4 * np.sin(3 * np.hypot(x[:, 0], x[:, 1])))


def rare(rng, n):
    x = gaussians(rng, n, 8)
    return x, none, expit(x[:, :3] @ [1.2, -0.8, 0.6] - 3.6)


def rare_product(rng, n):
    x = gaussians(rng, n, 8)
    return x, none, expit(2 * x[:, 0] * x[:, 1] + x[:, 2] - 5.5)


def noisy_rule(rng, n):
    x = gaussians(rng, n, 8)
    return x, none, np.where((x[:, 0] > 0) & (x[:, 1] < 0.5) | (x[:, 2] > 1), 0.7, 0.3)


def categories(rng, n):
    codes = levels(rng, n, 3, 4, 6, 10, 20)
    return none, codes, expit(effects(rng, codes, 0.8))


def many_values(rng, n):
    codes = levels(rng, n, 200, 5)
    x = gaussians(rng, n, 3)
    return x, codes, expit(effects(rng, codes, 1) + 0.5 * x[:, 0])


def slopes(rng, n):
    codes, x = levels(rng, n, 4, 8), gaussians(rng, n, 5)
    return x, codes, (np.array([-2, 0, 1, 3])[codes[:, 0]] * x[:, 0] + effects(rng, codes[:, 1:], 1), rng.normal(size=n))


def missing(rng, n):
    """A probit whose missing numbers are noise: the chance is known without them."""
    x, w = holes(rng, gaussians(rng, n, 8), 0.2), np.array([1.5, -1, 1, 0.7, 0.5, 0, 0, 0])
    return x, none, norm.cdf(np.nansum(x * w, 1) / np.sqrt(0.5 + (np.isnan(x) * w**2).sum(1)))


def telling_holes(rng, n):
    """Large values are missing, and so that they are says something."""
    x, w = gaussians(rng, n, 6), np.array([2, -1, 1, 0, 0, 0])
    seen = np.where(x > 1, np.nan, x)
    above = norm.pdf(1) / norm.sf(1)
    mean = np.where(np.isnan(seen), above, seen) @ w
    return seen, none, (mean, x @ w - mean + rng.normal(size=n))


def missing_texts(rng, n):
    codes = levels(rng, n, 4, 8, 12)
    codes[rng.random(codes.shape) < 0.2] = -1
    return gaussians(rng, n, 2), codes, expit(effects(rng, codes, 1))


def friedman(noise):
    def make(rng, n):
        x = rng.random((n, 10))
        mean = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
        return x, none, (mean, rng.normal(size=n) * noise)

    return make


def heavy_tails(rng, n):
    x = gaussians(rng, n, 6)
    return x, none, (x[:, 0] + np.abs(x[:, 1]) + np.sin(2 * x[:, 2]), rng.standard_t(3, n))


def steps(rng, n):
    x = rng.random((n, 6))
    return x, none, (np.floor(4 * x[:, 0]) * (x[:, 1] > 0.4) + 2 * (x[:, 2] > 0.7), rng.normal(size=n))


def hay(rng, n):
    x = gaussians(rng, n, 60)
    return x, none, (x[:, 0] - x[:, 1] + x[:, 2] * x[:, 0], rng.normal(size=n))


def five_classes(rng, n):
    x = gaussians(rng, n, 8)
    return x, none, softmax(x @ rng.normal(size=(8, 5)) * 0.8 + np.abs(x[:, :5]), 1)


def uneven_classes(rng, n):
    x, codes = gaussians(rng, n, 4), levels(rng, n, 5, 15)
    table = rng.normal(size=(5, 4))[codes[:, 0]] + rng.normal(size=(15, 4))[codes[:, 1]]
    return x, codes, softmax(table + x @ rng.normal(size=(4, 4)) * 0.5 + [2, 0, 0, -2], 1)


def skewed(rng, n):
    x = np.exp(1.5 * gaussians(rng, n, 8))
    return x, none, expit(np.log(x[:, :3]) @ [1, -0.7, 0.5])


def coin(rng, n):
    return gaussians(rng, n, 10), levels(rng, n, 10), np.full(n, 0.5)


def nothing(rng, n):
    return gaussians(rng, n, 10), none, (np.zeros(n), rng.normal(size=n))


def mixed(rng, n):
    x, codes = gaussians(rng, n, 10), levels(rng, n, 2, 5, 30)
    score = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + (x[:, 3] > 0.5) + codes[:, 0] * x[:, 4] + effects(rng, codes, 0.7)
    x[:, 5:] = holes(rng, x[:, 5:], 0.3)
    return x, codes, (score, rng.normal(size=n))


generators = {
    "straight": (straight, 1000),
    "straight, 100 rows": (straight, 100),
    "straight values": (straight_values, 1000),
    "straight values, 100 rows": (straight_values, 100),
    "three normal classes": (normal_classes(True), 600),
    "two normal classes of other spreads": (normal_classes(False), 800),
    "product": (product, 2000),
    "rings": (rings, 1500),
    "rare": (rare, 3000),
    "rare product": (rare_product, 4000),
    "noisy rule": (noisy_rule, 1000),
    "noisy rule, 200 rows": (noisy_rule, 200),
    "categories": (categories, 2000),
    "many values": (many_values, 3000),
    "slopes by category": (slopes, 2000),
    "missing": (missing, 2000),
    "missing that tells": (telling_holes, 2000),
    "missing texts": (missing_texts, 1500),
    "friedman": (friedman(1), 1000),
    "friedman, noisy": (friedman(5), 1000),
    "heavy tails": (heavy_tails, 1500),
    "steps": (steps, 1500),
    "needles in hay": (hay, 500),
    "five classes": (five_classes, 1500),
    "uneven classes": (uneven_classes, 2000),
    "skewed": (skewed, 1000),
    "a coin": (coin, 500),
    "no signal": (nothing, 500),
    "mixed": (mixed, 3000),
}
for seed, (name, (make, learned)) in enumerate(generators.items()):
    rng = np.random.default_rng(seed)
    held = learned // 3
    rows = learned + held + tested
    numbers, codes, truth = make(rng, rows)
    if isinstance(truth, tuple):
        truth, added = truth
        target, classes = truth + added, 0
    else:
        truth = truth if truth.ndim == 2 else np.stack([1 - truth, truth], 1)
        classes = truth.shape[1]
        target = (rng.random(rows)[:, None] > truth.cumsum(1)[:, :-1]).sum(1)
    parts = np.repeat([0, 1, 2], [learned, held, tested])[:, None]
    write("made", name, numbers, codes, target, classes, parts, truth)
