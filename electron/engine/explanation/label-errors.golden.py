"""Labels of scikit-learn's breast cancer data of which one in twenty is flipped, out-of-fold probabilities, and what cleanlab makes of them."""
import json, pathlib
import cleanlab, numpy, sklearn
from cleanlab.filter import find_label_issues
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

random = numpy.random.default_rng(7)
data, truth = load_breast_cancer(return_X_y=True)
is_flipped = random.random(len(truth)) < 0.05
labels = numpy.where(is_flipped, 1 - truth, truth)
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
second = cross_val_predict(model, data, labels, cv=5, method="predict_proba")[:, 1].round(4)
issues = find_label_issues(labels, numpy.stack([1 - second, second], axis=1), filter_by="confident_learning")
golden = {
    "versions": {"cleanlab": cleanlab.__version__, "scikit-learn": sklearn.__version__},
    "labels": "".join(map(str, labels)),
    "second": second.tolist(),
    "flipped": numpy.flatnonzero(is_flipped).tolist(),
    "issues": numpy.flatnonzero(issues).tolist(),
}
pathlib.Path(__file__).with_name("label-errors.golden.json").write_text(json.dumps(golden) + "\n")
for name, rows in [("cleanlab", issues), ("a tenth", issues & (numpy.where(labels == 1, second, 1 - second) <= 0.1))]:
    print(name, rows.sum(), (rows & is_flipped).sum(), is_flipped.sum())
