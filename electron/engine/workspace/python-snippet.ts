import { missingText } from '../../../shared/inference/signature.ts'

/** Absolute paths of the stored files that a snippet reads. */
export type PythonFiles =
  | { kind: 'dataset'; dataset: string }
  | { kind: 'predictions'; dataset: string; predictions: string; model: string; signature: string }
  | { kind: 'golden'; golden: string; model: string; signature: string }

/**
 * A Python program that runs as pasted (Python ≥ 3.9 with numpy, pyarrow and, for models, onnxruntime): reads a dataset, or
 * computes a model's answers from raw columns again and holds them against those that are stored. `title` is any text.
 */
export function pythonSnippet(title: string, files: PythonFiles): string {
  return `${files.kind === 'dataset' ? datasetText(title, files) : modelText(title, files)}\n`
}

/** A Python string literal of any text: marks that steer writing direction, end lines or do not show are written as escapes. */
export function pythonString(text: string): string {
  const escaped = text.replace(/["\\]|[\p{C}\p{Zl}\p{Zp}]/gu, mark => {
    const code = mark.codePointAt(0)!
    if (mark === '"' || mark === '\\') return `\\${mark}`
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}

function datasetText(title: string, { dataset }: { dataset: string }): string {
  return `# ${pythonString(title)}
# Needs: pip install pyarrow
import pyarrow.parquet as pq

DATASET = ${pythonString(dataset)}

table = pq.ParquetFile(DATASET).read()
print(table.schema)
print(f"{table.num_rows} rows, {table.num_columns} columns")
# With pandas: frame = table.to_pandas()`
}

function modelText(title: string, files: Exclude<PythonFiles, { kind: 'dataset' }>): string {
  const paths: [string, string][] =
    files.kind === 'predictions'
      ? [
          ['DATASET', files.dataset],
          ['PREDICTIONS', files.predictions],
        ]
      : [['GOLDEN', files.golden]]
  return `# ${pythonString(title)}
# Needs: pip install numpy pyarrow onnxruntime
import json

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet as pq

${[...paths, ['MODEL', files.model], ['SIGNATURE', files.signature]]
  .map(([name, path]) => `${name} = ${pythonString(path!)}`)
  .join('\n')}
MISSING = ${pythonString(missingText)}  # stands for a missing text; a missing number is NaN
TYPES = {"float32": np.float32, "float64": np.float64, "int64": np.int64, "int32": np.int32, "bool": np.bool_, "string": object}

with open(SIGNATURE, encoding="utf-8") as file:
    signature = json.load(file)  # which raw column fills which slot of the model's inputs
session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])


def column_of(table, slot, is_text):
    values = table.column(slot["name"])
    if is_text:
        return np.array([MISSING if text is None else text for text in values.to_pylist()], dtype=object)
    if pa.types.is_temporal(values.type):  # milliseconds since 1970
        values = values.cast(pa.timestamp("ms"), safe=False).cast(pa.int64())
    doubles = values.cast(pa.float64(), safe=False).to_numpy()
    return (doubles - slot.get("offset", 0)) / slot.get("scale", 1)  # in double, rounded to float32 afterwards


def inputs_of(table):
    feeds = {}
    for spec in signature["inputs"]:
        columns = [column_of(table, slot, spec["type"] == "string") for slot in spec["columns"]]
        matrix = np.stack(columns, axis=1).astype(TYPES[spec["type"]])
        feeds[spec["name"]] = matrix[:, 0] if spec.get("vector") else matrix
    return feeds


def predict(table, batch_rows=65536):
    output = signature["outputs"]["probabilities"] or signature["outputs"]["value"]
    parts = []
    for start in range(0, table.num_rows, batch_rows):
        batch = table.slice(start, batch_rows)
        parts.append(np.asarray(session.run([output], inputs_of(batch))[0]).reshape(batch.num_rows, -1))
    return np.concatenate(parts)


${files.kind === 'predictions' ? comparePredictions : compareGolden}`
}

const comparePredictions = `stored = pq.ParquetFile(PREDICTIONS).read()  # row (in the dataset), truth, and one column an output
table = pq.ParquetFile(DATASET).read().take(stored.column("row").cast(pa.int64()))
expected = np.stack([stored.column(name).to_numpy() for name in stored.column_names[2:]], axis=1)
truth = stored.column("truth").to_numpy()

predicted = predict(table)
difference = np.abs(predicted - expected)
if signature["classes"]:
    labels = np.array(signature["classes"], dtype=object)[predicted.argmax(axis=1)]
    print(f"accuracy on the test rows: {np.mean(predicted.argmax(axis=1) == truth):.6f}")
else:
    difference = difference / np.maximum(1, np.abs(expected))  # relative for large values
    print(f"RMSE on the test rows: {np.sqrt(np.mean((predicted[:, 0] - truth) ** 2)):.6f}")
print(f"{table.num_rows} test rows, largest difference from the stored predictions: {difference.max():.3g}")`

const compareGolden = `with open(GOLDEN, encoding="utf-8") as file:
    golden = json.load(file)  # made-up rows, and the answers that every copy of this model gives
predicted = predict(pa.Table.from_pylist(golden["rows"]))
if signature["outputs"]["probabilities"]:
    expected = np.array([[each["probabilities"][label] for label in signature["classes"]] for each in golden["outputs"]])
else:
    own = dict(zip(signature["classes"], signature.get("labels", signature["classes"])))  # what the model calls its classes
    expected = np.array([[own.get(each["prediction"], each["prediction"])] for each in golden["outputs"]])
if expected.dtype.kind in "if":
    difference = (np.abs(predicted - expected) / np.maximum(1, np.abs(expected))).max()
else:
    difference = np.mean(predicted.astype(str) != expected)
print(f"{len(golden['rows'])} golden rows, largest difference from the stored answers: {difference:.3g}")`
