import { type ChildProcess, spawn } from 'node:child_process'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { entryPath } from '../base/index.ts'

export interface QueryRequest {
  id: number
  file: string
  offset: number
  limit: number
}

export interface QueryAnswer {
  id: number
  rows: (string | number | boolean | null)[][]
  error?: ErrorJson
}

interface Waiting {
  resolve(answer: QueryAnswer): void
  reject(error: unknown): void
}

/** The engine's end of the query process: starts it when first asked, and anew after it was killed. */
export class QueryClient {
  readonly #temporaryFolder: string
  #child: ChildProcess | null = null
  #next = 0
  readonly #waiting = new Map<number, Waiting>()

  constructor(temporaryFolder: string) {
    this.#temporaryFolder = temporaryFolder
  }

  /** Rows of a Parquet file. An abort ends the process, and with it the question. */
  async rows(file: string, offset: number, limit: number, signal?: AbortSignal): Promise<QueryAnswer['rows']> {
    const child = this.#start()
    const id = this.#next
    this.#next += 1
    const abort = () => this.close()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const answer = await new Promise<QueryAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        child.send({ id, file, offset, limit } satisfies QueryRequest)
      })
      if (answer.error) throw AppError.fromJSON(answer.error)
      return answer.rows
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#waiting.delete(id)
    }
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  #start(): ChildProcess {
    if (this.#child) return this.#child
    const child = spawn(process.execPath, [entryPath('query-process'), this.#temporaryFolder], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    })
    child.on('message', (answer: QueryAnswer) => this.#waiting.get(answer.id)?.resolve(answer))
    child.once('exit', () => {
      if (this.#child === child) this.#child = null
      for (const waiting of this.#waiting.values()) waiting.reject(new AppError('cancelled', 'The query was ended'))
    })
    this.#child = child
    return child
  }
}
