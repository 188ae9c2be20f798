import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import { requestJson } from '../clients/index.ts'

const Metadata = z.object({
  inputs: z.array(z.object({ name: z.string(), datatype: z.string() })).min(1),
})
const limits = { timeoutMs: 5000, maximumBytes: 5_000_000 }

/** The columns that a model server reads, from its Open Inference Protocol metadata: one input a column. */
export async function servedColumns(url: string, signal: AbortSignal): Promise<{ name: string; type: ColumnType }[]> {
  const drift = await requestJson(`${url}/drift?since=${Date.now()}`, { ...limits, signal })
  const name = z.object({ model: z.object({ name: z.string() }) }).safeParse(drift.body)
  const path = name.success ? `/v2/models/${encodeURIComponent(name.data.model.name)}` : '/v2'
  const answer = Metadata.safeParse((await requestJson(`${url}${path}`, { ...limits, signal })).body)
  if (!answer.success) {
    throw new AppError('unsupported', `${url} does not tell which columns its model reads`, {
      mend: 'Replay to a server whose model is of this workspace.',
    })
  }
  return answer.data.inputs.map(input => ({ name: input.name, type: typeOf(input.datatype) }))
}

function typeOf(datatype: string): ColumnType {
  if (datatype === 'BYTES') return 'text'
  if (datatype === 'BOOL') return 'boolean'
  return datatype.startsWith('FP') ? 'number' : 'integer'
}
