import { closeSync, openSync, readSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { z } from 'zod'

/** What a script may leave in its `LATHE_OUTPUT`. */
export const outputFiles = {
  model: 'model.onnx',
  metrics: 'metrics.json',
  curves: 'curves.jsonl',
  columns: 'columns.json',
} as const

const largestMetrics = 1 << 20
const mostMetrics = 1000
const mostPoints = 200_000
const longestLine = 1 << 16
const lookMs = 300

/** Python writes NaN and Infinity, which are no JSON. */
const parse = (text: string): unknown => JSON.parse(text.replace(/(?<![\w".])-?(NaN|Infinity)\b/g, 'null'))

/** The numbers of `metrics.json`; what is none is said in `warnings`. Empty where the file is not there. */
export async function readReported(folder: string, warnings: string[]): Promise<Record<string, number>> {
  const file = join(folder, outputFiles.metrics)
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) return {}
  const refuse = (why: string) => {
    warnings.push(`${outputFiles.metrics} was left out: ${why}`)
    return {}
  }
  if (found.size > largestMetrics) return refuse('it is larger than 1 MB')
  let told: unknown
  try {
    told = parse(await readFile(file, 'utf8'))
  } catch (error) {
    return refuse(`it is no JSON (${(error as Error).message})`)
  }
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return refuse('it is no object of numbers')
  const all = Object.entries(told)
  const numbers = all.filter(([, value]) => typeof value === 'number').slice(0, mostMetrics) as [string, number][]
  const others = all.length - numbers.length
  if (others) {
    const named = all.filter(([, value]) => typeof value !== 'number').map(([name]) => name)
    warnings.push(`${outputFiles.metrics}: ${others} values are no numbers (${named.slice(0, 5).join(', ')})`)
  }
  return Object.fromEntries(numbers)
}

/** The columns that its model takes, in order, as the script says them; null where it says nothing. */
export async function readColumns(folder: string): Promise<string[] | null> {
  try {
    return z.array(z.string()).parse(JSON.parse(await readFile(join(folder, outputFiles.columns), 'utf8')))
  } catch {
    return null
  }
}

/**
 * Follows `curves.jsonl` while it is written: a line is an object of numbers, `step` among them or counted; each other name
 * is a curve. Call the answer once the script has ended.
 */
export function followCurves(
  folder: string,
  { metric, warnings }: { metric: (key: string, step: number, value: number) => void; warnings: string[] },
): () => void {
  const file = join(folder, outputFiles.curves)
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(1 << 16)
  let [offset, rest, line, points] = [0, '', 0, 0]
  const warn = (message: string) => {
    if (!warnings.some(each => each.startsWith(outputFiles.curves))) warnings.push(`${outputFiles.curves} ${message}`)
  }
  const take = (text: string) => {
    line += 1
    if (text.trim() === '') return
    let told: unknown
    try {
      told = parse(text)
    } catch {
      return warn(`line ${line} is no JSON`)
    }
    if (typeof told !== 'object' || told === null) return warn(`line ${line} is no object of numbers`)
    const { step: given, ...values } = told as Record<string, unknown>
    const step = typeof given === 'number' ? given : line
    for (const [key, value] of Object.entries(values)) {
      if (typeof value !== 'number') continue
      points += 1
      if (points > mostPoints) return warn(`has more than ${mostPoints} points: the rest was left out`)
      metric(key.slice(0, 200), step, value)
    }
  }
  const read = () => {
    let descriptor: number
    try {
      descriptor = openSync(file, 'r')
    } catch {
      return
    }
    try {
      for (let count = -1; count !== 0; ) {
        count = readSync(descriptor, chunk, 0, chunk.length, offset)
        offset += count
        const lines = (rest + decoder.write(chunk.subarray(0, count))).split('\n')
        rest = lines.pop()!.slice(0, longestLine)
        lines.forEach(take)
      }
    } finally {
      closeSync(descriptor)
    }
  }
  const timer = setInterval(read, lookMs)
  return () => {
    clearInterval(timer)
    read()
    if (rest.trim() !== '') take(rest)
  }
}
