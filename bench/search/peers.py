"""One search of a peer: peers.py PEER FOLDER SECONDS THREADS; prints the loss on the test rows and the seconds as one line of JSON."""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
peer, folder, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score

task = open(f"{folder}/task").read()
train, test = pd.read_csv(f"{folder}/train.csv"), pd.read_csv(f"{folder}/test.csv")
texts = [name for name in train if train[name].dtype.kind not in "if" and name != "target"]
for name in texts:
    kinds = pd.CategoricalDtype(sorted(train[name].dropna().unique()))
    train[name], test[name] = train[name].astype(kinds), test[name].astype(kinds)
x, xt = train.drop(columns="target"), test.drop(columns="target")
if task == "regression":
    classes, y, yt = None, train.target, test.target
else:
    classes = sorted(train.target.unique())
    y, yt = train.target.map(classes.index).astype(int), test.target.map(classes.index).astype(int)


def loss(answers, truth=None):
    truth = yt if truth is None else truth
    if task == "regression":
        return mean_squared_error(truth, answers) ** 0.5
    if task == "binary":
        return 1 - roc_auc_score(truth, answers[:, 1])
    return log_loss(truth, answers, labels=range(len(classes)))


begun = time.perf_counter()
if peer == "flaml":
    from flaml import AutoML

    metric = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}[task]
    model = AutoML()
    model.fit(x, y, task="regression" if task == "regression" else "classification", metric=metric, time_budget=seconds, n_jobs=threads, seed=1, verbose=0)
    answers = model.predict(xt) if classes is None else model.predict_proba(xt)
elif peer == "autogluon":
    import tempfile

    from autogluon.tabular import TabularPredictor

    metric = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "root_mean_squared_error"}[task]
    with tempfile.TemporaryDirectory() as place:
        model = TabularPredictor("target", problem_type=task, eval_metric=metric, path=place, verbosity=0)
        model.fit(x.assign(target=y), time_limit=seconds, num_cpus=threads, num_gpus=0, presets="medium_quality")
        answers = model.predict(xt).to_numpy() if classes is None else model.predict_proba(xt).to_numpy()
else:
    import lightgbm
    import optuna
    from sklearn.model_selection import train_test_split

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    kind = {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}[task]
    a, b, ya, yb = train_test_split(x, y, test_size=0.25, random_state=0, stratify=None if classes is None else y)
    best = [np.inf, None]

    def objective(trial):
        settings = dict(
            objective=kind,
            num_threads=threads,
            verbose=-1,
            seed=1,
            num_leaves=trial.suggest_int("num_leaves", 4, 128, log=True),
            learning_rate=trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
            min_data_in_leaf=trial.suggest_int("min_data_in_leaf", 1, 128, log=True),
            lambda_l2=trial.suggest_float("lambda_l2", 1e-3, 100, log=True),
            bagging_fraction=trial.suggest_float("bagging_fraction", 0.5, 1),
            bagging_freq=1,
            feature_fraction=trial.suggest_float("feature_fraction", 0.3, 1),
        )
        if task == "multiclass":
            settings["num_class"] = len(classes)
        model = lightgbm.train(settings, lightgbm.Dataset(a, ya), 2000, valid_sets=[lightgbm.Dataset(b, yb)], callbacks=[lightgbm.early_stopping(30, verbose=False)])
        score = loss(shape(model.predict(b)), yb)
        if score < best[0]:
            best[:] = [score, model]
        return score

    def shape(values):
        return np.stack([1 - values, values], 1) if task == "binary" else values

    optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1)).optimize(objective, timeout=seconds)
    answers = shape(best[1].predict(xt))
print(json.dumps(dict(loss=float(loss(answers)), seconds=time.perf_counter() - begun)))
