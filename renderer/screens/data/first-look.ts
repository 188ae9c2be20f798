import type { DatasetVersion } from '../../../shared/model/dataset.ts'

/** What the first models learn from where there are more: enough for three digits of a score, and learned in seconds. */
export const firstLookRows = 500_000

/** Of a training that begins with the import. */
export function firstLook({ rows }: Pick<DatasetVersion, 'rows'>): { sampleRows?: number } {
  return rows > firstLookRows ? { sampleRows: firstLookRows } : {}
}
