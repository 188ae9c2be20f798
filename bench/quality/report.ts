import type { MadeRow, ShippedRow } from './compare.ts'

export interface QualityResult {
  date: string
  versions: readonly string[]
  shipped: ShippedRow[]
  made: MadeRow[]
}

const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
const short = (value: number) => value.toPrecision(4)
const yes = (is: boolean) => (is ? 'yes' : '**no**')

/** Both tables as Markdown, and of the second what it is made of. */
export function writeReport({ date, versions, shipped, made }: QualityResult): string {
  const regret = (value: number) => value.toFixed(4)
  const algorithms = made.map(({ algorithm }) => algorithm)
  const sets = [...new Set(made.flatMap(({ each }) => each.map(({ data }) => data)))]
  const cell = ({ each }: MadeRow, data: string) => {
    const found = each.find(one => one.data === data)
    return found ? `${regret(found.lathe)} / ${regret(found.twin)}` : ''
  }
  return `# Quality beside scikit-learn and LightGBM

Made by \`npm run bench quality\` on ${date}: ${versions.join(', ')}. Same rows, same parameters: three parts learn, one validates, one is tested.

What a text is differs by the twin: a column a value for those that weigh or compare columns, its category for LightGBM. scikit-learn's trees know
no categories: they get its place in the alphabet, one column as ours has, so that as many are drawn. That choice matters: given a column a
value, in a run of 2026-11-26, its decision tree had a mean regret of 0.1632 against our 0.1694 (z = 7.8, worse; on the set \`categories\` 0.0605
against 0.1016), its random forest 0.0796 against 0.0775, its extra trees 0.0882 against 0.0677. The cause, tried on five other draws of six sets: a split of
ours parts the values of a text into two groups that are chosen by the target, one of a column a value only tells one of them from all others. Where many
values each matter a little, groups learn noise by heart: on \`categories\`, of about as many leaves (53 and 56), 0.0786 against 0.0593, and of the same eight
levels ours makes 98. Where a few groups matter they are better: 0.0638 against 0.0751 on \`missing texts\`, 0.1271 against 0.1513 on \`slopes by category\`.
LightGBM and our boosting hold such splits back, our trees do not. Of more than two classes LightGBM's hessians are larger by K / (K − 1); tried in ours on
48 other draws: 0.0482 with it, 0.0484 without, LightGBM 0.0479; left out, as in scikit-learn's boosting. Naive Bayes, like ours, does not tell a value apart that one row has. Each is
trained once, from one seed: z holds the models as they came out against each other, t what another draw of sets would say.

## On scikit-learn's shipped data

Means over the same five folds; the error is that of the twin's mean. ${shipped.filter(({ isWithin }) => isWithin).length} of ${shipped.length} lines are within one
standard error of the twin, or better.

${table(
  ['data', 'algorithm', 'measure', 'Lathe', 'twin', 'standard error', 'within'],
  shipped.map(row => [
    ...[row.data, row.algorithm, row.measure],
    ...[row.lathe, row.twin, row.standardError].map(short),
    yes(row.isWithin),
  ]),
)}

## On made data whose truth is known

Regret is what an answer loses in expectation against knowing the truth: Σ (q − p)² over the classes (the Brier score less the Bayes error), or
the squared error of the mean as a share of the target's variance. z is the paired difference over all test rows by its standard error, t that of
the sets' means; above 0 Lathe is worse, and it is not worse up to z = 1.645. Regrets within 1e-6 are those of the same answers in float32, and count as equal.

${table(
  ['algorithm', 'sets', 'rows', 'Lathe', 'twin', 'z', 't', 'sets where Lathe is better', 'not worse'],
  made.map(row => [
    ...[row.algorithm, row.sets, row.rows, regret(row.lathe), regret(row.twin), row.z.toFixed(2), row.t.toFixed(2)],
    ...[row.setsBetter, yes(row.isNotWorse)],
  ]),
)}

Mean regret by set, Lathe / twin:

${table(
  ['data', ...algorithms],
  sets.map(data => [data, ...made.map(row => cell(row, data))]),
)}
`
}
