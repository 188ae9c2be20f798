import { filterWords } from '../../../shared/lib/filter-words.ts'
import type { Examination, ForecastWindow, Rate } from '../../../shared/model/examination.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { addDeviceFlag, collectText, wholeNumber } from '../options.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number, percent } from '../values.ts'
import { defineVerb } from '../verb.ts'

/** Mishaps that are printed; the document has all of them. */
const shownMishaps = 15

export const examineVerb = defineVerb<{ rows?: number; group?: string[]; device: DeviceChoice }>({
  name: 'examine',
  summary: "where a run's model fails: weak slices, groups, mishaps to its columns, worst rows",
  arguments: '<run>',
  configure(command) {
    command.option('--rows <count>', 'test rows that are looked at, at most (20000)', wholeNumber(50, 200_000))
    command.option(
      '--group <column>',
      'a column whose groups are compared (repeat); it need not be in the model',
      collectText,
    )
    addDeviceFlag(command)
  },
  async run(context, [run], { rows, group, device }) {
    const client = await context.client()
    const started = await client.runs.examine({ run: run!, rows, groups: group ?? [], device })
    const told = await context.finish('examine', started)
    told.warnings.forEach(context.say)
    const parts = [
      slicesText(told),
      ...checksText(told),
      ...groupTexts(told),
      mishapsText(told),
      ...adversaryText(told),
      membershipText(told),
      told.windows ? windowsText(told.windows) : worstText(told),
    ]
    return { json: told, text: parts.join('\n\n') }
  },
})

const range = ([low, high]: [number, number]) => `${number(low)} – ${number(high)}`

function slicesText({ slices, looks, tried, rows, loss, base }: Examination): string {
  const table = textTable(
    slices,
    [
      { title: 'slice', value: ({ where }) => filterWords(where) },
      { title: 'rows', value: each => number(each.rows), right: true },
      { title: loss, value: each => number(each.loss), right: true },
      { title: 'the others', value: each => number(each.rest), right: true },
      { title: 'rise, 95 % interval', value: each => `${number(each.rise)} [${range(each.interval)}]` },
    ],
    'No slice is weaker than the others beyond chance',
  )
  const looked = `${number(looks)} slices of ${number(rows)} test rows looked at, ${number(tried)} held against the half they were not found on`
  return `Weak slices (${loss} ${number(base)} overall; ${looked}):\n\n${table}`
}

function checksText({ checks, loss }: Examination): string[] {
  if (checks.length === 0) return []
  const table = textTable(
    checks,
    [
      { title: 'pinned slice', value: ({ check }) => filterWords(check.where) },
      { title: 'test rows', value: each => number(each.rows), right: true },
      { title: loss, value: each => number(each.loss), right: true },
      { title: '95 % interval', value: ({ interval }) => (interval ? range(interval) : '–') },
      { title: 'at most', value: ({ check }) => number(check.most), right: true },
      { title: 'verdict', value: ({ verdict }) => verdict },
    ],
    'No checks',
  )
  return [`Checks:\n\n${table}`]
}

const rate = (told: Rate) => (told ? `${percent(told.value)} [${range(told.interval)}]` : '–')

function groupTexts({ fairness, loss }: Examination): string[] {
  return fairness.map(({ column, groups }) => {
    const isBinary = groups.some(({ selected }) => selected !== null)
    const isNumber = groups.some(({ bias }) => bias !== null)
    const table = textTable(
      groups,
      [
        { title: oneLine(column), value: ({ group }) => group ?? 'missing' },
        { title: 'rows', value: ({ rows, isSmall }) => `${number(rows)}${isSmall ? ' (few)' : ''}`, right: true },
        ...(isNumber
          ? [
              {
                title: 'mean error',
                value: ({ bias }: (typeof groups)[number]) =>
                  bias ? `${number(bias.value)} [${range(bias.interval)}]` : '–',
              },
            ]
          : [{ title: 'right', value: ({ accuracy }: (typeof groups)[number]) => rate(accuracy) }]),
        ...(isBinary
          ? [
              { title: 'said positive', value: ({ selected }: (typeof groups)[number]) => rate(selected) },
              { title: 'of the positive', value: ({ truePositive }: (typeof groups)[number]) => rate(truePositive) },
              { title: 'of the others', value: ({ falsePositive }: (typeof groups)[number]) => rate(falsePositive) },
            ]
          : []),
        { title: `rise of the ${loss}`, value: ({ rise, interval }) => `${number(rise)} [${range(interval)}]` },
      ],
      'No groups',
    )
    return `By ${oneLine(column)}:\n\n${table}`
  })
}

function mishapsText({ robustness: { mishaps, noise, rows }, metric, loss }: Examination): string {
  const words = {
    missing: 'is missing',
    noise: 'with noise of half a deviation',
    unit: '× 1000',
    unseen: 'is a text never seen',
  }
  const table = textTable(
    mishaps.slice(0, shownMishaps),
    [
      { title: 'column', value: ({ column }) => column },
      { title: 'what happens', value: ({ mishap }) => words[mishap] },
      {
        title: `rise of the ${loss}, 95 % interval`,
        value: ({ rise, interval }) => `${number(rise)} [${range(interval)}]`,
      },
    ],
    'The model has no columns',
  )
  const followed = noise.map(({ deviations, metric: value }) => `${deviations}: ${number(value)}`).join('  ')
  return `What happens to columns (${number(rows)} rows, the worst first):\n\n${table}\n\n${metric} with noise of so many deviations on all numbers:  ${followed}`
}

function adversaryText({ adversarial, metric }: Examination): string[] {
  if (!adversarial) return []
  const table = textTable(
    adversarial.points,
    [
      { title: 'deviations', value: ({ deviations }) => number(deviations), right: true },
      { title: `${metric}, at random`, value: ({ random }) => number(random), right: true },
      { title: 'one step (FGSM)', value: ({ oneStep }) => number(oneStep), right: true },
      { title: 'ten steps (PGD)', value: ({ steps }) => number(steps), right: true },
    ],
    'No sizes',
  )
  return [`All numbers moved along the gradient of the loss (${number(adversarial.rows)} rows):\n\n${table}`]
}

function membershipText({ membership, loss }: Examination): string {
  if (!membership) return 'What it memorised is not known: its training rows were not kept.'
  const { auc, interval, trainLoss, testLoss } = membership
  return `Training rows are told from test rows by their loss with an AUC of ${number(auc)} [${range(interval)}]; ${loss} ${number(trainLoss)} on training rows, ${number(testLoss)} on test rows`
}

function windowsText(windows: ForecastWindow[]): string {
  const table = textTable(
    windows,
    [
      { title: 'series', value: ({ series }) => series },
      { title: 'foretold after', value: ({ after }) => when(after) },
      { title: 'steps', value: ({ rows }) => number(rows), right: true },
      { title: 'squared error', value: ({ loss }) => number(loss), right: true },
      { title: 'one season before', value: ({ naiveLoss }) => number(naiveLoss), right: true },
    ],
    'No windows',
  )
  return `Worst windows, what was foretold from one time on:\n\n${table}`
}

/** Times beyond the year 2000 as they are kept are milliseconds; columns of numbers hold less. */
const when = (time: number) => (Math.abs(time) > 1e9 ? new Date(time).toISOString().slice(0, 16) : number(time))

function worstText({ worst, likelyLabelErrors, rows }: Examination): string {
  const table = textTable(
    worst,
    [
      { title: 'row', value: ({ row }) => number(row + 1), right: true },
      { title: 'truth', value: ({ truth }) => (typeof truth === 'number' ? number(truth) : truth) },
      { title: 'said', value: ({ predicted }) => (typeof predicted === 'number' ? number(predicted) : predicted) },
      { title: 'probability', value: ({ probability }) => number(probability), right: true },
      { title: 'loss', value: ({ loss }) => number(loss), right: true },
      { title: 'label', value: ({ isLikelyLabelError }) => (isLikelyLabelError ? 'likely wrong' : '') },
      {
        title: 'most like training rows',
        value: ({ nearest }) =>
          nearest
            .map(({ row, truth }) => `${row + 1}: ${typeof truth === 'number' ? number(truth) : truth}`)
            .join(', '),
      },
    ],
    'No rows',
  )
  return `Worst rows (of ${number(rows)} rows ${number(likelyLabelErrors)} likely have a wrong label):\n\n${table}`
}
