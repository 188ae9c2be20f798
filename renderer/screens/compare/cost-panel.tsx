import { Button, NumberInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { bestThreshold, costsOf, type ErrorCosts, resampleScores } from '../../../shared/lib/error-cost.ts'
import type { CostReport } from '../../../shared/model/costs.ts'
import type { ClassDiagnostics } from '../../../shared/model/evaluation.ts'
import type { Run } from '../../../shared/model/run.ts'
import { List } from '../../components/list.tsx'
import { amount, CostReports, perRows, range } from './cost-reports.tsx'
import { texts } from './texts.ts'

/** What errors cost at the threshold, and the threshold at which they cost least. */
export function CostPanel(props: {
  runs: Run[]
  names: string[]
  /** What is known of the costs of each run. */
  known: (CostReport | null)[]
  classes: string[]
  /** Of the class that is held against the rest. */
  label: string
  each: ClassDiagnostics[]
  bin: number
  setBin(bin: number): void
  ended(): void
}) {
  const { runs, names, known, classes, label, each, bin, setBin, ended } = props
  const [costs, setCosts] = useState<ErrorCosts>(() => typedBefore(known))
  const bins = each[0]!.scores.ofClass.length
  const others = classes.length === 2 ? classes.find(name => name !== label)! : texts.others
  // Drawn once: a typed figure must not wait for it.
  const resamples = useMemo(() => each.map(({ scores }) => resampleScores(scores, Math.random)), [each])
  const best = useMemo(
    () => each.map(({ scores }, i) => bestThreshold(scores, resamples[i]!, costs)),
    [each, resamples, costs],
  )
  const asked = [
    ['falsePositive', texts.takenFor(others, label)],
    ['falseNegative', texts.takenFor(label, others)],
  ] as const
  const place = (at: number) => (at / bins).toFixed(3)
  return (
    <section className="costs" aria-label={texts.costs}>
      <h3>{texts.costs}</h3>
      <div className="form">
        {asked.map(([kind, title]) => (
          <NumberInput
            key={kind}
            size="xs"
            label={title}
            min={0}
            allowNegative={false}
            value={costs[kind]}
            onChange={value => setCosts(before => ({ ...before, [kind]: Number(value) || 0 }))}
          />
        ))}
      </div>
      <List
        label={texts.costs}
        items={names.map((name, i) => ({ name, best: best[i]!, now: costsOf(each[i]!.scores, costs)[bin]! }))}
        keyOf={({ name }) => name}
        empty={texts.noneMatches}
        columns={[
          { title: texts.run, cell: ({ name }) => name, text: ({ name }) => name },
          { title: texts.costNow(perRows), isNumber: true, cell: ({ now }) => amount(now) },
          { title: texts.leastCost, isNumber: true, cell: ({ best: { cost } }) => amount(cost) },
          {
            title: texts.interval,
            isNumber: true,
            cell: ({ best: { costInterval } }) => range(costInterval, amount),
          },
          {
            title: texts.bestThreshold,
            isNumber: true,
            cell: ({ best: { bin: at, binInterval } }) => `${place(at)} (${range(binInterval, place)})`,
          },
          {
            title: texts.takeOver,
            cell: ({ name, best: { bin: at } }) => (
              <Button
                size="compact-xs"
                variant="default"
                disabled={at === bin}
                aria-label={texts.thresholdOf(name)}
                onClick={() => setBin(at)}
              >
                {texts.takeThreshold}
              </Button>
            ),
          },
        ]}
      />
      <p className="soft">{texts.costHint}</p>
      {classes.length === 2 && (
        <CostReports runs={runs} names={names} known={known} costs={tableOf(costs)} ended={ended} />
      )}
    </section>
  )
}

/** What was typed in last, less what a right answer costs; 1 each where nothing was. */
function typedBefore(known: readonly (CostReport | null)[]): ErrorCosts {
  const costs = known.find(told => told !== null)?.costs
  if (costs?.kind !== 'classes' || costs.matrix.length !== 2) return { falsePositive: 1, falseNegative: 1 }
  const [[right, alarm], [miss, caught]] = costs.matrix as [[number, number], [number, number]]
  return { falsePositive: Math.max(0, alarm - right), falseNegative: Math.max(0, miss - caught) }
}

const tableOf = ({ falsePositive, falseNegative }: ErrorCosts) => ({
  kind: 'classes' as const,
  matrix: [
    [0, falsePositive],
    [falseNegative, 0],
  ],
})
