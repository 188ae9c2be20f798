import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CostReport } from '../../shared/model/costs.ts'
import type { Diagnostics } from '../../shared/model/evaluation.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** What errors cost, of two classes, several classes and numbers, by the command line. */
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(() => workspace.close())

async function train(sample: string, target: string, ...args: string[]): Promise<Run> {
  await workspace.json('import', join(samples, `${sample}.csv`), '--name', sample)
  return workspace.json<Run>('train', sample, '--target', target, '--algorithm', 'linear', ...args)
}

test('of several classes the costs are those of the confusion matrix, and are kept', async () => {
  const { run, classes, rows } = await train('digits', 'digit')
  const file = join(workspace.folder, 'costs.json')
  await writeFile(file, JSON.stringify({ 1: { 7: 20 }, 8: { 3: 5 } }))
  const told = await workspace.json<CostReport>('costs', run, '--table', file, '--cost', '8:3=6')
  if (told.costs.kind !== 'classes') throw new Error('They are costs of classes')
  const { matrix } = told.costs
  expect([matrix[1]![7], matrix[8]![3], matrix[2]![2], matrix[2]![3]]).toEqual([20, 6, 0, 1])
  expect(told).toMatchObject({ run, classes, rows: rows!.test, validationRows: rows!.validation })
  const { confusion } = await workspace.json<Diagnostics>('diagnose', run)
  const sum = confusion!.flatMap((counts, j) => counts.map((count, k) => count * matrix[j]![k]!))
  expect(told.answers[0]!.cost).toBeCloseTo(sum.reduce((all, cost) => all + cost, 0) / rows!.test, 12)
  expect(told.answers.map(({ answer }) => answer)).toEqual(['as-it-is', 'cheapest', 'constant'])
  // What was typed in stays with the run, and gives the same again.
  expect(await workspace.json<CostReport>('costs', run)).toEqual(told)
  expect(await workspace.json<CostReport>('costs', run, '--table', file, '--cost', '8:3=6')).toEqual(told)
  const { stdout } = await workspace.run(['costs', run])
  expect(stdout).toContain('the class of the least expected cost')
  expect(await workspace.failure('costs', run, '--cost', '1:11=4')).toMatchObject({ code: 'bad-input' })
  expect(await workspace.failure('costs', run, '--over', '1')).toMatchObject({ code: 'bad-input' })
})

test('of two classes a threshold is found as well', async () => {
  const { run } = await train('breast-cancer', 'diagnosis')
  const told = await workspace.json<CostReport>('costs', run, '--cost', 'malignant:benign=50')
  const threshold = told.answers.find(({ answer }) => answer === 'threshold')!
  expect(threshold.set).toBeLessThan(0.5)
  expect(threshold.cost).toBeLessThan(told.answers[0]!.cost)
})

test('of numbers the answers are shifted to the dearer side', async () => {
  const { run } = await train('diabetes', 'progression')
  expect(await workspace.failure('costs', run)).toMatchObject({ code: 'bad-input', mend: 'Give --over and --under.' })
  const told = await workspace.json<CostReport>('costs', run, '--over', '1', '--under', '4')
  const shifted = told.answers.find(({ answer }) => answer === 'shifted')!
  expect(shifted.set).toBeGreaterThan(10)
  expect(shifted.againstAsItIs!.verdict).toBe('better')
  const other = await workspace.json<CostReport>('costs', run, '--over', '4', '--under', '1')
  expect(other.answers.find(({ answer }) => answer === 'shifted')!.set).toBeLessThan(-10)
  const { stdout } = await workspace.run(['costs', run, '--under', '2', '--tolerance', '60', '--beyond', '9'])
  expect(stdout).toContain('A unit too high costs 0, a unit too low 2, and 9 for being off by more than 60')
  expect(await workspace.failure('costs', run, '--cost', 'a:b=1')).toMatchObject({ code: 'bad-input' })
  const learned = await workspace.json<Run>(
    ...['train', 'diabetes', '--target', 'progression', '--algorithm', 'linear', '--refit'],
  )
  const refit = await workspace.json<CostReport>('costs', learned.run, '--over', '1')
  expect(refit.answers.map(({ answer }) => answer)).toEqual(['as-it-is', 'constant'])
})
