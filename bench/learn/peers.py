"""One measured training of a peer: peers.py LEARNER PEER FOLDER SPEC; prints what it took as one line of JSON."""
import json
import resource
import sys
import time

learner, peer, folder, spec = *sys.argv[1:4], json.loads(sys.argv[4])
import numpy as np

width, categorical, threads, rounds = spec["width"], spec["categorical"], spec["threads"], spec["rounds"]
read = lambda name: np.fromfile(f"{folder}/{name}", np.float32)
x, y = read("x").reshape(-1, width), read("y")
categories = list(range(width - categorical, width))
first = [0.0]


def shown():
    first[0] = first[0] or time.time()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if peer == "lightgbm":
    import lightgbm

    settings = dict(objective="binary", num_leaves=31, max_bin=255, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1.0)
    settings.update(num_threads=threads, verbose=-1)
    before, begun = peak(), time.perf_counter()
    data = lightgbm.Dataset(x, y, params=settings, categorical_feature=categories or "auto")
    model = lightgbm.train(settings, data, rounds, callbacks=[lambda _: shown()])
    answer = model.predict
elif peer == "xgboost":
    import xgboost

    class Shown(xgboost.callback.TrainingCallback):
        def after_iteration(self, model, epoch, evals_log):
            shown()
            return False

    types = ["q"] * (width - categorical) + ["c"] * categorical
    made = lambda values, **rest: xgboost.QuantileDMatrix(values, feature_types=types, enable_categorical=True, max_bin=255, nthread=threads, **rest)
    settings = dict(objective="binary:logistic", tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, max_bin=255)
    settings.update(learning_rate=0.1, reg_lambda=1.0, min_child_weight=5, nthread=threads)
    before, begun = peak(), time.perf_counter()
    data = made(x, label=y)
    model = xgboost.train(settings, data, rounds, callbacks=[Shown()])
    answer = lambda rows: model.predict(made(rows, ref=data))
elif learner == "random-forest":
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(n_estimators=rounds, n_jobs=threads, random_state=1)
    before, begun = peak(), time.perf_counter()
    model.fit(x, y)
    answer = lambda rows: model.predict_proba(rows)[:, 1]
elif learner == "logistic":
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1, max_iter=1000))
    before, begun = peak(), time.perf_counter()
    model.fit(x, y)
    answer = lambda rows: model.predict_proba(rows)[:, 1]
else:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(max_iter=rounds, max_leaf_nodes=31, max_bins=255, learning_rate=0.1, min_samples_leaf=20, l2_regularization=1.0, early_stopping=False, categorical_features=categories or None)
    before, begun = peak(), time.perf_counter()
    model.fit(x, y)
    answer = lambda rows: model.predict_proba(rows)[:, 1]
if learner == "tree-shap":
    import shap

    # The training above is not measured, and only some rows are explained.
    rows = read("xt").reshape(-1, width)[:10_000]
    before, begun = peak(), time.perf_counter()
    explainer = shap.TreeExplainer(model)
    values = explainer.shap_values(rows)
    answer = lambda _: values.sum(1) + explainer.expected_value
seconds, megabytes = time.perf_counter() - begun, peak() - before
np.asarray(answer(read("xt").reshape(-1, width)), np.float32).tofile(f"{folder}/answers")
print(json.dumps(dict(seconds=seconds, megabytes=megabytes, firstRound=first[0] * 1000)))
