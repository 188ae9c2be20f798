import type { PythonKind, PythonSnippet } from '../../../shared/contract/workspace.ts'
import { AppError } from '../../../shared/errors.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { ModelService } from '../models/index.ts'
import type { Registry } from '../registry/index.ts'
import type { RunService } from '../runs/index.ts'
import { type PythonFiles, pythonSnippet } from './python-snippet.ts'

export interface PythonSources {
  registry: Registry
  datasets: Pick<DatasetService, 'resolve' | 'parquetPath'>
  runs: Pick<RunService, 'get' | 'predictionsPath'>
  models: Pick<ModelService, 'resolve'>
}

const kinds: readonly PythonKind[] = ['run', 'model', 'dataset']

/**
 * The Python program of a dataset version, run or model version. Without `kind` the subject may be any of them; throws `not-found`
 * where it is none, `bad-input` where it is several, `conflict` for a run that has not come to its end.
 */
export async function openInPython(
  sources: PythonSources,
  { subject, kind }: { subject: string; kind?: PythonKind },
): Promise<PythonSnippet> {
  const { chosen, open } = choose(sources, subject, kind)
  const { id, title, files } = await open()
  return { kind: chosen, subject: id, code: pythonSnippet(title, files) }
}

interface Opened {
  id: string
  title: string
  files: PythonFiles
}

function choose(sources: PythonSources, subject: string, kind: PythonKind | undefined) {
  const found: { chosen: PythonKind; open: () => Promise<Opened> }[] = []
  const errors: unknown[] = []
  for (const each of kind ? [kind] : kinds) {
    try {
      found.push({ chosen: each, open: finders[each](sources, subject) })
    } catch (error) {
      errors.push(error)
    }
  }
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    throw new AppError('bad-input', `"${subject}" is a ${found.map(({ chosen }) => chosen).join(' and a ')}`, {
      mend: `Say which with --as ${found.map(({ chosen }) => chosen).join(' or --as ')}.`,
    })
  }
  if (kind) throw errors[0]
  throw new AppError('not-found', `There is no run, model or dataset "${subject}"`, {
    mend: 'See `lathe runs`, `lathe models` and `lathe datasets` for those there are.',
  })
}

/** Each throws `not-found` at once, and gives how to look further. */
const finders: Record<PythonKind, (sources: PythonSources, subject: string) => () => Promise<Opened>> = {
  dataset({ datasets }, subject) {
    const version = datasets.resolve(subject)
    return async () => {
      const id = nameOf(version)
      return {
        id,
        title: `${id}, ${version.rows} rows`,
        files: { kind: 'dataset', dataset: datasets.parquetPath(version) },
      }
    }
  },
  run(sources, subject) {
    const run = sources.runs.get(subject)
    return async () => {
      const files = await filesOfRun(sources, run.run)
      if (files) return { id: run.run, title: `The test predictions of run ${run.run} (${run.name}) again`, files }
      throw new AppError('conflict', `The run ${run.run} is ${run.status} and has no stored predictions`, {
        mend: 'Wait for its end, or train it again.',
      })
    }
  },
  model(sources, subject) {
    const { model, version, run, bundleDigest } = sources.models.resolve(subject)
    return async () => {
      const id = `${model}:${version}`
      const files = run === null ? null : await filesOfRun(sources, run)
      if (files) return { id, title: `The test predictions of ${id} (run ${run}) again`, files }
      return {
        id,
        title: `The golden rows of ${id} again`,
        files: {
          kind: 'golden',
          golden: await bundleFile(sources, bundleDigest, 'golden'),
          model: await bundleFile(sources, bundleDigest, 'model'),
          signature: await bundleFile(sources, bundleDigest, 'signature'),
        },
      }
    }
  },
}

/** Null where the run has no bundle or no stored predictions. */
async function filesOfRun(sources: PythonSources, id: string): Promise<PythonFiles | null> {
  const { run, dataset, datasetVersion, bundleDigest } = sources.runs.get(id)
  const predictions = sources.runs.predictionsPath(run)
  if (predictions === null || bundleDigest === null) return null
  return {
    kind: 'predictions',
    dataset: sources.datasets.parquetPath(sources.datasets.resolve(`${dataset}:${datasetVersion}`)),
    predictions,
    model: await bundleFile(sources, bundleDigest, 'model'),
    signature: await bundleFile(sources, bundleDigest, 'signature'),
  }
}

async function bundleFile({ registry }: PythonSources, digest: string, role: 'model' | 'signature' | 'golden') {
  return (await registry.bundles.file(digest, role)).storedAt
}

const nameOf = ({ dataset, version }: DatasetVersion) => `${dataset}:${version}`
