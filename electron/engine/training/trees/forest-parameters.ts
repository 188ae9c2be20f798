import type { ParameterDeclaration } from '../../../../shared/contract/runs.ts'
import type { Parameters, Task } from '../../../../shared/model/run.ts'
import type { ProblemShape } from '../algorithm.ts'

/** Why forests are grown where they are. */
export const forestDeviceReason =
  'trees are grown on the CPU: their steps are short and branch on every row, which onnxruntime has no operators for'

/** What every tree that is grown to its full depth has, with the defaults that suit it. */
export function growthParameters(minRows: number, mostDepth: number): ParameterDeclaration[] {
  return [
    {
      ...{ name: 'min-rows', kind: 'integer', default: minRows, minimum: 1, maximum: 1_000_000 },
      search: { low: 1, high: 64, log: true },
      help: 'Fewest training rows of a leaf; the file of the model grows as it falls',
    },
    {
      ...{ name: 'max-depth', kind: 'integer', default: mostDepth, minimum: 0, maximum: 1000 },
      help: 'Most branches from the root to a leaf; 0: no limit',
    },
    {
      ...{ name: 'bins', kind: 'integer', default: 255, minimum: 2, maximum: 255 },
      help: 'Most bins that the values of a column are put into',
    },
  ]
}

/** What trees have that are grown side by side. */
export const forestParameters: ParameterDeclaration[] = [
  {
    ...{ name: 'trees', kind: 'integer', default: 100, minimum: 1, maximum: 10_000 },
    help: 'How many trees, whose answers are averaged',
  },
  {
    ...{ name: 'columns', kind: 'number', default: 0, minimum: 0, maximum: 1 },
    search: { low: 0.1, high: 1 },
    help: 'Share of the columns that a branch draws; 0: the square root of their number for classes; for values a third, in extra trees all',
  },
  ...growthParameters(5, 0),
]

/** The settings of the fit that these parameters say. */
export function growthOf(parameters: Parameters) {
  const number = (name: string) => parameters[name] as number
  return { bins: number('bins'), minRows: number('min-rows'), mostDepth: number('max-depth') || 1_000_000 }
}

/** How many of `width` columns a branch draws. */
export function drawnColumns(share: number, width: number, task: Task): number {
  if (share > 0) return Math.round(share * width)
  return Math.round(task === 'regression' ? width / 3 : Math.sqrt(width))
}

/** Usual seconds of a fit of `trees` trees, each branch of which draws so many columns. */
export function growthSeconds(
  { trainRows, columns }: ProblemShape,
  parameters: Parameters,
  trees: number,
  drawn: number,
) {
  const { minRows, mostDepth } = growthOf(parameters)
  const depth = Math.min(mostDepth, 1.2 * Math.log2(trainRows / minRows + 2))
  return 0.1 + trainRows * columns * 2e-8 + trees * trainRows * depth * (drawn + 2) * 5e-9
}
