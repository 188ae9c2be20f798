"""What scikit-learn and LightGBM answer, with the parameters of ours: twins.py FOLDER ALGORITHM…; writes twin-ALGORITHM-FOLD beside the data, and twin-ALGORITHM-told-FOLD where texts are a column a value."""
import copy
import json
import os
import sys
import warnings

import numpy as np
from lightgbm import LGBMClassifier, LGBMRegressor, early_stopping
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.filterwarnings("ignore")
place, algorithms = sys.argv[1], sys.argv[2:]


class Data:
    def __init__(self, folder):
        self.folder, shape = folder, json.load(open(f"{folder}/shape.json"))
        self.classes, self.folds, rows = shape["classes"], shape["folds"], shape["rows"]
        read = lambda name, kind: np.fromfile(f"{folder}/{name}", kind).reshape(rows, -1)
        # Ours learns float32.
        self.numbers, self.codes = read("numbers", np.float64).astype(np.float32), read("codes", np.int32)
        self.y = read("target", np.float64)[:, 0]
        if self.classes:
            self.y = self.y.astype(int)
        self.parts = read("parts", np.int32)
        self.x = np.concatenate([self.numbers, self.codes], 1)
        self.numeric = list(range(self.numbers.shape[1]))
        self.texts = list(range(self.numbers.shape[1], self.x.shape[1]))

    def one_hot(self):
        return OneHotEncoder(min_frequency=2, handle_unknown="infrequent_if_exist", sparse_output=False)

    def dense(self):
        """Standardised numbers, the mean where one is missing and a column that says so, and a column a text."""
        numbers = make_pipeline(StandardScaler(), SimpleImputer(add_indicator=True))
        return ColumnTransformer([("numbers", numbers, self.numeric), ("texts", self.one_hot(), self.texts)])

    def plain(self):
        """For trees: a text is one column here and there, so that as many columns are drawn; places are by no order, as ours know none."""
        places = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2)
        return ColumnTransformer([("numbers", "passthrough", self.numeric), ("texts", places, self.texts)])

    def told(self):
        """The other way for trees: a column a value, of which a branch tells one from all others."""
        return ColumnTransformer([("numbers", "passthrough", self.numeric), ("texts", self.one_hot(), self.texts)])


def simple(encoder, classifier, regressor):
    def fit(data, train, _held):
        model = make_pipeline(getattr(data, encoder)(), classifier() if data.classes else regressor())
        model.fit(data.x[train], data.y[train])
        return model.predict_proba if data.classes else model.predict

    return fit


def forest(classifier, regressor, share, encoder="plain"):
    shared = dict(n_estimators=100, min_samples_leaf=5, random_state=1, n_jobs=2)
    return simple(encoder, lambda: classifier(**shared), lambda: regressor(max_features=share, **shared))


def boosting(data, train, held):
    settings = dict(n_estimators=300, num_leaves=31, learning_rate=0.1, max_bin=255, min_child_samples=20, reg_lambda=1, random_state=1, n_jobs=2, verbose=-1)
    model = (LGBMClassifier if data.classes else LGBMRegressor)(**settings)
    x = np.where(data.x < 0, np.nan, data.x) if not data.numeric else data.x.copy()
    for column in data.texts:
        x[:, column][x[:, column] < 0] = np.nan
    model.fit(x[train], data.y[train], eval_set=[(x[held], data.y[held])], categorical_feature=data.texts or "auto", callbacks=[early_stopping(30, verbose=False)])
    answer = model.predict_proba if data.classes else model.predict
    return lambda rows: answer(np.where(np.isin(np.arange(rows.shape[1]), data.texts) & (rows < 0), np.nan, rows))


def tree(encoder):
    """Pruned by the complexity of its path whose squared error on the held rows is least, as ours is."""

    def fit(data, train, held):
        rows = getattr(data, encoder)().fit(data.x[train])
        kind = DecisionTreeClassifier if data.classes else DecisionTreeRegressor
        settings = dict(max_depth=8, min_samples_leaf=10, random_state=1)
        x, xh, y = rows.transform(data.x[train]), rows.transform(data.x[held]), data.y[train]
        truth = np.eye(data.classes)[data.y[held]] if data.classes else data.y[held]
        best = (np.inf, None)
        for alpha in np.unique(kind(**settings).cost_complexity_pruning_path(x, y).ccp_alphas):
            # A complexity of its path is where a branch gives way, but for rounding.
            model = kind(**settings, ccp_alpha=max(0, alpha) * (1 + 1e-9) + 1e-15).fit(x, y)
            loss = (((model.predict_proba(xh) if data.classes else model.predict(xh)) - truth) ** 2).sum()
            if loss <= best[0]:
                best = (loss, model)
        answer = best[1].predict_proba if data.classes else best[1].predict
        return lambda asked: answer(rows.transform(asked))

    return fit


def support_vectors(data, train, held):
    encoder = data.dense().fit(data.x[train])
    x = lambda rows: encoder.transform(rows)
    model = LinearSVC(C=1, intercept_scaling=100, max_iter=100_000).fit(x(data.x[train]), data.y[train])
    model = CalibratedClassifierCV(FrozenEstimator(model), method="sigmoid").fit(x(data.x[held]), data.y[held])
    return lambda rows: model.predict_proba(x(rows))


def bayes(data, train, _held):
    """Numbers by a normal distribution, all else by counts: their joint log-probabilities added, less the prior that all count."""
    numbers = make_pipeline(StandardScaler(), SimpleImputer(add_indicator=True)).fit(data.numbers[train]) if data.numeric else None
    split = lambda rows: numbers.transform(rows[:, data.numeric]) if numbers else np.zeros((len(rows), 0))
    width, y = len(data.numeric), data.y[train]
    prior = np.log(np.bincount(y, minlength=data.classes) / len(y))
    known, parts = split(data.x[train]), []
    if width:
        gauss = GaussianNB().fit(known[:, :width], y)
        parts.append(lambda rows: gauss.predict_joint_log_proba(split(rows)[:, :width]) - prior)
    if known.shape[1] > width:
        marks = BernoulliNB().fit(known[:, width:], y)
        parts.append(lambda rows: marks.predict_joint_log_proba(split(rows)[:, width:]) - prior)
    for column in data.texts:
        values, found = np.unique(data.x[train][:, column], return_counts=True)
        encoder = OneHotEncoder(categories=[values[found > 1]], handle_unknown="ignore", sparse_output=False).fit(data.x[train][:, [column]])
        ones = encoder.transform(data.x[train][:, [column]])
        counts = np.stack([ones[y == k].sum(0) for k in range(data.classes)]) + 1
        shares = np.log(counts / counts.sum(1, keepdims=True))
        parts.append(lambda rows, encoder=encoder, column=column, shares=shares: encoder.transform(rows[:, [column]]) @ shares.T)

    def answer(rows):
        joint = prior + sum(part(rows) for part in parts)
        joint = np.exp(joint - joint.max(1, keepdims=True))
        return joint / joint.sum(1, keepdims=True)

    return answer


def network(data, train, held):
    """An epoch after the other; the one with the lowest validation loss is kept, after 20 without a better one it ends."""
    encoder = data.dense().fit(data.x[train])
    x, xh = encoder.transform(data.x[train]), encoder.transform(data.x[held])
    settings = dict(hidden_layer_sizes=[128], learning_rate_init=0.003, batch_size=min(64, len(x)), alpha=0.001 * 64, random_state=1)
    mean, spread = (0, 1) if data.classes else (data.y[train].mean(), data.y[train].std())
    y, yh = (data.y[train], data.y[held]) if data.classes else ((data.y[train] - mean) / spread, (data.y[held] - mean) / spread)
    model = (MLPClassifier if data.classes else MLPRegressor)(**settings)
    best, waited = (np.inf, None), 0
    for _ in range(100):
        model.partial_fit(x, y, **(dict(classes=range(data.classes)) if data.classes else {}))
        loss = -np.log(np.maximum(model.predict_proba(xh)[np.arange(len(yh)), yh], 1e-12)).mean() if data.classes else ((model.predict(xh) - yh) ** 2).mean()
        waited += 1
        if loss < best[0]:
            best, waited = (loss, copy.deepcopy(model)), 0
        if waited >= 20:
            break
    model = best[1]
    return lambda rows: model.predict_proba(encoder.transform(rows)) if data.classes else model.predict(encoder.transform(rows)) * spread + mean


twins = {
    "baseline": simple("plain", lambda: DummyClassifier(), lambda: DummyRegressor()),
    "linear": simple("dense", lambda: LogisticRegression(C=1, max_iter=10_000, tol=1e-8), lambda: Ridge(alpha=1)),
    "linear-svm": support_vectors,
    "gradient-boosting": boosting,
    "random-forest": forest(RandomForestClassifier, RandomForestRegressor, 1 / 3),
    "extra-trees": forest(ExtraTreesClassifier, ExtraTreesRegressor, 1.0),
    "decision-tree": tree("plain"),
    "random-forest-told": forest(RandomForestClassifier, RandomForestRegressor, 1 / 3, "told"),
    "extra-trees-told": forest(ExtraTreesClassifier, ExtraTreesRegressor, 1.0, "told"),
    "decision-tree-told": tree("told"),
    "neural-network": network,
    "nearest-neighbours": simple("dense", lambda: KNeighborsClassifier(5), lambda: KNeighborsRegressor(5)),
    "naive-bayes": bayes,
}
for kind in ["shipped", "made"]:
    for name in sorted(os.listdir(f"{place}/{kind}")):
        data = Data(f"{place}/{kind}/{name}")
        for algorithm in algorithms:
            if not data.classes and algorithm in ("linear-svm", "naive-bayes"):
                continue
            for fold in range(data.folds):
                train, held, test = (np.flatnonzero(data.parts[:, fold] == part) for part in range(3))
                for twin in [algorithm, f"{algorithm}-told"] if f"{algorithm}-told" in twins and data.texts else [algorithm]:
                    answers = twins[twin](data, train, held)(data.x[test])
                    np.asarray(answers, np.float64).tofile(f"{data.folder}/twin-{twin}-{fold}")
