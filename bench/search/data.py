"""
The data of the search bench: data.py FOLDER; for each data set a folder with train.csv, test.csv and task, from fixed seeds. Seven are real, as
scikit-learn and statsmodels ship them; five are made, one of them here, since no maker of scikit-learn's gives categories and missing values.
"""
import os
import sys

import numpy as np
import pandas as pd
import statsmodels.api as statsmodels
from sklearn import datasets
from sklearn.model_selection import train_test_split

folder = sys.argv[1]


def shipped(load):
    data = load()
    return pd.DataFrame(data.data, columns=[f"x{i}" for i in range(data.data.shape[1])]), data.target


def made(kind, seed, rows, **settings):
    x, y = getattr(datasets, kind)(n_samples=rows, random_state=seed, **settings)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]), y


def survey(name, target, of=lambda values: values, categories=(), without=()):
    frame = getattr(statsmodels.datasets, name).load_pandas().data.drop(columns=list(without))
    for each in categories:
        frame[each] = [f"v{int(value)}" for value in frame[each]]
    return frame.drop(columns=target), of(frame[target]).to_numpy()


def mixed(seed, rows):
    """Twelve numbers, a tenth missing, and six categories; what is to be told depends on both and on products of them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 12))
    sizes = [2, 3, 5, 8, 20, 40]
    codes = [rng.integers(0, size, rows) for size in sizes]
    effects = [rng.normal(size=size) for size in sizes]
    score = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + (x[:, 3] > 0.5) + 0.5 * x[:, 4]
    score = score + sum(effect[code] for effect, code in zip(effects, codes)) * 0.7 + codes[0] * x[:, 5]
    x[rng.random(x.shape) < 0.1] = np.nan
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(12)])
    for i, code in enumerate(codes):
        frame[f"c{i}"] = [f"v{value}" for value in code]
    noisy = score + rng.normal(size=rows)
    return frame, (noisy > np.median(noisy)).astype(int)


sets = {
    "breast cancer": ("binary", lambda: shipped(datasets.load_breast_cancer)),
    "wine": ("multiclass", lambda: shipped(datasets.load_wine)),
    "digits": ("multiclass", lambda: shipped(datasets.load_digits)),
    "diabetes": ("regression", lambda: shipped(datasets.load_diabetes)),
    "party": ("multiclass", lambda: survey("anes96", "PID", without=["logpopul"])),
    "affairs": ("binary", lambda: survey("fair", "affairs", lambda values: (values > 0).astype(int), ["occupation", "occupation_husb"])),
    "visits": ("regression", lambda: survey("randhie", "mdvis")),
    "clusters": ("binary", lambda: made("make_classification", 1, 6000, n_features=20, n_informative=8, n_clusters_per_class=4, flip_y=0.05)),
    "rare": ("binary", lambda: made("make_classification", 2, 8000, n_features=30, n_informative=6, weights=[0.95], flip_y=0.02)),
    "five classes": ("multiclass", lambda: made("make_classification", 3, 8000, n_features=20, n_informative=10, n_classes=5, flip_y=0.05)),
    "friedman": ("regression", lambda: made("make_friedman1", 5, 4000, n_features=15, noise=1.0)),
    "mixed": ("binary", lambda: mixed(6, 20000)),
}
for name, (task, make) in sets.items():
    x, y = make()
    frame = x.assign(target=y if task == "regression" else [f"k{int(value)}" for value in y])
    train, test = train_test_split(frame, test_size=0.25, random_state=0, stratify=None if task == "regression" else frame.target)
    os.makedirs(f"{folder}/{name}")
    train.to_csv(f"{folder}/{name}/train.csv", index=False)
    test.to_csv(f"{folder}/{name}/test.csv", index=False)
    with open(f"{folder}/{name}/task", "w") as file:
        file.write(task)
