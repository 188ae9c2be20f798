import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { enginePrograms } from './build.mjs'
import { projectNode, root } from './toolbox.mjs'

/** What the engine's bundles load from node_modules at run time; their own dependencies follow. */
const loaded = ['onnxruntime-node', 'better-sqlite3', '@duckdb/node-api', 'ssh2']

/** Native files without which the engine does not work on a platform. */
const natives = (platform, arch) => [
  `onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
  `better-sqlite3/prebuilds/${platform}-${arch}.node`,
  `@duckdb/node-bindings-${platform}-${arch}/duckdb.node`,
]

/** What a package carries that is not needed to run it here. */
function isNeeded(path, platform, arch) {
  if (/\.(md|map|d\.ts|d\.mts|d\.cts)$/i.test(path) || /\/(test|tests|docs|examples|\.github)\//.test(`/${path}/`))
    return false
  const onnx = /^onnxruntime-node\/(?:bin\/napi-v6\/(\w+)(?:\/(\w+))?|script\/(?!install-metadata))/.exec(path)
  if (onnx) return (onnx[1] ?? '') === platform && (onnx[2] === undefined || onnx[2] === arch)
  if (/^better-sqlite3\/(deps|src)(\/|$)/.test(path)) return false
  const prebuild = /^better-sqlite3\/prebuilds\/(.+)\.node$/.exec(path)
  return !prebuild || prebuild[1] === `${platform}-${arch}`
}

/** Of them, those that are not below a folder node_modules. */
export function missingNatives(modules, platform, arch) {
  return natives(platform, arch).filter(file => !existsSync(join(modules, file)))
}

const readJson = file => JSON.parse(readFileSync(file, 'utf8'))

/** Folders of the packages and of all that they depend on, as far as it is installed, relative to node_modules. */
export function packageClosure(names) {
  const modules = join(root, 'node_modules')
  const found = new Map()
  const visit = (name, from) => {
    const places = [join(from, 'node_modules', name), join(modules, name)]
    const folder = places.find(place => existsSync(join(place, 'package.json')))
    if (!folder || found.has(folder)) return
    found.set(folder, relative(modules, folder).split(sep).join('/'))
    const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json'))
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) visit(each, folder)
  }
  for (const name of names) visit(name, root)
  return [...found.values()].sort()
}

/**
 * Lays out what is packed below `out/stage`: `app/` (main, preload, page) and `resources/engine/` (the engine's programs, what they load,
 * samples, base layers, and the Node that runs them). Throws where a native part has no binary for the platform.
 */
export function stage(platform, arch) {
  const folder = join(root, 'out', 'stage')
  rmSync(folder, { recursive: true, force: true })
  stageApp(join(folder, 'app'))
  const engine = join(folder, 'resources', 'engine')
  stageEngine(engine, platform, arch)
  const missing = missingNatives(join(engine, 'node_modules'), platform, arch)
  if (missing.length > 0) {
    throw new Error(`Lathe cannot be packed for ${platform}-${arch}: there is no ${missing.join(' and no ')}`)
  }
  return folder
}

/** Where the project lives, which a Debian package has to say: package.json's homepage, or the repository that a workflow runs in. */
export function homepage() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env
  return readJson(join(root, 'package.json')).homepage ?? (server && repository ? `${server}/${repository}` : null)
}

function stageApp(app) {
  const { version, description, license } = readJson(join(root, 'package.json'))
  mkdirSync(app, { recursive: true })
  const manifest = {
    name: 'lathe',
    productName: 'Lathe',
    version,
    description,
    license,
    author: 'Lathe',
    desktopName: 'lathe-desktop.desktop',
    type: 'module',
  }
  const known = { ...manifest, ...(homepage() ? { homepage: homepage() } : {}), main: 'desktop/main.js' }
  writeFileSync(join(app, 'package.json'), JSON.stringify(known, null, 2))
  for (const part of ['desktop', 'renderer']) copy(join(root, 'out', part), join(app, part))
}

function stageEngine(engine, platform, arch) {
  mkdirSync(join(engine, 'out'), { recursive: true })
  writeFileSync(join(engine, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const name of [...engineFiles(), 'trees.wasm', 'serving'])
    copy(join(root, 'out', name), join(engine, 'out', name))
  for (const part of ['samples', 'images', 'python'])
    copy(join(root, 'resources', part), join(engine, 'resources', part))
  const layers = join(root, '.cache', 'base')
  if (existsSync(layers)) copy(layers, join(engine, 'resources', 'images', 'base'))
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.md']) cpSync(join(root, name), join(engine, name))
  for (const name of packageClosure(loaded)) {
    const from = join(root, 'node_modules', name)
    const wanted = path => isNeeded(`${name}/${relative(from, path).split(sep).join('/')}`, platform, arch)
    const nested = join(from, 'node_modules')
    const filter = path => path !== nested && (path === from || wanted(path))
    cpSync(from, join(engine, 'node_modules', name), { recursive: true, filter })
  }
  stageNode(join(engine, 'node'))
}

/** The engine's programs and the chunks that they share; earlier builds leave others in the same folder. */
function engineFiles() {
  const found = new Set(enginePrograms)
  for (const name of found) {
    const text = readFileSync(join(root, 'out', name), 'utf8')
    for (const [chunk] of text.matchAll(/chunks-[\w.-]+?\.js(?!\.map)/g)) found.add(chunk)
  }
  return [...found]
}

/** The platform's Node package, or the Node that runs this build. */
function stageNode(folder) {
  mkdirSync(folder, { recursive: true })
  const program = projectNode()
  const target = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
  cpSync(program, target, { dereference: true })
  chmodSync(target, 0o755)
  const { status, error } = spawnSync(target, ['--version'])
  // Some systems' own Node is a small program before a library that stays behind.
  if (status !== 0)
    throw new Error(
      `A copy of ${program} does not run${error ? `: ${error.message}` : ''}; build with Node's own package`,
    )
  const places = [join(dirname(dirname(program)), 'LICENSE'), join(dirname(program), 'LICENSE')]
  const licence = places.find(place => existsSync(place))
  if (licence) cpSync(licence, join(folder, 'LICENSE'))
}

/** Without source maps, which are for those who have the source. */
function copy(from, to) {
  cpSync(from, to, { recursive: true, filter: path => !path.endsWith('.map') && !basename(path).startsWith('.') })
}
