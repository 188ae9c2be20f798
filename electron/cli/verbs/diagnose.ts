import type { ClassDiagnostics, Diagnostics, RegressionDiagnostics } from '../../../shared/model/evaluation.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number, percent } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const diagnoseVerb = defineVerb<{ class?: string }>({
  name: 'diagnose',
  summary: "what lies beneath a run's metrics on its test rows: curves, calibration, gain, confusion or residuals",
  arguments: '<run>',
  configure(command) {
    command.option('--class <label>', 'the class to hold against the rest (the second)')
  },
  async run(context, [run], { class: label }) {
    const told = await (await context.client()).runs.diagnostics({ run: run!, class: label })
    const { oneAgainstRest, regression, confusion, classes, rows } = told
    const parts = [
      ...(oneAgainstRest ? classTexts(oneAgainstRest, classes) : []),
      ...(confusion ? [confusionText(confusion, classes)] : []),
      ...(regression ? [residualsText(regression)] : []),
    ]
    return { json: told, text: [`${number(rows)} test rows`, ...parts].join('\n\n') }
  },
})

function classTexts(
  { class: at, roc, precisionRecall, gain, calibration }: ClassDiagnostics,
  classes: string[],
): string[] {
  const areas = `${oneLine(classes[at])} against the rest: area under the ROC curve ${number(roc?.area)}, average precision ${number(precisionRecall?.averagePrecision)}`
  const tenths = textTable(
    calibration,
    [
      { title: 'mean score', value: ({ meanPredicted }) => number(meanPredicted), right: true },
      { title: 'of the class', value: ({ observedShare }) => percent(observedShare), right: true },
      { title: 'rows', value: ({ count }) => number(count), right: true },
    ],
    'No rows',
  )
  if (!gain) return [areas, `Calibration:\n\n${tenths}`]
  const taken = [0.05, 0.1, 0.2, 0.3, 0.5].map(share => {
    const place = gain.share.findLastIndex(each => each <= share + 1e-9)
    return { share, captured: gain.captured[place]!, lift: gain.captured[place]! / (gain.share[place]! || 1) }
  })
  const caught = textTable(
    taken,
    [
      { title: 'rows taken', value: ({ share }) => percent(share), right: true },
      { title: 'of the class caught', value: ({ captured }) => percent(captured), right: true },
      { title: 'lift', value: ({ lift }) => number(lift), right: true },
    ],
    'No rows',
  )
  return [areas, `Calibration:\n\n${tenths}`, `Gain, highest scores first:\n\n${caught}`]
}

function confusionText(confusion: NonNullable<Diagnostics['confusion']>, classes: string[]): string {
  const table = textTable(
    confusion.map((counts, i) => ({ label: classes[i]!, counts })),
    [
      { title: 'true \\ said', value: ({ label }) => label },
      ...classes.map((label, k) => ({
        title: oneLine(label),
        value: ({ counts }: { label: string; counts: number[] }) => number(counts[k]),
        right: true,
      })),
    ],
    'No classes',
  )
  return `Confusion:\n\n${table}`
}

function residualsText({
  residuals: { edges, counts },
  quantiles: { normal, residual },
}: RegressionDiagnostics): string {
  const most = Math.max(1, ...counts)
  const table = textTable(
    counts.map((count, i) => ({ count, from: edges[i]!, to: edges[i + 1]! })).filter(({ count }) => count > 0),
    [
      { title: 'predicted − true', value: ({ from, to }) => `${number(from)} to ${number(to)}`, right: true },
      { title: 'rows', value: ({ count }) => number(count), right: true },
      { title: '', value: ({ count }) => '█'.repeat(Math.ceil((24 * count) / most)), isWhole: true },
    ],
    'No rows',
  )
  const tails = normal.length
    ? `In deviations, the lowest residual is ${number(residual[0])} and the highest ${number(residual.at(-1))}, where a normal distribution has ${number(normal[0])} and ${number(normal.at(-1))}`
    : ''
  return [`Residuals:\n\n${table}`, ...(tails ? [tails] : [])].join('\n\n')
}
