import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, hashOf, isFresh, projectNode, root, run, stamp } from './toolbox.mjs'

/** Packages that are loaded from node_modules at run time: native ones, and what guards optional native parts. */
const external = ['onnxruntime-node', 'better-sqlite3', '@duckdb/*', 'ssh2', 'cpu-features']

/** CommonJS packages inside an ES module still ask for `require`. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}

/** The desktop shell: main is an ES module; a sandboxed preload script cannot be one. Both run on Electron's own modules alone. */
export const desktopBundles = [
  {
    name: 'desktop',
    entryPoints: { main: 'electron/main/main.ts' },
    inputs: ['shared', 'electron/main', 'electron/headless'],
    outdir: 'out/desktop',
    external: ['electron'],
  },
  {
    name: 'preload',
    entryPoints: { preload: 'electron/preload/preload.ts' },
    inputs: ['shared/shell.ts', 'electron/preload'],
    outdir: 'out/desktop',
    format: 'cjs',
    external: ['electron'],
  },
]

const bundles = [
  {
    name: 'engine',
    entryPoints: {
      headless: 'electron/headless/main.ts',
      'job-main': 'electron/engine/job-main.ts',
      trial: 'electron/engine/training/search/trial-main.ts',
      'sort-thread': 'electron/engine/datasets/sort-thread.ts',
      'query-process': 'electron/engine/datasets/query-process.ts',
      'device-probe': 'electron/engine/runtime/device-probe.ts',
    },
    inputs: ['shared', 'electron/engine', 'electron/headless'],
    splitting: true,
    outdir: 'out',
  },
  {
    name: 'cli',
    entryPoints: { cli: 'electron/cli/main.ts' },
    inputs: ['shared', 'electron/cli', 'electron/headless'],
    outdir: 'out',
  },
  {
    name: 'serving',
    entryPoints: { main: 'electron/serving/main.ts' },
    inputs: ['shared', 'electron/serving', 'electron/engine/runtime'],
    outdir: 'out/serving',
  },
  {
    name: 'holder',
    entryPoints: { holder: 'electron/serving/holder.ts' },
    inputs: ['shared', 'electron/serving/holder.ts', 'electron/serving/rotating-log.ts'],
    outdir: 'out',
  },
  ...desktopBundles,
]

/** Files of `out/` that the engine starts as processes and threads of its own. */
export const enginePrograms = bundles
  .filter(({ name }) => name === 'engine' || name === 'holder')
  .flatMap(({ entryPoints }) => Object.keys(entryPoints).map(name => `${name}.js`))

/** What esbuild is told for a bundle. */
export function esbuildOptions(bundle) {
  const isModule = bundle.format !== 'cjs'
  return {
    absWorkingDir: root,
    entryPoints: bundle.entryPoints,
    outdir: bundle.outdir,
    outExtension: isModule ? {} : { '.js': '.cjs' },
    splitting: bundle.splitting ?? false,
    chunkNames: 'chunks-[name]-[hash]',
    bundle: true,
    platform: 'node',
    format: isModule ? 'esm' : 'cjs',
    target: 'node22',
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    minifySyntax: true,
    external: bundle.external ?? external,
    banner: isModule ? banner : {},
  }
}

/** Builds what is stale, and gives the names of what was built. `force` builds all of it. Messages go to stderr. */
export async function build({ force = false } = {}) {
  await ensureInstalled()
  mkdirSync(join(root, 'out', 'serving'), { recursive: true })
  const built = []
  const tools = ['scripts/build.mjs', 'package-lock.json']
  for (const bundle of bundles) {
    const stampFile = join(root, 'out', `.${bundle.name}`)
    const hash = hashOf([...bundle.inputs, ...tools])
    if (!force && isFresh(stampFile, hash)) continue
    const { build: esbuild } = await import('esbuild')
    await esbuild(esbuildOptions(bundle))
    stamp(stampFile, hash)
    built.push(bundle.name)
    console.error(`Built ${bundle.name}`)
  }
  if (await buildTrees(force, tools)) built.push('trees')
  if (await buildPage(force, tools)) built.push('window')
  return built
}

/** The kernel that grows trees: AssemblyScript to WebAssembly with vectors and threads. True when there was something to build. */
async function buildTrees(force, tools) {
  const source = 'electron/engine/training/trees/assembly'
  const stampFile = join(root, 'out', '.trees')
  const hash = hashOf([source, ...tools])
  if (!force && isFresh(stampFile, hash)) return false
  const { default: asc } = await import('assemblyscript/asc')
  const { error, stderr } = await asc.main([
    ...[`${source}/index.ts`, '--baseDir', root, '--outFile', 'out/trees.wasm'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,threads'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
  ])
  if (error) throw new Error(`The trees' kernel could not be built:\n${stderr.toString()}`)
  stamp(stampFile, hash)
  console.error('Built the kernel of the trees')
  return true
}

/** True when there was something to build. */
async function buildPage(force, tools) {
  const stampFile = join(root, 'out', '.renderer')
  const hash = hashOf(['shared', 'renderer', ...tools])
  if (!force && isFresh(stampFile, hash)) return false
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { code, output } = await run(
    projectNode(),
    [vite, 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
    { capture: true },
  )
  if (code !== 0) throw new Error(`The window could not be built:\n${output}`)
  stamp(stampFile, hash)
  console.error('Built the window')
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--force')) rmSync(join(root, 'out'), { recursive: true, force: true })
  await build({ force: process.argv.includes('--force') })
}
