import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, constants as fileConstants, readdirSync, readFileSync, statSync } from 'node:fs'
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { constants, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { CudaLibraries, LibraryFile } from '../../../shared/model/workspace.ts'
import { syncFolder, writeFileAtomic } from '../base/index.ts'

/** What onnxruntime opens for CUDA, beside its own library and nowhere else. */
export const cudaProviders = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'] as const
const binding = 'onnxruntime_binding.node'
const record = 'libraries.json'
const staging = 'staging-'
/** glibc's RTLD_NODELETE: what was opened stays, although it is no module of Node's. */
const stays = 0x1000

const load = createRequire(import.meta.url)

/** The platform for which onnxruntime has a CUDA part to be had apart. */
export const canHaveCuda = () => process.platform === 'linux' && process.arch === 'x64'

export function onnxRuntimeVersion(): string {
  return (load('onnxruntime-node/package.json') as { version: string }).version
}

/**
 * Where native libraries of this user lie that are no part of Lathe itself: `LATHE_LIBRARIES`, or a folder of their own among the
 * user's application data. They serve every workspace. Null where the user has no such place (inside an image).
 */
function librariesRoot(): string | null {
  try {
    const data = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
    return process.env.LATHE_LIBRARIES || join(data, 'lathe-libraries')
  } catch {
    return null
  }
}

function place(): string | null {
  const root = canHaveCuda() ? librariesRoot() : null
  return root === null ? null : join(root, `onnxruntime-cuda-${onnxRuntimeVersion()}`)
}

/** The package that onnxruntime's binding names as holding its CUDA part, and the index of the feed where it is. */
export function cudaPackage(): { feed: string; name: string; version: string } {
  const { packages, feeds } = load('onnxruntime-node/script/install-metadata.js') as {
    packages: Record<string, { name: string; versions: { feed: string; version: string }[] } | undefined>
    feeds: Record<string, { index: string } | undefined>
  }
  const { name, versions } = packages['nuget:linux/x64:cuda12']!
  return { feed: feeds[versions[0]!.feed]!.index, name, version: versions[0]!.version }
}

export interface InstalledLibraries {
  /** With onnxruntime's own library and binding beside the others. */
  folder: string
  files: LibraryFile[]
}

/** What was set up for this version of onnxruntime; null where nothing whole is there. */
export function installedLibraries(): InstalledLibraries | null {
  const home = place()
  if (home === null || !existsSync(join(home, record))) return null
  try {
    const { generation, files } = JSON.parse(readFileSync(join(home, record), 'utf8')) as {
      generation: string
      files: LibraryFile[]
    }
    const folder = join(home, generation)
    return existsSync(join(folder, binding)) ? { folder, files } : null
  } catch {
    return null
  }
}

const packageFolder = () =>
  dirname(load.resolve(`onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/${binding}`))

let isChosen = false

/**
 * Before onnxruntime is loaded: its binding is taken from where its CUDA part was set up, since it looks for that part beside
 * itself. Where that binding does not load, the package's own one serves as ever.
 */
export function chooseBinding(): void {
  if (isChosen) return
  isChosen = true
  const installed = installedLibraries()
  if (!installed) return
  try {
    const chosen = join(installed.folder, binding)
    load(chosen)
    load.cache[join(packageFolder(), binding)] = load.cache[chosen]
  } catch {
    // What is wrong with it is told where CUDA is probed; every other device goes on as ever.
  }
}

/**
 * Opens those of NVIDIA's libraries that were set up too, so that onnxruntime's CUDA part finds them by their names. Some need
 * others: they are tried until no further one opens. Before the first session on CUDA of a process.
 */
export function openBroughtLibraries(): void {
  const installed = installedLibraries()
  const own: readonly string[] = cudaProviders
  let waiting = (installed?.files ?? []).map(({ name }) => name).filter(name => !own.includes(name))
  for (let before = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length
    waiting = waiting.filter(name => !opens(join(installed!.folder, name)))
  }
}

function opens(file: string): boolean {
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_LAZY | stays)
    return true
  } catch (error) {
    // It is open then; Node only missed a module in it.
    return /self-register/.test((error as Error).message)
  }
}

/**
 * Puts libraries in place beside those that were set up before: a new folder is filled, then one small file is turned to it, so that
 * whoever loads them sees the old ones or the new. Done twice it changes nothing.
 */
export async function installLibraries(brought: readonly (LibraryFile & { path: string })[]): Promise<void> {
  const home = place()!
  const before = installedLibraries()
  const generation = randomBytes(6).toString('hex')
  const folder = join(home, generation)
  await mkdir(folder, { recursive: true })
  try {
    const own = readdirSync(packageFolder())
    for (const name of own)
      await copyFile(join(packageFolder(), name), join(folder, name), fileConstants.COPYFILE_FICLONE)
    const names = new Set(brought.map(({ name }) => name))
    const kept = (before?.files ?? []).filter(({ name }) => !names.has(name))
    for (const { name } of kept) await link(join(before!.folder, name), join(folder, name))
    for (const { name, path } of brought) await rename(path, join(folder, name))
    await syncFolder(folder)
    const files = [...kept, ...brought.map(({ path: _path, ...file }) => file)]
    files.sort((one, other) => (one.name < other.name ? -1 : 1))
    await writeFileAtomic(join(home, record), JSON.stringify({ generation, files }, null, 2))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  await sweep(home, generation)
}

/** Removes what no longer counts: libraries of before, and what a killed process left on its way an hour or more ago. */
async function sweep(home: string, generation: string): Promise<void> {
  for (const entry of readdirSync(home, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === generation) continue
    const path = join(home, entry.name)
    const isUnderWay = entry.name.startsWith(staging) && Date.now() - statSync(path).mtimeMs < 3_600_000
    if (!isUnderWay) await rm(path, { recursive: true, force: true })
  }
}

/** A folder on the same file system as the place where libraries go, for those that are on their way; its owner removes it. */
export async function stagingFolder(): Promise<string> {
  const folder = join(place()!, `${staging}${randomBytes(6).toString('hex')}`)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Where a download lies until it is whole, so that it goes on where it was cut off. */
export async function downloadPath(name: string): Promise<string> {
  await mkdir(place()!, { recursive: true })
  return join(place()!, name)
}

/** False where there was nothing. */
export async function removeLibraries(): Promise<boolean> {
  const home = place()
  if (home === null || !existsSync(home)) return false
  await rm(home, { recursive: true, force: true })
  return true
}

const driver = 'libcuda.so.1'

/** Names of libraries that onnxruntime's CUDA part needs and this machine does not have; the driver's is among them. */
async function missingLibraries(installed: InstalledLibraries | null): Promise<string[]> {
  const folder = installed?.folder ?? packageFolder()
  const provider = join(folder, cudaProviders[0])
  if (!existsSync(provider)) return [...cudaProviders]
  const LD_LIBRARY_PATH = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  const env = { ...process.env, LD_LIBRARY_PATH, LC_ALL: 'C' }
  const told = await promisify(execFile)('ldd', [provider], { env, timeout: 10_000 }).catch(() => null)
  return [...(told?.stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name!)
}

/** NVIDIA's libraries as the Python packages that hold them; from CUDA 13 on these carry no suffix. */
const wheels: Record<string, string> = {
  libcudart: 'nvidia-cuda-runtime',
  libcublas: 'nvidia-cublas',
  libcublasLt: 'nvidia-cublas',
  libcurand: 'nvidia-curand',
  libcufft: 'nvidia-cufft',
}

/** What is there for CUDA, what is missing, and the mend; null where onnxruntime has no CUDA part for the platform. */
export async function cudaState(): Promise<CudaLibraries | null> {
  if (!canHaveCuda()) return null
  const installed = installedLibraries()
  const missing = await missingLibraries(installed)
  return { version: onnxRuntimeVersion(), files: installed?.files ?? [], missing, mend: mendOf(missing) }
}

function mendOf(missing: readonly string[]): string | null {
  if (missing.length === 0) return null
  if (missing.includes(cudaProviders[0])) {
    return 'Set up onnxruntime’s CUDA libraries: `lathe setup cuda`, which takes a file where there is no network.'
  }
  const steps: string[] = []
  const others = missing.filter(name => name !== driver)
  if (others.length > 0) {
    const cuda = /\.so\.(\d+)/.exec(others.find(name => name.startsWith('libcu')) ?? '')?.[1]
    const fetched = others.flatMap(name => {
      const wheel = wheels[name.split('.')[0]!]
      const major = /\.so\.(\d+)/.exec(name)?.[1]
      return wheel ? [cuda === '12' ? `${wheel}-cu12` : `${wheel}~=${major}.0`] : []
    })
    const packages = [...new Set(fetched)].join(' ')
    steps.push(
      `Install NVIDIA’s CUDA libraries${packages ? `, or fetch them where there is a network (pip download --no-deps ${packages}) and give each file: lathe setup cuda --from FILE` : ''}.`,
    )
  }
  if (missing.includes(driver)) steps.push('Install NVIDIA’s driver; without a card of theirs, use another device.')
  return steps.join(' ')
}

/** In a sentence what keeps CUDA from working; null where nothing is known to be missing. */
export function cudaObstacle({ missing }: CudaLibraries): string | null {
  if (missing.includes(cudaProviders[0])) return 'onnxruntime’s CUDA libraries are not set up (lathe setup cuda)'
  const others = missing.filter(name => name !== driver)
  const parts = [
    ...(others.length ? [`NVIDIA’s ${others.join(', ')} not found`] : []),
    ...(missing.includes(driver) ? [`no NVIDIA driver (${driver})`] : []),
  ]
  return parts.length ? parts.join('; ') : null
}
