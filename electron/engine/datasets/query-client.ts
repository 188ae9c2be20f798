import { type ChildProcess, spawn } from 'node:child_process'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import type { ColumnRelation, FilePreview, ReadOptions } from '../../../shared/model/dataset.ts'
import { entryPath } from '../base/index.ts'
import type { RelationRequest } from './relation.ts'
import type { RowView } from './row-view.ts'

export type Cell = string | number | boolean | null

/** What the query process answers, by the name of the question. */
export interface Questions {
  rows: {
    ask: {
      file: string
      offset: number
      limit: number
      columns: string[] | null
      view: RowView | null
    }
    /** `places` count from 0; `total` is that of the view, null where the rows are shown as they lie. */
    answer: { rows: Cell[][]; places: number[]; total: number | null }
  }
  relation: { ask: RelationRequest; answer: ColumnRelation }
  preview: { ask: { file: string; fileName: string; options: ReadOptions }; answer: FilePreview }
}

export type QueryRequest = {
  [Kind in keyof Questions]: { id: number; kind: Kind; ask: Questions[Kind]['ask'] }
}[keyof Questions]

export interface QueryAnswer {
  id: number
  answer?: unknown
  error?: ErrorJson
}

interface Waiting {
  request: QueryRequest
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/** The engine's end of the query process: starts it when first asked, and anew after it was ended. */
export class QueryClient {
  readonly #temporaryFolder: string
  #child: { process: ChildProcess; waiting: Map<number, Waiting> } | null = null
  #next = 0
  #isClosed = false

  constructor(temporaryFolder: string) {
    this.#temporaryFolder = temporaryFolder
  }

  /** Asks; an abort ends the process, and with it this question; others under way are asked again of the next one. */
  async ask<Kind extends keyof Questions>(
    kind: Kind,
    ask: Questions[Kind]['ask'],
    signal?: AbortSignal,
  ): Promise<Questions[Kind]['answer']> {
    signal?.throwIfAborted()
    const id = this.#next
    this.#next += 1
    const abort = () => this.#drop(id)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const answer = await new Promise<unknown>((resolve, reject) => {
        this.#send({ request: { id, kind, ask } as QueryRequest, resolve, reject })
      })
      return answer as Questions[Kind]['answer']
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#child?.process.kill('SIGKILL')
  }

  /** Ends the process for the sake of one question, and puts the others to a new one. */
  #drop(id: number): void {
    const child = this.#child
    const dropped = child?.waiting.get(id)
    if (!child || !dropped) return
    child.waiting.delete(id)
    dropped.reject(new AppError('cancelled', 'The query was ended'))
    this.#child = null
    const others = [...child.waiting.values()]
    child.waiting.clear()
    child.process.kill('SIGKILL')
    for (const waiting of others) this.#send(waiting)
  }

  #send(waiting: Waiting): void {
    if (this.#isClosed) {
      waiting.reject(new AppError('cancelled', 'The query was ended'))
      return
    }
    this.#child ??= this.#start()
    this.#child.waiting.set(waiting.request.id, waiting)
    this.#child.process.send(waiting.request)
  }

  #start(): { process: ChildProcess; waiting: Map<number, Waiting> } {
    const waiting = new Map<number, Waiting>()
    const child = spawn(process.execPath, [entryPath('query-process'), this.#temporaryFolder], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    })
    child.on('message', ({ id, answer, error }: QueryAnswer) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (error) asked?.reject(AppError.fromJSON(error))
      else asked?.resolve(answer)
    })
    const gone = () => {
      if (this.#child?.process === child) this.#child = null
      for (const each of waiting.values()) {
        each.reject(
          new AppError('cancelled', 'The process that reads stored data ended before it answered', {
            mend: 'Ask again.',
          }),
        )
      }
      waiting.clear()
    }
    child.once('exit', gone)
    child.once('error', gone)
    return { process: child, waiting }
  }
}
