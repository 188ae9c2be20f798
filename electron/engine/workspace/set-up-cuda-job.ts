import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { CudaSetup } from '../../../shared/model/workspace.ts'
import { download, httpRequest } from '../clients/index.ts'
import type { JobContext, JobFunction } from '../jobs/index.ts'
import {
  cudaPackage,
  cudaState,
  downloadPath,
  installLibraries,
  onnxRuntimeVersion,
  probeDevices,
  stagingFolder,
} from '../runtime/index.ts'
import { type UnpackedLibrary, unpackLibraries } from './unpack-libraries.ts'

export interface SetUpCudaInput {
  /** Absolute paths, each with the name that its owner gave it; none: onnxruntime's own package is fetched. */
  files: { path: string; name: string }[]
}

const why = 'CUDA libraries of onnxruntime'

/** Unpacks libraries, puts them in place all at once, and tries CUDA: whatever it then says is the outcome, not an error. */
export const setUpCuda: JobFunction<SetUpCudaInput, CudaSetup> = async ({ files }, context) => {
  const { signal } = context
  const fetched = files.length === 0 ? await fetchPackage(context) : null
  const staging = await stagingFolder()
  try {
    const brought = new Map<string, UnpackedLibrary>()
    for (const [i, file] of (fetched ? [fetched] : files).entries()) {
      const into = join(staging, `${i}`)
      await mkdir(into)
      let bytes = 0
      const onBytes = (more: number) => {
        bytes += more
        context.progress(null, `${formatBytes(bytes)} of ${file.name} unpacked`)
      }
      for (const library of await unpackLibraries(file, into, { signal, onBytes })) {
        brought.set(library.name, library)
        context.log(`${library.name}, ${formatBytes(library.sizeBytes)}, of ${file.name}`)
      }
    }
    signal.throwIfAborted()
    context.progress(null, 'putting them in place')
    await context.unbroken(() => installLibraries([...brought.values()]))
  } finally {
    await rm(staging, { recursive: true, force: true })
    if (fetched) await rm(fetched.path, { force: true })
  }
  context.progress(null, 'trying CUDA')
  const devices = await probeDevices({ fresh: true, signal })
  return { libraries: (await cudaState())!, device: devices.find(({ device }) => device === 'cuda')! }
}

/** Where packages of a NuGet feed lie, as its index says. */
interface FeedIndex {
  resources?: { '@id': string; '@type': string }[]
}

async function fetchPackage(context: JobContext): Promise<{ path: string; name: string }> {
  const { feed, name: id, version } = cudaPackage()
  const name = `${id}.${version}.nupkg`.toLowerCase()
  const path = await downloadPath(name)
  const there = await stat(path).catch(() => null)
  if (there) return { path, name }
  try {
    context.progress(null, `asking for ${id} ${version}`)
    const answer = await httpRequest(feed, { why, signal: context.signal })
    const { resources = [] } = JSON.parse(answer.body.toString()) as FeedIndex
    const base = resources.find(resource => resource['@type'] === 'PackageBaseAddress/3.0.0')?.['@id']
    if (!base) throw new AppError('unreachable', `${new URL(feed).host} is no package feed`)
    const url = new URL(`${id.toLowerCase()}/${version}/${name}`, base).href
    context.log(`Fetching ${url}`)
    await download(url, path, {
      why,
      signal: context.signal,
      onBytes(done, total) {
        const of = total === null ? '' : ` of ${formatBytes(total)}`
        context.progress(total === null ? null : done / total, `${formatBytes(done)}${of} fetched`)
      },
    })
    return { path, name }
  } catch (thrown) {
    context.signal.throwIfAborted()
    const { code, message } = toAppError(thrown)
    throw new AppError(code, message, { mend: elsewhere(id, version), cause: thrown })
  }
}

const elsewhere = (id: string, version: string) =>
  `Where there is a network, fetch ${id} ${version} from NuGet, or \`pip download --no-deps onnxruntime-gpu==${onnxRuntimeVersion()}\` on Linux, bring the file here, and give it: lathe setup cuda --from FILE.`
