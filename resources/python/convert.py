"""A fitted model's file as ONNX, and its own answers to some rows: run by the Python that the user names, which has the libraries.

    convert.py MODEL OUT [ROWS]

MODEL is a pickle, joblib or skops file of scikit-learn, LightGBM or XGBoost, a LightGBM text file, an XGBoost JSON or UBJSON file, or a file of PyTorch, or of Keras.
ROWS is JSON, {"columns": [{"name", "type", "values"}]}; without it rows of random numbers are made up. OUT/model.onnx and OUT/answers.json
are written, or OUT/error.json with what stands in the way.
"""

import json
import os
import sys

sys.dont_write_bytecode = True

from rows import Refusal, choose_columns, made_up, read_answers, refuse_texts


def load(path):
    suffix = os.path.splitext(path)[1].lower()
    if suffix in (".txt", ".lgb"):
        import lightgbm

        return lightgbm.Booster(model_file=path)
    if suffix in (".json", ".ubj"):
        import xgboost

        booster = xgboost.Booster(model_file=path)
        objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
        is_classifier = objective.startswith(("binary:", "multi:"))
        model = xgboost.XGBClassifier() if is_classifier else xgboost.XGBRegressor()
        model.load_model(path)
        return model
    if suffix == ".skops":
        import skops.io

        # The person named the file, as one names a pickle: what it holds is trusted.
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    try:
        import joblib

        return joblib.load(path)
    except ModuleNotFoundError as error:
        if error.name != "joblib":
            raise
        import pickle

        with open(path, "rb") as file:
            return pickle.load(file)


def family(model):
    modules = {cls.__module__.split(".")[0] for cls in type(model).__mro__}
    if "lightgbm" in modules and type(model).__name__ == "Booster":
        return "booster"
    if modules & {"sklearn", "lightgbm", "xgboost"}:
        return "sklearn"
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    mend = "Give a fitted estimator or pipeline of scikit-learn, LightGBM or XGBoost."
    if "torch" in modules:
        mend = "Save it with torch.export.save, and import that .pt2 file."
    raise Refusal(f"it holds a {kind}, which is not converted", mend)


def feature_names(model):
    for attribute in ("feature_names_in_", "feature_name_", "feature_names"):
        names = getattr(model, attribute, None)
        if callable(names):
            names = names()
        if names is not None and len(names):
            return [str(name) for name in names]
    if hasattr(model, "feature_name"):
        return [str(name) for name in model.feature_name()]
    return None


def width(model, names):
    count = getattr(model, "n_features_in_", None)
    if count is None and names is not None:
        count = len(names)
    if count is None:
        raise Refusal("it does not say how many columns it takes", "Fit it again on a table with named columns.")
    return int(count)


def frame_of(columns):
    import numpy
    import pandas

    def values(column):
        if column["type"] == "text":
            return pandas.Series([value for value in column["values"]], dtype=object)
        # What the ONNX model gets: 32-bit floats.
        return numpy.array([numpy.nan if value is None else value for value in column["values"]], dtype=numpy.float32)

    return pandas.DataFrame({column["name"]: values(column) for column in columns})


def has_column_transformer(model):
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    if isinstance(model, ColumnTransformer):
        return True
    return isinstance(model, Pipeline) and any(has_column_transformer(step) for _, step in model.steps)


def register_boosters():
    """Teaches skl2onnx the estimators of LightGBM and XGBoost, where they and onnxmltools are installed."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )

    options = {"nocl": [True, False], "zipmap": [True, False, "columns"], "raw_scores": [True, False]}
    try:
        from lightgbm import LGBMClassifier, LGBMRegressor
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        update_registered_converter(
            LGBMClassifier, "LightGbmLGBMClassifier", calculate_linear_classifier_output_shapes, convert_lightgbm, options=options
        )
        update_registered_converter(
            LGBMRegressor, "LightGbmLGBMRegressor", calculate_linear_regressor_output_shapes, convert_lightgbm, options={"split": None}
        )
    except ModuleNotFoundError:
        pass
    try:
        from xgboost import XGBClassifier, XGBRegressor
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

        update_registered_converter(
            XGBClassifier, "XGBoostXGBClassifier", calculate_linear_classifier_output_shapes, convert_xgboost, options=options
        )
        update_registered_converter(
            XGBRegressor, "XGBoostXGBRegressor", calculate_linear_regressor_output_shapes, convert_xgboost
        )
    except ModuleNotFoundError:
        pass


def steps_of(model, prefix=""):
    """Every estimator in a model with the name that the user gave it."""
    yield prefix, model
    inner = list(getattr(model, "steps", [])) + [step[:2] for step in getattr(model, "transformers_", [])]
    for name, step in inner:
        yield from steps_of(step, f"{prefix}.{name}" if prefix else name)


def unconvertible(model, error):
    """Names the step that has no converter: the one that has none by itself."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    for name, step in steps_of(model):
        if not name or hasattr(step, "steps") or not hasattr(step, "n_features_in_"):
            continue
        try:
            to_onnx(step, initial_types=[("X", FloatTensorType([None, step.n_features_in_]))])
        except Exception:
            return f'its step "{name}" ({type(step).__module__}.{type(step).__qualname__}) has no way into ONNX'
    text = str(error).strip() or type(error).__name__
    return f"{type(model).__name__} has no way into ONNX: {text.splitlines()[0][:200]}"


def convert_sklearn(model, columns):
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    register_boosters()
    by_column = has_column_transformer(model)
    if by_column:
        types = [
            (column["name"], StringTensorType([None, 1]) if column["type"] == "text" else FloatTensorType([None, 1]))
            for column in columns
        ]
    else:
        refuse_texts(columns)
        types = [("X", FloatTensorType([None, len(columns)]))]
    options = {id(model): {"zipmap": False}} if hasattr(model, "predict_proba") else None
    try:
        onnx = to_onnx(model, initial_types=types, options=options, target_opset={"": 17, "ai.onnx.ml": 3})
    except ModuleNotFoundError:
        raise
    except Exception as error:
        raise Refusal(unconvertible(model, error), "Replace that step, or train the model with Lathe.") from error
    return onnx, by_column


def convert_booster(model, columns):
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    onnx = convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, len(columns)]))], zipmap=False, target_opset=15)
    return onnx, False


def answers_of(model, kind, columns, by_column):
    """The model's own answers: probabilities with a column a class, or values."""
    import numpy

    frame = frame_of(columns)
    # The model learned from a table without names where it does not know any.
    table = frame if by_column or hasattr(model, "feature_names_in_") else frame.to_numpy(dtype=numpy.float32)
    if hasattr(model, "feature_names_in_"):
        table = frame.set_axis([str(name) for name in model.feature_names_in_], axis=1)
    if kind == "booster":
        answers = numpy.asarray(model.predict(table))
        is_binary = model.params.get("objective", "").startswith("binary") or "objective=binary" in model.model_to_string()
        return numpy.column_stack([1 - answers, answers]) if is_binary else answers
    if hasattr(model, "classes_") and not hasattr(model, "predict_proba"):
        mend = "Wrap it in sklearn.calibration.CalibratedClassifierCV before it is fitted, so that it gives probabilities."
        raise Refusal(f"{type(model).__name__} gives labels without probabilities", mend)
    return numpy.asarray(model.predict_proba(table) if hasattr(model, "predict_proba") else model.predict(table))


def convert_fitted(path, rows):
    """The same of an estimator of scikit-learn, LightGBM or XGBoost."""
    model = load(path)
    kind = family(model)
    names = feature_names(model)
    count = width(model, names)
    columns = choose_columns(names, count, rows["columns"], rows.get("target")) if rows else made_up(names, count)
    if type(model).__module__.startswith("xgboost"):
        # Its converter wants columns without names.
        model.get_booster().feature_names = None
    onnx, by_column = (convert_booster if kind == "booster" else convert_sklearn)(model, columns)
    try:
        answers = answers_of(model, kind, columns, by_column)
    except ValueError as error:
        raise Refusal(f"it refuses these rows: {str(error).strip().splitlines()[0][:300]}") from error
    return columns, answers, onnx, type(model).__name__


def main(path, out, rows_path=None):
    import numpy

    rows = None
    if rows_path:
        with open(rows_path, encoding="utf-8") as file:
            rows = json.load(file)
    if path.lower().endswith((".pt", ".pth", ".pt2")):
        import convert_torch as network
    elif path.lower().endswith((".keras", ".h5")):
        import convert_keras as network
    else:
        network = None
    columns, answers, onnx, name = network.convert(path, rows) if network else convert_fitted(path, rows)
    if network:
        answers = read_answers(answers, onnx, rows)
    print(f"{name} on {len(columns)} columns, held against {len(columns[0]['values'])} rows", flush=True)
    entry = onnx.metadata_props.add()
    entry.key, entry.value = "columns", json.dumps([column["name"] for column in columns])
    answers = numpy.asarray(answers, dtype=numpy.float64)
    if answers.ndim == 1:
        answers = answers.reshape(-1, 1)
    if answers.ndim > 2:
        raise Refusal("it predicts several targets at once", "Fit a model for each of them.")
    if not numpy.isfinite(answers).all():
        raise Refusal("it answers some of these rows with something that is no number")
    with open(os.path.join(out, "model.onnx"), "wb") as file:
        file.write(onnx.SerializeToString())
    told = {"columns": columns, "answers": answers.tolist(), "model": name}
    with open(os.path.join(out, "answers.json"), "w", encoding="utf-8") as file:
        json.dump(told, file)


if __name__ == "__main__":
    folder = sys.argv[2]

    def refuse(message, mend=None):
        with open(os.path.join(folder, "error.json"), "w", encoding="utf-8") as file:
            json.dump({"message": message, "mend": mend}, file)
        sys.exit(3)

    try:
        main(*sys.argv[1:])
    except Refusal as refusal:
        refuse(str(refusal), refusal.mend)
    except ModuleNotFoundError as error:
        package = {"sklearn": "scikit-learn"}.get(error.name.split(".")[0], error.name.split(".")[0])
        refuse(f"{sys.executable} has no {error.name}", f"{sys.executable} -m pip install {package}")
    except Exception as error:
        text = str(error).strip().splitlines()
        refuse(f"{type(error).__name__}: {text[0][:300] if text else ''}")
