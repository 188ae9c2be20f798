"""A Keras model as ONNX, on whichever backend this Python has."""

import os
import tempfile
import warnings

from rows import Refusal, choose_columns, first_line, made_up, refuse_texts, whole_rows


def backend():
    """Keras wants TensorFlow unless told otherwise; what is here does."""
    from importlib.util import find_spec

    if "KERAS_BACKEND" not in os.environ:
        os.environ["KERAS_BACKEND"] = next((each for each in ("tensorflow", "torch", "jax") if find_spec(each)), "tensorflow")


def convert(path, rows):
    """Columns with the rows that it was held against, its answers, its ONNX, and what it is called."""
    warnings.simplefilter("ignore")
    backend()
    import keras
    import numpy
    import onnx

    try:
        model = keras.saving.load_model(path, compile=False)
    except Exception as error:
        raise Refusal(f"Keras cannot read it: {first_line(error)}", "Layers of your own have to be registered where it is loaded: export it as ONNX in your own script.") from error
    shape = model.input_shape
    if isinstance(shape, (list, dict)) or len(shape) != 2 or shape[1] is None:
        raise Refusal(f"its input has the shape {shape}, and rows of columns need (None, number of columns)")
    columns = choose_columns(None, shape[1], rows["columns"], rows.get("target")) if rows else made_up(None, shape[1])
    refuse_texts(columns)
    values = whole_rows(columns).astype(numpy.float32)
    answers = model(values, training=False)
    if isinstance(answers, (list, tuple, dict)):
        raise Refusal("it answers with several tensors", "Let it return one, of probabilities or of a value.")
    answers = keras.ops.convert_to_numpy(answers)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        file = os.path.join(folder, "keras.onnx")
        try:
            model.export(file, format="onnx", verbose=False)
        except ModuleNotFoundError:
            raise
        except Exception as error:
            raise Refusal(unconvertible(model, error), "Replace that layer, or export it as ONNX in your own script.") from error
        return columns, answers, onnx.load(file), type(model).__name__


def unconvertible(model, error):
    """Names the layer that has no way into ONNX: the first that an error speaks of."""
    text = str(error)
    for layer in model.layers:
        if layer.name in text or type(layer).__name__ in text:
            return f'its layer "{layer.name}" ({type(layer).__module__}.{type(layer).__qualname__}) has no way into ONNX: {first_line(error)}'
    return f"it has no way into ONNX: {first_line(error)}"
