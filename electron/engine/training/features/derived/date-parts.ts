import type { NumericColumn } from '../../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../../runtime/index.ts'
import type { Derivation } from './derivation.ts'

const dayMs = 86_400_000
/** From 0000-03-01 to 1970-01-01: counted from there, leap days come at the end of a year. */
const epochDay = 719_468
/** Two minutes, so that a whole hour that float32 holds a little too low (by up to 1.4 minutes in 90 years) stays that hour. */
const hourSlack = Math.fround(1 / 30)

/**
 * Of dates and times (UTC): month (1 to 12), day of the month, weekday (0 is Monday), whether it is Saturday or Sunday, and the hour where
 * training rows have more than one. A missing or infinite date has none of them (NaN). Years before 0 are not told apart.
 */
export const dateParts: Derivation = {
  derive(column, { offset }, train) {
    if (column.kind !== 'numeric' || (column.type !== 'date' && column.type !== 'datetime')) return null
    const { name, values } = column
    const firstDay = Math.round(offset / dayMs)
    const dayOf = (row: number) => Math.floor(values[row]!) + firstDay
    const hourOf = (row: number) =>
      Math.min(23, Math.floor(Math.fround(Math.fround(fraction(values[row]!) * 24) + hourSlack)))
    const isThere = (row: number) => Number.isFinite(values[row]!)
    const some = train.find(isThere)
    if (some === undefined) return null
    const hasHours = train.some(row => isThere(row) && hourOf(row) !== hourOf(some))
    const make = (part: string, value: (row: number) => number): NumericColumn => ({
      ...{ name: `${name}: ${part}`, type: 'number', kind: 'numeric' },
      values: values.map((_, row) => (isThere(row) ? value(row) : Number.NaN)),
    })
    return {
      columns: [
        make('month', row => civil(dayOf(row)).month),
        make('day of month', row => civil(dayOf(row)).day),
        make('weekday', row => weekday(dayOf(row))),
        make('weekend', row => Number(weekday(dayOf(row)) > 4)),
        ...(hasHours ? [make('hour', hourOf)] : []),
      ],
      toGraph: (graph, raw) => addParts(graph, raw, firstDay, hasHours),
    }
  },
}

const fraction = (value: number) => Math.fround(value - Math.floor(value))
const weekday = (day: number) => (((day + 3) % 7) + 7) % 7

/** The month and day of a day since 1970, by whole numbers alone; years are counted from March. */
function civil(day: number): { month: number; day: number } {
  const z = Math.max(0, day + epochDay)
  const ofEra = z % 146_097
  const year = int((ofEra - int(ofEra / 1460) + int(ofEra / 36_524) - int(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * year + int(year / 4) - int(year / 100))
  const month = int((5 * ofYear + 2) / 153)
  return { month: month < 10 ? month + 3 : month - 9, day: ofYear - int((153 * month + 2) / 5) + 1 }
}
const int = Math.trunc

/** The same as nodes. */
function addParts(graph: GraphBuilder, raw: string, firstDay: number, hasHours: boolean): string {
  const whole = (value: number) => graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(value)) })
  const op = (name: string) => (a: string, b: string) => graph.node(name, [a, b])
  const [add, sub, mul, div, mod] = ['Add', 'Sub', 'Mul', 'Div', 'Mod'].map(op)
  const isAbsent = graph.node('Or', [graph.node('IsNaN', [raw]), graph.node('IsInf', [raw])])
  const filled = graph.node('Where', [isAbsent, graph.float(0), raw])
  const floor = graph.node('Floor', [filled])
  const day = add!(graph.node('Cast', [floor], { to: { int: 7 } }), whole(firstDay))
  const z = graph.node('Max', [add!(day, whole(epochDay)), whole(0)])
  const ofEra = mod!(z, whole(146_097))
  const leapless = sub!(
    add!(sub!(ofEra, div!(ofEra, whole(1460))), div!(ofEra, whole(36_524))),
    div!(ofEra, whole(146_096)),
  )
  const year = div!(leapless, whole(365))
  const before = sub!(add!(mul!(year, whole(365)), div!(year, whole(4))), div!(year, whole(100)))
  const ofYear = sub!(ofEra, before)
  const march = div!(add!(mul!(ofYear, whole(5)), whole(2)), whole(153))
  const month = graph.node('Where', [
    graph.node('Less', [march, whole(10)]),
    add!(march, whole(3)),
    sub!(march, whole(9)),
  ])
  const monthsBefore = div!(add!(mul!(march, whole(153)), whole(2)), whole(5))
  const ofMonth = add!(sub!(ofYear, monthsBefore), whole(1))
  const ofWeek = mod!(add!(day, whole(3)), whole(7))
  const asFloat = (name: string) => graph.node('Cast', [name], { to: { int: 1 } })
  const parts = [month, ofMonth, ofWeek, graph.node('Greater', [ofWeek, whole(4)])].map(asFloat)
  if (hasHours) {
    const hours = mul!(sub!(filled, floor), graph.float(24))
    parts.push(graph.node('Min', [graph.node('Floor', [add!(hours, graph.float(hourSlack))]), graph.float(23)]))
  }
  const all = graph.node('Concat', parts, { axis: { int: 1 } })
  return graph.node('Where', [isAbsent, graph.float(Number.NaN), all])
}
