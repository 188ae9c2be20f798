"""What every conversion shares: how it refuses, and the rows that a model is held against."""

import re


class Refusal(Exception):
    def __init__(self, message, mend=None):
        super().__init__(message)
        self.mend = mend


def choose_columns(names, count, offered, target):
    """The columns of the rows that the model takes, by name, else by order."""
    offered = [column for column in offered if column["name"] != target]
    by_name = {column["name"]: column for column in offered}
    # LightGBM writes names without spaces and some signs.
    by_plain = {re.sub(r"[^A-Za-z0-9]+", "_", name): column for name, column in by_name.items()}
    if names is not None:
        found = [by_name.get(name) or by_plain.get(re.sub(r"[^A-Za-z0-9]+", "_", name)) for name in names]
        if all(found):
            return found
        if not all(re.fullmatch(r"(f|x|Column_)?\d+|f\d+|x\d+", name) for name in names):
            missing = [name for name, column in zip(names, found) if not column]
            raise Refusal(f'the dataset lacks the column "{missing[0]}", which it was fitted on')
    if len(offered) != count:
        mend = "Name a dataset with the columns that it was fitted on, in their order, and say --target."
        raise Refusal(f"it takes {count} columns, and the dataset has {len(offered)} besides the target", mend)
    return offered


def made_up(names, count):
    import numpy

    random = numpy.random.default_rng(0)
    columns = []
    for i in range(count):
        name = names[i] if names else f"X_{i}"
        columns.append({"name": name, "type": "number", "values": random.normal(size=64).tolist()})
    return columns


def refuse_texts(columns):
    texts = [column["name"] for column in columns if column["type"] == "text"]
    if texts:
        raise Refusal(f'it takes numbers, and the column "{texts[0]}" is text', "Choose the dataset that it was fitted on.")


def first_line(error):
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:300] if text else ''}"


def whole_rows(columns):
    """The rows without a missing cell, for models that have no word for one; the columns keep only them."""
    import numpy

    whole = [row for row in zip(*(column["values"] for column in columns)) if all(value is not None for value in row)]
    if not whole:
        mend = "Impute them in the model, or in the data."
        raise Refusal("every row of the dataset lacks a cell, and such a model has no word for that", mend)
    for i, column in enumerate(columns):
        column["values"] = [row[i] for row in whole]
    return numpy.array(whole, dtype=numpy.float64)


def classes_in(rows):
    """The distinct values of the target, in order, as Lathe writes classes; empty where there is no target."""
    column = next((each for each in (rows or {}).get("columns", []) if each["name"] == (rows or {}).get("target")), None)
    values = sorted({value for value in column["values"] if value is not None}) if column else []
    if column and column["type"] == "boolean":
        return ["true" if value else "false" for value in values]
    return [str(int(value)) if isinstance(value, float) and value == int(value) else str(value) for value in values]


def read_answers(answers, onnx, rows):
    """
    Answers [rows, C] of a network, in the graph's own output under a name that says what they are. One output between 0 and 1 is taken for the
    probability of the second of two classes; several have to be probabilities.
    """
    import json

    import numpy
    from onnx import TensorProto, helper

    answers = numpy.asarray(answers, dtype=numpy.float64)
    if answers.ndim == 1:
        answers = answers.reshape(-1, 1)
    if answers.ndim != 2:
        raise Refusal(f"it answers with the shape {list(answers.shape)}", "Let it answer [rows, classes] or [rows].")
    classes = classes_in(rows)
    graph, output = onnx.graph, onnx.graph.output[0]
    if answers.shape[1] == 1 and len(classes) == 2 and answers.min() >= 0 and answers.max() <= 1:
        print(f"its one output is taken for the probability of {classes[1]}", flush=True)
        graph.initializer.append(helper.make_tensor("lathe_one", TensorProto.FLOAT, [], [1.0]))
        graph.initializer.append(helper.make_tensor("lathe_column", TensorProto.INT64, [2], [-1, 1]))
        graph.node.append(helper.make_node("Reshape", [output.name, "lathe_column"], ["lathe_second"]))
        graph.node.append(helper.make_node("Sub", ["lathe_one", "lathe_second"], ["lathe_first"]))
        graph.node.append(helper.make_node("Concat", ["lathe_first", "lathe_second"], ["probabilities"], axis=1))
        answers = numpy.column_stack([1 - answers[:, 0], answers[:, 0]])
    elif answers.shape[1] > 1:
        if answers.min() < -1e-6 or numpy.abs(answers.sum(1) - 1).max() > 1e-3:
            mend = "If they are scores of classes, end the model with a softmax, so that they are probabilities."
            raise Refusal(f"it answers with {answers.shape[1]} numbers a row that are no probabilities", mend)
        graph.node.append(helper.make_node("Identity", [output.name], ["probabilities"]))
    else:
        return answers
    graph.output.remove(output)
    graph.output.append(helper.make_tensor_value_info("probabilities", output.type.tensor_type.elem_type, ["rows", answers.shape[1]]))
    if len(classes) == answers.shape[1]:
        print(f"its classes are taken in this order: {', '.join(classes[:20])}", flush=True)
        entry = onnx.metadata_props.add()
        entry.key, entry.value = "classes", json.dumps(classes)
    return answers
