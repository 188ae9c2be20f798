import { AppError } from '../../../shared/errors.ts'
import { argmax } from '../../../shared/inference/decode.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import { agreeingRows } from '../../../shared/lib/agreeing-rows.ts'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ClassTable } from '../../../shared/model/model.ts'

/** A command of more would not be typed. */
const mostTyped = 8
/** A table of more is no help, and goes with the job's record. */
const mostCounted = 200

/** Whether what a model from elsewhere calls its classes cannot be those of a target: none is among them, or there are as many and others. */
export function callsOtherwise({ task, classes }: Signature, target: readonly string[]): boolean {
  if (task === 'regression' || classes.length === 0) return true
  const known = target.filter(label => classes.includes(label)).length
  return known === 0 || (known < target.length && target.length === classes.length)
}

/**
 * What to say of rows whose classes the model calls otherwise: with a table of its answers beside them in the details (`classTable`), and the command that
 * names them. `answers` are as `predictTable` gives them, `truth` places in `classes`; `model` is how messages call it. The person decides: what the rows
 * suggest is only told.
 */
export function otherClasses(
  { answers, truth, classes, signature }: Answered,
  { model, target }: { model: string; target: string },
): AppError {
  const { own, counts } = countAnswers({ answers, truth, classes, signature })
  const shown = (labels: readonly string[]) => `${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ', …' : ''}`
  const message = `The target "${target}" holds ${shown(classes)}, and the model answers ${own.length ? shown(own) : 'numbers'}`
  if (own.length < classes.length || own.length < 2) {
    const few = own.length ? `: ${classes.length} classes, and it knows ${own.length}` : ''
    return new AppError('bad-data', message + few, {
      mend: 'Train a new model on this dataset, or name another --target.',
    })
  }
  const suggested =
    own.length > mostCounted ? null : (suggest(counts, classes)?.map((name, k) => name ?? own[k]!) ?? null)
  const table: ClassTable = { own, classes: [...classes], counts, suggested }
  const agreeing = suggested && agreeingRows(table, suggested)
  const named = own.slice(0, mostTyped).map((label, k) => `--class ${quoted(`${label}=${suggested?.[k] ?? 'NAME'}`)}`)
  const command = `\`lathe name-classes ${model} ${named.join(' ')}${own.length > mostTyped ? ' …' : ''}\``
  const said = suggested
    ? `${formatCount(agreeing!)} of ${formatCount(truth.length)} rows agree with these names; which they are is yours to say`
    : `${formatCount(truth.length)} rows do not tell them apart`
  return new AppError('bad-data', message, {
    mend: `Say what they are called here: ${command} (${said}).`,
    details: own.length > mostCounted ? {} : { classTable: table },
  })
}

interface Answered {
  answers: Float32Array
  truth: ArrayLike<number>
  classes: readonly string[]
  signature: Signature
}

function countAnswers({ answers, truth, classes, signature }: Answered): Pick<ClassTable, 'own' | 'counts'> {
  const width = signature.classes.length
  const isValue = signature.task === 'regression'
  if (isValue && answers.some(value => !(value >= 0 && value <= 1))) return { own: [], counts: [] }
  // Of a model that says nothing of its labels those that it gave.
  const given = width ? (signature.labels ?? signature.classes) : isValue ? ['0', '1'] : labelsIn(answers)
  const answered = (row: number) =>
    width
      ? argmax(answers, row * width, width)
      : isValue
        ? Number(answers[row]! > 0.5)
        : given.indexOf(String(answers[row]))
  const counts = given.map(() => new Array<number>(classes.length).fill(0))
  for (let row = 0; row < truth.length; row += 1) {
    const counted = counts[answered(row)]
    if (counted) counted[truth[row]!]! += 1
  }
  return { own: given, counts }
}

function labelsIn(answers: Float32Array): string[] {
  const distinct = [...new Set(answers)].sort((a, b) => a - b)
  return distinct.every(Number.isInteger) && distinct.length <= mostCounted ? distinct.map(String) : []
}

/**
 * Each of the model's classes by the name with which the most rows agree, one name once; null for a class beyond those of the target. Null
 * as a whole where exchanging two names would change less than chance does (two standard deviations of the rows that they share).
 */
function suggest(counts: readonly number[][], classes: readonly string[]): (string | null)[] | null {
  const names = counts.map((_, k) => k)
  const at = (own: number, name: number) => counts[own]![name] ?? 0
  const gain = (i: number, j: number) => at(i, names[j]!) + at(j, names[i]!) - at(i, names[i]!) - at(j, names[j]!)
  const pairs = names.flatMap((_, i) => names.slice(i + 1).map((_, more): [number, number] => [i, i + 1 + more]))
  for (let isBetter = true; isBetter; ) {
    isBetter = false
    for (const [i, j] of pairs) {
      if (gain(i, j) <= 0) continue
      ;[names[i], names[j]] = [names[j]!, names[i]!]
      isBetter = true
    }
  }
  const isUnclear = pairs.some(([i, j]) => {
    if (names[i]! >= classes.length || names[j]! >= classes.length) return false
    const rows = at(i, names[i]!) + at(j, names[j]!) + at(i, names[j]!) + at(j, names[i]!)
    return -gain(i, j) < 2 * Math.sqrt(rows) || rows === 0
  })
  return isUnclear ? null : names.map(name => classes[name] ?? null)
}

const quoted = (text: string) => (/^[\w.=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
