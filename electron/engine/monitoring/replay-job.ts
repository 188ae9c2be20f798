import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../shared/errors.ts'
import type { RawRow } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { ColumnType, RowsReadOptions } from '../../../shared/model/dataset.ts'
import type { Replay } from '../../../shared/model/monitoring.ts'
import { requestJson } from '../clients/index.ts'
import { scanFile } from '../datasets/index.ts'
import type { JobContext } from '../jobs/index.ts'
import { servedColumns } from './served-columns.ts'

export interface ReplayInput {
  /** Absolute. */
  file: string
  /** Reference of the upload that the file is, removed when it was sent. */
  upload: string | null
  url: string
  /** Under which it is watched; null where it is not. */
  endpoint: string | null
  /** Rows a second; null for as fast as the server takes them. */
  rate: number | null
  /** What the model reads; null when only the server knows. */
  columns: { name: string; type: ColumnType }[] | null
  options: RowsReadOptions
}

const batchRows = 200
/** Of a request, some 30 bytes each in JSON: model servers take 16 MB. */
const mostValues = 200_000
const keptMessages = 5
const timeoutMs = 30_000
const maximumBytes = 20_000_000

/** Sends the rows of a file to a model server, one batch after the other, as its users would. */
export async function replayJob(input: ReplayInput, context: JobContext): Promise<Replay> {
  const { signal } = context
  const columns = input.columns ?? (await servedColumns(input.url, signal))
  const most = Math.max(1, Math.min(batchRows, Math.floor(mostValues / columns.length)))
  const size = input.rate === null ? most : Math.max(1, Math.min(most, Math.ceil(input.rate / 10)))
  const sender = new Sender(input.url, signal)
  const startedAt = performance.now()
  const { options } = input
  for await (const table of scanFile(input.file, { columns, options, batchRows: 5000, signal })) {
    for (let from = 0; from < table.rows; from += size) {
      const rows = toRows(table, from, Math.min(table.rows, from + size))
      if (input.rate !== null) {
        const dueMs = (sender.sent / input.rate) * 1000 - (performance.now() - startedAt)
        if (dueMs > 0) await sleep(dueMs, undefined, { signal })
      }
      await sender.send(rows)
      context.progress(null, `${sender.sent} rows sent${sender.errors ? `, ${sender.errors} refused` : ''}`)
    }
  }
  const seconds = (performance.now() - startedAt) / 1000
  if (!sender.sent) throw new AppError('bad-file', `${input.file} holds no row to send`)
  for (const message of sender.messages) context.log(message, 'warn')
  return { url: input.url, sent: sender.sent, errors: sender.errors, seconds, messages: sender.messages }
}

class Sender {
  sent = 0
  errors = 0
  readonly messages: string[] = []
  readonly #url: string
  readonly #signal: AbortSignal

  constructor(url: string, signal: AbortSignal) {
    this.#url = url
    this.#signal = signal
  }

  /** Sends rows together; a server that refuses the lot for one of them gets them one by one. */
  async send(rows: RawRow[]): Promise<void> {
    const { status, body } = await requestJson(`${this.#url}/predict`, {
      method: 'POST',
      body: { inputs: rows },
      timeoutMs,
      maximumBytes,
      signal: this.#signal,
    })
    if (status === 200) {
      this.sent += rows.length
      return
    }
    if (status === 404 || status === 401 || status === 403) {
      throw new AppError('unreachable', `${this.#url}/predict answers with status ${status}`, {
        mend: 'Replay sends to Lathe model servers; check the address.',
      })
    }
    if (rows.length > 1 && (status === 400 || status === 422)) {
      for (const row of rows) await this.send([row])
      return
    }
    this.sent += rows.length
    this.errors += rows.length
    const message = refusalOf(body) ?? `status ${status}`
    if (this.messages.length < keptMessages && !this.messages.includes(message)) this.messages.push(message)
  }
}

/** The server's words: `{message}`, `{error}` or `{error: {message}}`, with the first problem of a list behind it. */
function refusalOf(body: unknown): string | null {
  if (body === null || typeof body !== 'object') return null
  const { message, error } = body as { message?: unknown; error?: unknown }
  if (typeof message === 'string') return message
  if (typeof error === 'string') return error
  return error === body ? null : refusalOf(error)
}

/** Rows [from, to) as JSON carries them: missing is null, dates are ISO 8601. */
export function toRows(table: Table, from: number, to: number): RawRow[] {
  const rows: RawRow[] = Array.from({ length: to - from }, () => ({}))
  for (const column of table.columns) {
    for (let i = from; i < to; i += 1) {
      if (column.kind === 'text') {
        const code = column.codes[i]!
        rows[i - from]![column.name] = code < 0 ? null : column.dictionary[code]!
      } else {
        rows[i - from]![column.name] = toRaw(column.values[i]!, column.type)
      }
    }
  }
  return rows
}

function toRaw(value: number, type: ColumnType): number | string | boolean | null {
  if (!Number.isFinite(value)) return null
  if (type === 'boolean') return value !== 0
  if (type === 'date') return new Date(value).toISOString().slice(0, 10)
  if (type === 'datetime') return new Date(value).toISOString()
  return value
}
