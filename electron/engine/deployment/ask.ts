import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import { ErrorRecord } from '../../../shared/model/job.ts'
import { type AskedRow, ServiceAnswer } from '../../../shared/model/service-answer.ts'
import { requestJson } from '../clients/index.ts'

const timeoutMs = 30_000
const maximumBytes = 5_000_000

const Predicted = ServiceAnswer.pick({ model: true, outputs: true })
const Refused = z.object({ error: ErrorRecord })

/**
 * Sends rows to a model server. A refusal is an answer, with the server's own error; throws `unreachable` where nobody
 * answers, or something that is no model server.
 */
export async function askService(address: string, rows: readonly AskedRow[], signal?: AbortSignal) {
  const url = `${address}/predict`
  const started = performance.now()
  const { status, body } = await requestJson(url, {
    method: 'POST',
    body: { inputs: rows },
    timeoutMs,
    maximumBytes,
    isFresh: true,
    signal,
  })
  const said = { address, status, latencyMs: performance.now() - started }
  const predicted = Predicted.safeParse(body)
  if (status === 200 && predicted.success && predicted.data.outputs?.length === rows.length) {
    return { ...said, ...predicted.data, error: null }
  }
  const refused = Refused.safeParse(body)
  if (status >= 400 && refused.success) return { ...said, model: null, outputs: null, error: refused.data.error }
  throw new AppError('unreachable', `${url} answers with status ${status}, not as a model server does`, {
    mend: 'See whether another program has its address now (lathe deployments).',
  })
}
