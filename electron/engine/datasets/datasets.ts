import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { parseReference } from '../../../shared/model/ids.ts'
import { sha256 } from '../base/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { UploadService } from '../uploads/index.ts'
import { type ImportInput, type ImportOutput, parquetName, sortIndexName } from './import-job.ts'
import { unknownColumn } from './importers/index.ts'
import { type Cell, QueryClient } from './query-client.ts'
import { rowView } from './row-view.ts'
import type { IndexedColumn } from './sort-index.ts'
import { sizeOf } from './source.ts'
import { DatasetStore } from './store.ts'

/** Raised when the same bytes and options would be read differently: versions made before then are not taken for the same. */
const readerVersion = 2
/** Of workbooks, whose times of day became hours. */
const workbookVersion = 3

export interface DatasetService {
  operations: Operations<Contract['datasets']>
  handlers: AnyJobHandler[]
  /** `name` (its newest version) or `name:2`. Throws `not-found`. */
  resolve(reference: string): DatasetVersion
  /** Absolute path of the version's Parquet file. */
  parquetPath(version: DatasetVersion): string
  /** Rows of any Parquet file in the store, read by the query process. */
  page(file: string, offset: number, limit: number, signal?: AbortSignal): Promise<Cell[][]>
  close(): void
}

export function createDatasets(
  { registry, jobs, events, clock }: DomainContext,
  { uploads }: { uploads: UploadService },
): DatasetService {
  const store = new DatasetStore(registry)
  const queries = new QueryClient(join(registry.workspace, 'tmp', 'query'))

  const resolve = (reference: string): DatasetVersion => {
    const parsed = parseReference(reference)
    const found = parsed && !parsed.alias ? store.get(parsed.name, parsed.version) : null
    if (found) return found
    const newest = parsed && !parsed.alias ? store.get(parsed.name) : null
    if (newest) {
      throw new AppError('not-found', `The dataset "${newest.dataset}" has no version ${parsed!.version}`, {
        mend: `Its newest version is ${newest.version}.`,
      })
    }
    const names = store.names()
    throw new AppError('not-found', `There is no dataset "${reference}"`, {
      mend: names.length
        ? `There are ${names.slice(0, 10).join(', ')}.`
        : 'Import a file first: lathe import FILE --name NAME',
    })
  }
  const parquetPath = (version: DatasetVersion) => registry.store.pathOf(version.sha256)

  const sortIndexOf = ({ sortIndex, columns, rows }: DatasetVersion, name: string): IndexedColumn | null => {
    const column = sortIndex?.columns.indexOf(name) ?? -1
    if (!sortIndex?.texts || column < 0 || !registry.store.has(sortIndex.sha256)) return null
    const { missing } = columns.find(each => each.name === name)!
    return {
      ...{ file: registry.store.pathOf(sortIndex.sha256), column, columns: sortIndex.columns.length },
      ...{ rows, present: rows - missing, texts: sortIndex.texts[column] ?? null },
    }
  }

  const handler: JobHandler<ImportInput, ImportOutput, 'import'> = {
    kind: 'import',
    lane: 'compute',
    async adopt(output, job) {
      const adopt = async (name: string, sha256: string) => {
        const adopted = await registry.store.adopt(join(job.outFolder, name))
        if (adopted.sha256 !== sha256)
          throw new AppError('digest-mismatch', 'The imported file changed before it was taken in')
      }
      await adopt(parquetName, output.sha256)
      if (output.sortIndex) await adopt(sortIndexName, output.sortIndex.sha256)
    },
    objects: (_job, result) => ({
      made: result ? [{ kind: 'dataset', id: `${result.dataset}:${result.version}` }] : [],
    }),
    commit(output, job) {
      if (job.input.upload) uploads.forget(job.input.upload)
      const readKey = sha256(
        canonicalJson({
          source: output.source.sha256,
          options: output.readOptions,
          target: output.target,
          readerVersion: output.readOptions.format === 'xlsx' ? workbookVersion : readerVersion,
        }),
      )
      const known = store.findByReadKey(job.input.name, readKey)
      const sortIndex = output.sortIndex && { sortIndex: output.sortIndex }
      // One that was imported before sort indexes were what they are has one from now on.
      const isNewer = sortIndex && known?.sortIndex?.sha256 !== output.sortIndex?.sha256
      if (known) return isNewer ? store.replace({ ...known, ...sortIndex }) : known
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
          ...sortIndex,
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
    async page(file, offset, limit, signal) {
      return (await queries.ask('rows', { file, offset, limit, columns: null, view: null }, signal)).rows
    },
    handlers: [handler],
    close: () => queries.close(),
    operations: {
      async import({ file, name, target, options }) {
        const { path, name: fileName, isUpload } = uploads.resolve(file)
        await sizeOf(path, fileName)
        const upload = isUpload ? file : null
        const input: ImportInput = { file: path, fileName, name, target: target ?? null, options, upload }
        return {
          job: jobs.submit({
            kind: 'import',
            title: `Import ${fileName} as ${name}`,
            input,
            subject: { kind: 'dataset', id: name },
          }),
        }
      },
      list: () => ({ datasets: store.list() }),
      get: ({ dataset }) => resolve(dataset),
      preview({ file, options }, { signal }) {
        const found = uploads.resolve(file)
        return queries.ask('preview', { file: found.path, fileName: found.name, options }, signal)
      },
      relation({ dataset, column, target }, { signal }) {
        const version = resolve(dataset)
        const profile = (name: string) => {
          const found = version.columns.find(each => each.name === name)
          const names = version.columns.map(each => each.name)
          if (!found) throw unknownColumn(name, names, dataset)
          return { name, type: found.type, distinct: found.distinct }
        }
        const file = parquetPath(version)
        const request = { file, column: profile(column), target: profile(target), rows: version.rows }
        return queries.ask('relation', request, signal)
      },
      async rows({ dataset, offset, limit, columns, where, order, repeated, among }, { signal }) {
        const version = resolve(dataset)
        const file = parquetPath(version)
        const names = version.columns.map(column => column.name)
        const shown = columns ?? names
        const view = rowView(file, version.columns, { where, order: order ?? null, repeated, among }, column =>
          sortIndexOf(version, column),
        )
        const known = new Set(names)
        for (const name of shown) {
          if (!known.has(name)) throw unknownColumn(name, names, dataset)
        }
        const answer = await queries.ask('rows', { file, offset, limit, columns: shown, view }, signal)
        return { columns: shown, rows: answer.rows, places: answer.places, total: answer.total ?? version.rows }
      },
    },
  }
}
