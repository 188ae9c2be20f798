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
no categories: of the second table they have two lines, one whose twin gets the place in the alphabet, one column as ours has, so that as many are drawn, and
one whose twin gets a column a value. A split of ours parts the values of a text into two groups that are chosen by the target. The best of many such splits looks
good by chance, so a decision tree pays for them by their number: 2 σ² (ln C(values, group) − 2.5) of its gain, where 2.5 is about what a column of numbers is
given for its places. Tried on six other draws of seven sets with texts: mean regret 0.1812 without the price, 0.1733 with it, 0.1766 where nothing is free (noise in numbers then goes
first), 0.1923 and 0.1774 the twins; LightGBM's ways to hold such splits back were no better here (10 added to each side: 0.1832, 50 rows a side: 0.1926, both ways with the price: 0.1737, 0.1903). Of forests
one tree's noise is not the next one's: 0.1046 without and 0.1055 with the price, the twins 0.1326 and 0.1053; extra trees 0.0779, 0.0756, twins 0.0983 and 0.0836: they pay none.
A decision tree is pruned by the complexity that does best on the validation rows, and so is its twin, by scikit-learn's \`ccp_alpha\`. Unpruned, on the same draws: 0.1654, the twins 0.1685
and 0.1632 (z −3.95 and 3.08). Pruned without the price: 0.1216, with it 0.1219; it stays because it keeps texts of many values out of the place of a number that says more.
Of more than two classes LightGBM's hessians are larger by K / (K − 1); tried in ours on
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
