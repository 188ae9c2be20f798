import { existsSync } from 'node:fs'
import { readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { Check, Device, Doctor } from '../../../shared/model/workspace.ts'
import { latheVersion } from '../../../shared/version.ts'
import type { Registry } from '../registry/index.ts'
import { cudaState, hasNvidiaCard } from '../runtime/index.ts'

/** What doctor asks of other domains; each call is bounded in time by its domain. */
export interface DoctorSources {
  devices(options: { signal?: AbortSignal }): Promise<Device[]>
  /** Throws with the reason when there is no Docker engine. */
  docker(signal?: AbortSignal): Promise<{ version: string }>
  /** Contexts that the kubeconfig names. */
  clusters(): Promise<string[]>
  /** Architectures whose base layers are at hand. */
  bases(): Promise<string[]>
  secrets: { unlocked: boolean; reason: string }
  runningJobs(): string[]
  notices: readonly string[]
}

const lowSpaceBytes = 2e9

const check = (id: string, ok: boolean, message: string, mend: string | null = null, optional = false): Check => ({
  id,
  ok,
  optional,
  message,
  mend: ok ? null : mend,
})

/** Looks at the machine and the workspace. `ok` says that nothing that is needed is wrong. */
export async function examine(registry: Registry, sources: DoctorSources, signal?: AbortSignal): Promise<Doctor> {
  const space = await statfs(registry.workspace)
  const freeBytes = space.bavail * space.bsize
  const [devices, docker, clusters, bases, files] = await Promise.all([
    sources.devices({ signal }),
    sources.docker(signal).then(
      engine => check('docker', true, `Docker engine ${engine.version}`),
      (error: Error) =>
        check(
          'docker',
          false,
          error.message,
          'Start Docker to load, run and deploy images; `package --engine oci` and `push` work without it.',
          true,
        ),
    ),
    sources.clusters(),
    sources.bases(),
    leftovers(registry, sources.runningJobs()),
  ])
  const cuda = await checkCuda(devices)
  const { version: sqlite } = registry.database.prepare('SELECT sqlite_version() AS version').get() as {
    version: string
  }
  const integrity = registry.database.pragma('quick_check', { simple: true })
  const foreign = registry.database.pragma('foreign_key_check') as unknown[]
  const missing = missingFiles(registry)
  const checks: Check[] = [
    check(
      'registry',
      integrity === 'ok' && foreign.length === 0,
      `Registry: ${integrity}, ${foreign.length} broken references`,
      'Run `lathe restore` to put the newest good backup in place.',
    ),
    check(
      'store',
      missing.length === 0,
      missing.length
        ? `${missing.length} stored files are missing, first ${missing[0]}`
        : 'Every stored file that the registry names is there',
      'Put the store folder back from a copy of the workspace.',
    ),
    check(
      'leftovers',
      files.length === 0,
      files.length ? `Left over: ${files.slice(0, 5).join(', ')}` : 'Nothing half-written lies about',
      'They are swept at the next start of the engine.',
    ),
    check(
      'space',
      freeBytes > lowSpaceBytes,
      `${formatBytes(freeBytes)} free for the workspace`,
      'Free some space: imports and images need room for a copy.',
    ),
    check(
      'base',
      bases.length > 0,
      bases.length ? `Image base layers for ${bases.join(', ')}` : 'No base layers for images',
      'Run `npm run build` once with a network.',
      true,
    ),
    docker,
    check(
      'clusters',
      clusters.length > 0,
      clusters.length ? `Clusters in kubeconfig: ${clusters.join(', ')}` : 'No cluster in kubeconfig',
      'Set KUBECONFIG to deploy to Kubernetes.',
      true,
    ),
    check(
      'secrets',
      sources.secrets.unlocked,
      sources.secrets.unlocked ? 'Secrets are unlocked' : sources.secrets.reason,
      'Start the engine with LATHE_PASSPHRASE_FILE, or `lathe serve --ask-passphrase`.',
      true,
    ),
    ...cuda,
  ]
  return {
    ok: checks.every(item => item.ok || item.optional),
    version: latheVersion,
    workspace: registry.workspace,
    node: process.version,
    sqlite,
    freeBytes,
    devices,
    clusters,
    checks,
  }
}

/** Of interest only where there is a card that has CUDA, or somebody set it up. */
async function checkCuda(devices: readonly Device[]): Promise<Check[]> {
  const state = await cudaState()
  const device = devices.find(each => each.device === 'cuda')
  if (!state || !device || (state.files.length === 0 && !(await hasNvidiaCard()))) return []
  return [check('cuda', device.available, `CUDA: ${device.detail}`, state.mend, true)]
}

/** Stored files that rows name and that are not there. */
function missingFiles(registry: Registry): string[] {
  const named = registry.database
    .prepare(
      `SELECT sha256 FROM dataset_versions
       UNION SELECT predictions_sha256 FROM runs WHERE predictions_sha256 IS NOT NULL
       UNION SELECT split_sha256 FROM runs WHERE split_sha256 IS NOT NULL
       UNION SELECT json_extract(file.value, '$.sha256') FROM bundles, json_each(bundles.manifest, '$.files') AS file`,
    )
    .pluck()
    .all() as string[]
  return named.filter(sha256 => !registry.store.has(sha256))
}

/** Temporary files that no running job owns. */
async function leftovers(registry: Registry, runningJobs: string[]): Promise<string[]> {
  const found: string[] = []
  const jobs = join(registry.workspace, 'jobs')
  for (const job of existsSync(jobs) ? await readdir(jobs) : []) {
    if (runningJobs.includes(job)) continue
    for (const name of ['in', 'out', 'tmp']) {
      if (existsSync(join(jobs, job, name))) found.push(`jobs/${job}/${name}`)
    }
  }
  const temporary = join(registry.workspace, 'tmp')
  for (const name of existsSync(temporary) ? await readdir(temporary) : []) found.push(`tmp/${name}`)
  return found
}
