import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { SourceTree } from './source-tree.ts'

/** The engine's folders in order: one imports only from those above it, and only their `index.ts`. */
const engineOrder = [
  'base',
  'numerics',
  'runtime',
  'clients',
  'registry',
  'secrets',
  'jobs',
  'uploads',
  'datasets',
  'runs',
  'evaluation',
  'training',
  'explanation',
  'models',
  'scripts',
  'scoring',
  'packaging',
  'deployment',
  'monitoring',
  'pipelines',
  'mlflow',
  'workspace',
  'transport',
]

/** What command line and desktop share: to find the workspace, and to start or join its engine. */
const engineStarters = ['electron/headless/join-engine.ts', 'electron/headless/workspace-folder.ts']

/** What each area may import of ours, as beginnings of paths; the engine's own folders have their order above. */
const areas: { area: string; may: string[] }[] = [
  { area: 'shared/', may: ['shared/'] },
  { area: 'renderer/', may: ['renderer/', 'shared/'] },
  { area: 'electron/engine/', may: ['electron/engine/', 'shared/'] },
  { area: 'electron/serving/', may: ['electron/serving/', 'electron/engine/runtime/index.ts', 'shared/'] },
  { area: 'electron/cli/', may: ['electron/cli/', ...engineStarters, 'shared/'] },
  { area: 'electron/headless/', may: ['electron/headless/', 'electron/engine/engine.ts', 'shared/'] },
  { area: 'electron/main/', may: ['electron/main/', ...engineStarters, 'shared/'] },
  { area: 'electron/preload/', may: ['electron/preload/', 'shared/'] },
]

/** Files that see the insides of many folders, because putting them together is their work. */
const compositionRoots = ['electron/engine/engine.ts', 'electron/engine/job-main.ts']

/** The one door of each package that matters; every door beside the first has its reason. */
const doors: { package: string; paths: string[]; why?: string }[] = [
  { package: 'onnxruntime-node', paths: ['electron/engine/runtime/'] },
  { package: 'onnx-proto', paths: ['electron/engine/runtime/'] },
  { package: 'onnxruntime-web', paths: ['renderer/inference/'] },
  { package: 'dockerode', paths: ['electron/engine/clients/'] },
  { package: '@kubernetes/client-node', paths: ['electron/engine/clients/'] },
  {
    package: 'better-sqlite3',
    paths: ['electron/engine/registry/', 'electron/engine/monitoring/window-store.ts'],
    why: 'monitoring windows are a second database file of their own',
  },
  { package: '@duckdb/node-api', paths: ['electron/engine/datasets/'] },
  { package: '@orpc/contract', paths: ['shared/contract/'] },
  { package: '@orpc/client', paths: ['shared/contract/'] },
  { package: '@orpc/server', paths: ['electron/engine/transport/'] },
  { package: '@orpc/openapi', paths: ['electron/engine/transport/'] },
  { package: '@orpc/zod', paths: ['electron/engine/transport/'] },
  {
    package: 'fastify',
    paths: ['electron/engine/transport/', 'electron/serving/'],
    why: 'engine and model server are two servers',
  },
  { package: 'commander', paths: ['electron/cli/'] },
  { package: 'electron', paths: ['electron/main/', 'electron/preload/'] },
  { package: 'react', paths: ['renderer/'] },
  { package: 'echarts', paths: ['renderer/'] },
]

interface Import {
  from: string
  /** As written. */
  specifier: string
}

/** Static and dynamic imports and re-exports of a file, types included. */
export function importsOf(path: string, source: string): Import[] {
  const { module, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]!.message}`)
  const dynamic = module.dynamicImports
    .map(({ moduleRequest }) => source.slice(moduleRequest.start, moduleRequest.end))
    .filter(text => /^['"`]/.test(text))
    .map(text => text.slice(1, -1))
  const fromExports = module.staticExports.flatMap(({ entries }) => entries.map(entry => entry.moduleRequest?.value))
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...fromExports,
    ...dynamic,
  ]
  return [...new Set(specifiers)].flatMap(specifier => (specifier === undefined ? [] : [{ from: path, specifier }]))
}

const isTest = (path: string) => /\.test\.tsx?$|\/(testing|fixtures)\/|\.fixture\.ts$/.test(path)
const engineFolder = (path: string) => /^electron\/engine\/([^/]+)\//.exec(path)?.[1]

/** Every import that DESIGN's table does not allow, as a sentence. Tests may look where they like. */
export function layerViolations(tree: SourceTree): string[] {
  return [...tree]
    .filter(([path]) => !isTest(path))
    .flatMap(([path, source]) => importsOf(path, source))
    .flatMap(({ from, specifier }) => {
      const problem = specifier.startsWith('.') ? ownProblem(from, specifier) : packageProblem(from, specifier)
      return problem ? [`${from} imports ${specifier}: ${problem}`] : []
    })
    .sort()
}

function ownProblem(from: string, specifier: string): string | null {
  const to = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''))
  const area = areas.find(each => from.startsWith(each.area))
  if (!area) return 'it lies in no area that the table knows'
  if (!area.may.some(path => to.startsWith(path))) return `${area.area} may import ${area.may.join(', ')} only`
  if (isTest(to)) return 'the product does not import tests'
  const [folder, other] = [engineFolder(from), engineFolder(to)]
  if (compositionRoots.includes(from) || other === undefined || folder === other) {
    return compositionRoots.includes(to) && folder !== undefined ? 'only programs import a composition root' : null
  }
  if (folder === undefined) return null
  const [own, others] = [engineOrder.indexOf(folder), engineOrder.indexOf(other)]
  if (own < 0 || others < 0) return `the order of the engine's folders does not know ${own < 0 ? folder : other}`
  if (others > own) return `${other} comes after ${folder}`
  if (to !== `electron/engine/${other}/index.ts`) return `the door of ${other} is its index.ts`
  return null
}

function packageProblem(from: string, specifier: string): string | null {
  if (specifier.startsWith('node:')) {
    return /^(shared|renderer)\//.test(from) ? 'what also runs in a browser knows nothing of Node' : null
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const door = doors.find(each => each.package === name)
  if (!door || door.paths.some(path => from.startsWith(path))) return null
  return `the door of ${name} is ${door.paths.join(', ')}`
}
