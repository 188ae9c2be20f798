import type { DeviceId, Parameters } from '../../../shared/model/run.ts'
import type { Algorithm, TrainContext } from './algorithm.ts'
import { type Answered, answer } from './finish-training.ts'
import type { Prepared } from './prepare.ts'

/** What fits said of rows that they did not see, and how the last fit, which sees all of them, is to learn as much. */
export interface Unlearned {
  /** Rows of the table: the validation rows, or those of a fold after the other. */
  parts: Int32Array[]
  /** Of each part, row-major. */
  answers: Float32Array[]
  /** Settings to go by; null where it cannot be fitted without validation rows. */
  settled: Parameters | null
}

/** The mean of each setting over fits; null where one has none. */
export function meanOfSettled(each: readonly (Parameters | null)[]): Parameters | null {
  const known = each.filter(settled => settled !== null)
  if (!known.length || known.length < each.length) return null
  const names = Object.keys(known[0]!)
  // Of folds that stopped at other settings there is no mean.
  if (known.some(settled => names.some(name => typeof settled[name] !== 'number'))) return null
  const meanOf = (name: string) => known.reduce((sum, settled) => sum + (settled[name] as number), 0) / known.length
  return Object.fromEntries(names.map(name => [name, meanOf(name)]))
}

/** The answers to these rows; null where a part lacks one of them. */
export function answersTo(
  rows: Int32Array,
  { parts, answers }: Pick<Unlearned, 'parts' | 'answers'>,
): Float32Array | null {
  const places = new Map(parts.flatMap((part, k) => Array.from(part, (row, i) => [row, [k, i]] as const)))
  if (!rows.length || rows.some(row => !places.has(row))) return null
  const width = answers[0]!.length / parts[0]!.length
  const found = new Float32Array(rows.length * width)
  for (const [at, row] of rows.entries()) {
    const [k, i] = places.get(row)!
    found.set(answers[k]!.subarray(i * width, (i + 1) * width), at * width)
  }
  return found
}

/**
 * Fits to training and validation rows together. The validation rows are still answered as fits did that had not seen them. Null where the
 * algorithm cannot learn without validation rows.
 */
export async function refit(
  prepared: Prepared,
  { algorithm, parameters }: { algorithm: Algorithm; parameters: Parameters },
  unlearned: Unlearned,
  context: TrainContext,
  device: { device: DeviceId; warnings: string[] },
): Promise<Answered | null> {
  const validation = answersTo(prepared.split.validation, unlearned)
  if (!unlearned.settled || !validation) return null
  const whole = { ...prepared, ...prepared.whole() }
  const fitted = await algorithm.fit(whole.data, { ...parameters, ...unlearned.settled }, context)
  context.signal.throwIfAborted()
  return { ...(await answer(whole, fitted, device)), validation }
}
