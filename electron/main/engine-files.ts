import { cp, mkdir, readdir, readlink, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { latheVersion } from '../../shared/version.ts'

/** The Node that runs the engine, the engine's program, and what they are started in (left out: as this process). */
export interface EngineFiles {
  node: string
  program: string
  environment?: NodeJS.ProcessEnv
}

/**
 * The engine in a packed app's folder `engine`. An AppImage lies in a mount that goes with its window, which engine and services
 * outlive: there they run from a copy, one for each AppImage, made at its first start (340 MB), and without what its start
 * script put into the environment. Linux only, as AppImages are.
 */
export async function packedEngine(packed: string, environment: NodeJS.ProcessEnv): Promise<EngineFiles> {
  const { APPIMAGE: image, APPDIR: mount } = environment
  const folder = image && mount ? await copyOf(packed, image, environment) : packed
  const files = {
    node: join(folder, 'node', process.platform === 'win32' ? 'node.exe' : 'node'),
    program: join(folder, 'out', 'headless.js'),
  }
  return folder === packed ? files : { ...files, environment: withoutMount(environment, mount!) }
}

async function copyOf(packed: string, image: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const cache = join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lathe', 'engines')
  const { size, mtimeMs } = await stat(image)
  const folder = join(cache, `${latheVersion}-${size}-${Math.round(mtimeMs)}`)
  if (await isThere(folder)) return folder
  const half = `${folder}.${process.pid}`
  await mkdir(cache, { recursive: true, mode: 0o700 })
  await sweep(cache)
  await cp(packed, half, { recursive: true })
  try {
    await rename(half, folder)
  } catch (error) {
    // The shell of another workspace was faster.
    await rm(half, { recursive: true, force: true })
    if (!(await isThere(folder))) throw error
  }
  return folder
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Removes copies from which nobody runs. */
async function sweep(cache: string): Promise<void> {
  const processes = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name))
  const programs = await Promise.all(processes.map(pid => readlink(join('/proc', pid, 'exe')).catch(() => '')))
  for (const name of await readdir(cache)) {
    const folder = join(cache, name)
    const [, pid] = /\.(\d+)$/.exec(name) ?? []
    const isUsed = programs.some(program => program.startsWith(`${folder}/`)) || (pid && processes.includes(pid))
    if (!isUsed) await rm(folder, { recursive: true, force: true })
  }
}

/** As it was before the start script put folders of the mount in front: a Python of the person's would load libraries from there. */
function withoutMount(environment: NodeJS.ProcessEnv, mount: string): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {}
  for (const [name, value = ''] of Object.entries(environment)) {
    const parts = value.split(':').filter(part => part !== mount && !part.startsWith(`${mount}/`))
    if (parts.length > 0 && !['APPIMAGE', 'APPDIR', 'ARGV0', 'OWD'].includes(name)) kept[name] = parts.join(':')
  }
  return kept
}
