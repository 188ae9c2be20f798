import { NumberInput } from '@mantine/core'
import { type ClipboardEvent, useState } from 'react'
import { type CostReport, type Costs, mostCostClasses, type NumberCosts } from '../../../shared/model/costs.ts'
import type { Run } from '../../../shared/model/run.ts'
import { ClassTableHead } from './class-table-head.tsx'
import { CostReports } from './cost-reports.tsx'
import { readAmount, spread } from './read-amounts.ts'
import { texts } from './texts.ts'

interface Props {
  runs: Run[]
  names: string[]
  /** What is known of the costs of each run. */
  known: (CostReport | null)[]
  ended(): void
}

/** Costs of the errors of several classes, or of numbers; two classes have theirs beside the threshold. */
export function CostTable(props: Props) {
  const { task, classes } = props.runs[0]!
  if (task !== 'multiclass' && task !== 'regression') return null
  if (classes.length > mostCostClasses) {
    return <p className="soft">{texts.tooManyClasses(classes.length, mostCostClasses)}</p>
  }
  const Fields = task === 'regression' ? NumberFields : ClassFields
  return (
    <section className="costs" aria-label={texts.costs}>
      <h3>{texts.costs}</h3>
      <Fields {...props} />
    </section>
  )
}

const typedBefore = (known: Props['known']): Costs | undefined => known.find(told => told !== null)?.costs

function ClassFields(props: Props) {
  const { classes } = props.runs[0]!
  const [typed, setTyped] = useState(() => {
    const before = typedBefore(props.known)
    const matrix = before?.kind === 'classes' && before.matrix.length === classes.length ? before.matrix : null
    return classes.map((_, j) => classes.map((_, k) => String(matrix ? matrix[j]![k]! : Number(j !== k))))
  })
  const amounts = typed.map(row => row.map(readAmount))
  const areAmounts = amounts.every(row => row.every(value => value !== null))
  const costs: Costs | null = areAmounts ? { kind: 'classes', matrix: amounts as number[][] } : null
  const paste = (event: ClipboardEvent, j: number, k: number) => {
    const text = event.clipboardData.getData('text')
    if (!/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    setTyped(before => spread(before, text, j, k))
  }
  return (
    <>
      <p className="soft">{texts.costTableHint}</p>
      <section className="scroll cost-table" aria-label={texts.costTable} tabIndex={0}>
        <table>
          <ClassTableHead classes={classes} across={texts.answerGiven} />
          <tbody>
            {classes.map((truth, j) => (
              <tr key={truth}>
                <th scope="row" title={truth}>
                  {truth}
                </th>
                {classes.map((answer, k) => (
                  <td key={answer} className={j === k ? 'number chosen' : 'number'}>
                    <input
                      inputMode="decimal"
                      value={typed[j]![k]!}
                      aria-label={texts.costOf(truth, answer)}
                      aria-invalid={amounts[j]![k] === null}
                      onPaste={event => paste(event, j, k)}
                      onChange={({ currentTarget: { value } }) =>
                        setTyped(before => before.map((row, i) => (i === j ? row.with(k, value) : row)))
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <CostReports {...props} costs={costs} />
    </>
  )
}

const prices = ['over', 'under', 'tolerance', 'beyond'] as const

function NumberFields(props: Props) {
  const [costs, setCosts] = useState<NumberCosts>(() => {
    const before = typedBefore(props.known)
    return before?.kind === 'numbers' ? before : { kind: 'numbers', over: 1, under: 1, tolerance: 0, beyond: 0 }
  })
  return (
    <>
      <div className="form">
        {prices.map(kind => (
          <NumberInput
            key={kind}
            size="xs"
            label={texts.numberCosts[kind]}
            min={0}
            max={1e12}
            allowNegative={false}
            value={costs[kind]}
            onChange={value => setCosts(before => ({ ...before, [kind]: Number(value) || 0 }))}
          />
        ))}
      </div>
      <CostReports {...props} costs={costs} />
    </>
  )
}
