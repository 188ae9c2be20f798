import { basename, isAbsolute, join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { parseReference } from '../../../shared/model/ids.ts'
import { sha256 } from '../base/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import { type ImportInput, type ImportOutput, parquetName } from './import-job.ts'
import { QueryClient } from './query-client.ts'
import { sizeOf } from './source.ts'
import { DatasetStore } from './store.ts'

/** Raised when the same bytes and options would be read differently: versions made before then are not taken for the same. */
const readerVersion = 1

export interface DatasetService {
  operations: Operations<Contract['datasets']>
  handlers: AnyJobHandler[]
  /** `name` (its newest version) or `name:2`. Throws `not-found`. */
  resolve(reference: string): DatasetVersion
  /** Absolute path of the version's Parquet file. */
  parquetPath(version: DatasetVersion): string
  /** Rows of any Parquet file in the store, read by the query process. */
  page: QueryClient['rows']
  close(): void
}

export function createDatasets({ registry, jobs, events, clock }: DomainContext): DatasetService {
  const store = new DatasetStore(registry)
  const queries = new QueryClient(join(registry.workspace, 'tmp', 'query'))

  const resolve = (reference: string): DatasetVersion => {
    const parsed = parseReference(reference)
    const found = parsed && !parsed.alias ? store.get(parsed.name, parsed.version) : null
    if (found) return found
    const names = store.names()
    throw new AppError('not-found', `There is no dataset "${reference}"`, {
      mend: names.length
        ? `There are ${names.slice(0, 10).join(', ')}.`
        : 'Import a file first: lathe import FILE --name NAME',
    })
  }
  const parquetPath = (version: DatasetVersion) => registry.store.pathOf(version.sha256)

  const handler: JobHandler<ImportInput, ImportOutput, 'import'> = {
    kind: 'import',
    lane: 'compute',
    async adopt(output, job) {
      const adopted = await registry.store.adopt(join(job.outFolder, parquetName))
      if (adopted.sha256 !== output.sha256)
        throw new AppError('digest-mismatch', 'The imported file changed before it was taken in')
    },
    commit(output, job) {
      const readKey = sha256(
        canonicalJson({
          source: output.source.sha256,
          options: output.readOptions,
          target: output.target,
          readerVersion,
        }),
      )
      const known = store.findByReadKey(job.input.name, readKey)
      if (known) return known
      const { sha256: digest, rows, sizeBytes, columns, warnings, target, source, readOptions } = output
      const version = store.insert(
        {
          dataset: job.input.name,
          sha256: digest,
          rows,
          sizeBytes,
          columns,
          warnings,
          target,
          source,
          readOptions,
          createdAt: clock(),
        },
        readKey,
      )
      events.publish({ type: 'changed', entity: 'dataset', id: version.dataset })
      return version
    },
  }

  return {
    resolve,
    parquetPath,
    page: (file, offset, limit, signal) => queries.rows(file, offset, limit, signal),
    handlers: [handler],
    close: () => queries.close(),
    operations: {
      async import({ file, name, target, options }) {
        if (!isAbsolute(file)) throw new AppError('bad-input', `The file must be named by its full path, not "${file}"`)
        await sizeOf(file, basename(file))
        const input: ImportInput = { file, fileName: basename(file), name, target: target ?? null, options }
        return {
          job: jobs.submit({
            kind: 'import',
            title: `Import ${basename(file)} as ${name}`,
            input,
            subject: { kind: 'dataset', id: name },
          }),
        }
      },
      list: () => ({ datasets: store.list() }),
      get: ({ dataset }) => resolve(dataset),
      async rows({ dataset, offset, limit }, { signal }) {
        const version = resolve(dataset)
        const rows = await queries.rows(parquetPath(version), offset, limit, signal)
        return { columns: version.columns.map(column => column.name), rows, total: version.rows }
      },
    },
  }
}
