"""A PyTorch model as ONNX: a program of torch.export, a TorchScript archive, or a whole module that this Python can unpickle."""

import io
import re
import warnings

from rows import Refusal, choose_columns, first_line, made_up, refuse_texts, whole_rows

SAVE = (
    'Save the model with its code: torch.export.save(torch.export.export(model.eval(), (rows,), '
    'dynamic_shapes=({0: torch.export.Dim("rows")},)), "model.pt2")'
)


def load(path):
    """An ExportedProgram or a module in evaluation mode, on the CPU."""
    import torch

    if path.lower().endswith(".pt2"):
        try:
            return torch.export.load(path)
        except Exception as error:
            raise Refusal(f"it is no program of torch.export: {first_line(error)}", SAVE) from error
    try:
        return torch.jit.load(path, map_location="cpu").eval()
    except RuntimeError:
        pass  # No TorchScript archive.
    try:
        held = torch.load(path, map_location="cpu", weights_only=False)
    except (AttributeError, ModuleNotFoundError) as error:
        raise Refusal(f"it needs the code of the model, which this Python does not find: {first_line(error)}", SAVE) from error
    except Exception as error:
        raise Refusal(f"torch cannot read it: {first_line(error)}", SAVE) from error
    if isinstance(held, torch.nn.Module):
        return held.eval()
    if isinstance(held, dict) and any(isinstance(value, (torch.Tensor, dict)) for value in held.values()):
        tensors = sum(isinstance(value, torch.Tensor) for value in held.values())
        what = f"the weights of a model ({tensors} tensors) without its code" if tensors else "a checkpoint without the model's code"
        raise Refusal(f"it holds {what}", f"Load them into the model. {SAVE}")
    raise Refusal(f"it holds a {type(held).__module__}.{type(held).__qualname__}, which is no model", SAVE)


def input_of(model):
    """Type of its only input and number of its columns; null where the file does not say."""
    import torch

    if not hasattr(model, "graph_signature"):
        weights = [each for each in model.parameters() if each.ndim == 2]
        return next((each.dtype for each in model.parameters()), torch.float32), weights[0].shape[1] if weights else None
    wanted = model.graph_signature.user_inputs
    if len(wanted) != 1:
        raise Refusal(f"it takes {len(wanted)} inputs, and rows of columns are one", "Export it with one input [rows, columns].")
    value = next(node for node in model.graph.nodes if node.name == wanted[0]).meta["val"]
    shape = ", ".join("rows" if isinstance(length, torch.SymInt) else str(length) for length in value.shape)
    if value.ndim != 2 or isinstance(value.shape[1], torch.SymInt):
        raise Refusal(f"its input has the shape [{shape}], and rows of columns need [rows, number of columns]")
    if not isinstance(value.shape[0], torch.SymInt):
        mend = 'Export it with dynamic_shapes=({0: torch.export.Dim("rows")},).'
        raise Refusal(f"it was exported for exactly {value.shape[0]} rows at a time", mend)
    return value.dtype, int(value.shape[1])


def answers_of(model, rows):
    import torch

    run = model.module() if hasattr(model, "module") and hasattr(model, "graph_signature") else model
    with torch.no_grad():
        try:
            answers = run(rows)
        except Exception as error:
            raise Refusal(f"it refuses these rows: {first_line(error)}") from error
    if not isinstance(answers, torch.Tensor):
        raise Refusal(f"it answers with a {type(answers).__name__}, no tensor", "Let it return one tensor, of probabilities or of a value.")
    if answers.shape[:1] != rows.shape[:1]:
        raise Refusal(f"it answers {rows.shape[0]} rows with the shape {list(answers.shape)}", "Let it answer [rows, classes] or [rows].")
    return answers.double()


def named_step(program, error):
    """What stands in the way: an operator, with the module that it is in where the program knows that."""
    told = []
    while error is not None:
        told.append(str(error))
        error = error.__cause__
    text = "\n".join(told)
    found = re.search(r"No ONNX function found for <OpOverload\(op='([\w.]+)'", text) or re.search(r"operator '?([\w:.]+)'? to ONNX", text)
    if not found:
        lines = [line.strip() for line in text.splitlines() if "Error" in line] or [text.strip().splitlines()[0]]
        plain = re.sub(r"\x1b\[\d+m", "", lines[0])
        return f"it has no way into ONNX: {plain[:300]}"
    operator = found.group(1)
    plain = re.split(r"[.:]+", operator)[-1]
    for node in program.graph.nodes if hasattr(program, "graph_signature") else []:
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        if node.op == "call_function" and stack and re.split(r"[.]", str(node.target))[1].endswith(plain):
            path, kind = stack[-1]
            return f'its step "{path or "the model itself"}" ({kind}) uses {operator}, which has no way into ONNX'
    return f"it uses {operator}, which has no way into ONNX"


def to_onnx(model, rows):
    """The model's bytes; the first dimension is that of the rows."""
    import onnx
    import onnxscript  # noqa: F401  torch.onnx needs it, and says so late
    import torch

    program = model
    try:
        if isinstance(model, torch.jit.ScriptModule):
            # Only the older exporter takes one.
            out = io.BytesIO()
            axes = {"input": {0: "rows"}, "value": {0: "rows"}}
            torch.onnx.export(model, (rows,), out, input_names=["input"], output_names=["value"], dynamic_axes=axes, opset_version=17, dynamo=False)
            return onnx.load_from_string(out.getvalue())
        if isinstance(model, torch.nn.Module):
            program = torch.export.export(model, (rows,), dynamic_shapes=({0: torch.export.Dim("rows", min=1)},))
        return torch.onnx.export(program, (), input_names=["input"], output_names=["value"], dynamo=True, verbose=False).model_proto
    except ModuleNotFoundError:
        raise
    except Exception as error:
        raise Refusal(named_step(program, error), "Replace that step by one that ONNX has, or export the file in your own script.") from error


def convert(path, rows):
    """Columns with the rows that it was held against, its answers, its ONNX, and what it is called."""
    import torch

    warnings.simplefilter("ignore")
    model = load(path)
    dtype, count = input_of(model)
    if rows:
        offered = [column for column in rows["columns"] if column["name"] != rows.get("target")]
        columns = choose_columns(None, len(offered) if count is None else count, rows["columns"], rows.get("target"))
    elif count is None:
        raise Refusal("it does not say how many columns it takes", "Name a dataset: --dataset, with its --target.")
    else:
        columns = made_up(None, count)
    refuse_texts(columns)
    values = torch.from_numpy(whole_rows(columns)).to(dtype)
    answers = answers_of(model, values)
    return columns, answers.numpy(), to_onnx(model, values), type(model).__name__
