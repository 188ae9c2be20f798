import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Evaluation, ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { TestWorkspace } from '../lathe.ts'
import { findPython, forConversion } from '../python.ts'

/** Models that were fitted in Python come over by the user's own interpreter, and answer here as they did there. */
const python = await findPython(forConversion)
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(() => workspace.close())

/** A number with holes, a text and a number; the outcome follows all three. A name with a space is another one in ONNX. */
function rows(): string {
  const lines = Array.from({ length: 300 }, (_, i) => {
    const height = i % 11 === 0 ? '' : ((i * 37) % 100) / 10
    const colour = ['red', 'größer', 'blue'][i % 3]!
    const dose = ((i * 53) % 97) / 7
    return `${height},${colour},${dose},${(Number(height) > 5) !== (colour === 'red' && dose > 6) ? 'yes' : 'no'}`
  })
  return `body height,colour,dose,answer\n${lines.join('\n')}\n`
}

const fit = `
import joblib, pandas
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

table = pandas.read_csv("rows.csv")
answer = table.pop("answer")
numbers = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
mixed = ColumnTransformer([("numbers", numbers, ["body height", "dose"]), ("colour", OneHotEncoder(), ["colour"])])
pipeline = Pipeline([("columns", mixed), ("logistic", LogisticRegression())]).fit(table, answer)
joblib.dump(pipeline, "pipeline.joblib")
print(pipeline.score(table, answer))
dose = table[["dose"]].assign(twice=table["dose"] * 2)
joblib.dump(RandomForestRegressor(20, random_state=0).fit(dose, table["dose"] ** 2), "forest.joblib")
boosted = LGBMClassifier(n_estimators=20, verbose=-1).fit(table[["body height", "dose"]], answer)
boosted.booster_.save_model("boosted.txt")
steps = [("scale", StandardScaler()), ("boost", HistGradientBoostingClassifier(max_iter=5))]
joblib.dump(Pipeline(steps).fit(table[["body height", "dose"]], answer), "unconvertible.joblib")
joblib.dump({"no": "model"}, "nothing.joblib")
`

test.skipIf(python === null)(
  'pipelines and boosted trees from Python answer here as they did there',
  async () => {
    const at = (name: string) => join(workspace.folder, name)
    await writeFile(at('rows.csv'), rows())
    await writeFile(
      at('fit.py'),
      fit.replace('import joblib', `import os; os.chdir(${JSON.stringify(workspace.folder)})\nimport joblib`),
    )
    const score = Number(await python!.run(at('fit.py')))
    await workspace.json('import', at('rows.csv'), '--name', 'rows')
    const convert = (file: string, name: string, ...flags: string[]) =>
      ['import-model', at(file), '--name', name, '--python', python!.program, ...flags] as const
    const like = ['--dataset', 'rows', '--target', 'answer']

    const version = await workspace.json<ModelVersion>(...convert('pipeline.joblib', 'pipeline', ...like))
    expect(version).toMatchObject({ model: 'pipeline', version: 1, task: 'binary' })
    const evaluation = await workspace.json<Evaluation>('evaluate', 'pipeline', 'rows')
    expect(evaluation.metrics.accuracy).toBeCloseTo(score, 10)

    const {
      run,
      rows: parts,
      metrics,
    } = await workspace.json<Run>('train', 'rows', '--target', 'answer', '--algorithm', 'linear')
    const beside = await workspace.json<Evaluation>('evaluate', 'pipeline', '--against', run)
    expect(beside.rows).toBe(parts!.test)
    const accuracy = beside.against!.differences.find(({ metric }) => metric === 'accuracy')!
    expect(accuracy.difference).toBeCloseTo(beside.metrics.accuracy! - metrics.accuracy!, 10)

    expect(await workspace.json(...convert('forest.joblib', 'forest'))).toMatchObject({ task: 'regression' })
    expect(await workspace.json(...convert('boosted.txt', 'boosted', ...like))).toMatchObject({ task: 'binary' })

    expect(await workspace.failure(...convert('unconvertible.joblib', 'never'))).toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('its step "boost" (sklearn.ensemble'),
    })
    expect(await workspace.failure(...convert('nothing.joblib', 'never'))).toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('it holds a builtins.dict'),
    })
    expect(
      await workspace.failure(...convert('pipeline.joblib', 'never', '--dataset', 'rows', '--target', 'body height')),
    ).toMatchObject({
      message: expect.stringContaining('the dataset lacks the column "body height"'),
    })
    const { models } = await workspace.json<{ models: ModelVersion[] }>('models')
    expect(models.map(({ model }) => model).toSorted()).toEqual(['boosted', 'forest', 'pipeline'])
  },
  300_000,
)

test('a fitted model without a Python, and a Python that is none, are said', async () => {
  const file = join(workspace.folder, 'fitted.joblib')
  await writeFile(file, 'not looked at')
  expect(await workspace.failure('import-model', file, '--name', 'never')).toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('--python'),
  })
  // As MLflow logs an estimator where nothing is said.
  await writeFile(join(workspace.folder, 'model.skops'), 'not looked at')
  expect(
    await workspace.failure('import-model', join(workspace.folder, 'model.skops'), '--name', 'never'),
  ).toMatchObject({
    ...{ code: 'bad-input', mend: expect.stringContaining('--python') },
  })
  const unfound = await workspace.failure('import-model', file, '--name', 'never', '--python', 'no-such-python')
  expect(unfound).toMatchObject({ code: 'not-found', message: 'The Python "no-such-python" cannot be started' })
})
