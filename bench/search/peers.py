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


def loss(answers):
    if task == "regression":
        return mean_squared_error(yt, answers) ** 0.5
    if task == "binary":
        return 1 - roc_auc_score(yt, answers[:, 1])
    return log_loss(yt, answers, labels=range(len(classes)))


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
    shared = dict(objective=task, num_threads=threads, verbose=-1, seed=1, bagging_freq=1, metric={"binary": "auc", "multiclass": "multi_logloss", "regression": "rmse"}[task])
    if task == "multiclass":
        shared["num_class"] = len(classes)
    stratify = None if classes is None else y
    # As it is usually done: folds where rows are few, else a part of them; at the end the best settings and rounds on all rows.
    few = len(x) < 3000
    a, b, ya, yb = train_test_split(x, y, test_size=0.25, random_state=0, stratify=stratify)
    best = [np.inf, None]

    def objective(trial):
        settings = dict(
            shared,
            num_leaves=trial.suggest_int("num_leaves", 4, 128, log=True),
            learning_rate=trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
            min_data_in_leaf=trial.suggest_int("min_data_in_leaf", 1, 128, log=True),
            lambda_l2=trial.suggest_float("lambda_l2", 1e-3, 100, log=True),
            bagging_fraction=trial.suggest_float("bagging_fraction", 0.5, 1),
            feature_fraction=trial.suggest_float("feature_fraction", 0.3, 1),
        )
        stopping = [lightgbm.early_stopping(30, verbose=False)]
        if few:
            found = lightgbm.cv(settings, lightgbm.Dataset(x, y), 2000, nfold=5, stratified=stratify is not None, seed=1, callbacks=stopping)
            curve = next(values for name, values in found.items() if name.endswith("-mean"))
            rounds, score = len(curve), curve[-1]
        else:
            model = lightgbm.train(settings, lightgbm.Dataset(a, ya), 2000, valid_sets=[lightgbm.Dataset(b, yb)], callbacks=stopping)
            rounds, score = model.best_iteration, model.best_score["valid_0"][shared["metric"]]
        score = -score if task == "binary" else score
        if score < best[0]:
            best[:] = [score, (settings, rounds)]
        return score

    optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1)).optimize(objective, timeout=seconds)
    settings, rounds = best[1]
    values = lightgbm.train(settings, lightgbm.Dataset(x, y), rounds).predict(xt)
    answers = np.stack([1 - values, values], 1) if task == "binary" else values
print(json.dumps(dict(loss=float(loss(answers)), seconds=time.perf_counter() - begun)))
