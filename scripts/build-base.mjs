// Makes the layers that every image of Lathe stands on, in .cache/base/<architecture>: C library and Node, onnxruntime,
// model server. What is there already is left alone. Needs a network (npm and apt's own sources) the first time only.
//
//   node scripts/build-base.mjs [--arch amd64|arm64|all]
//
// Every input is pinned by a checksum in resources/images/base.json, so the layers are the same bytes on every machine.
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const platforms = {
  amd64: { node: 'x64', triple: 'x86_64-linux-gnu' },
  arm64: { node: 'arm64', triple: 'aarch64-linux-gnu' },
}
/** Raised when the way layers are made changes. */
const recipe = 1

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
const say = text => process.stderr.write(`base: ${text}\n`)

/** Drops everything behind the last loaded byte of an ELF file (symbols, debug information): 127 MB of Node become 109. */
function strip(elf) {
  const headers = Number(elf.readBigUInt64LE(0x20))
  const headerSize = elf.readUInt16LE(0x36)
  let end = 0
  for (let i = 0; i < elf.readUInt16LE(0x38); i += 1) {
    const at = headers + i * headerSize
    end = Math.max(end, Number(elf.readBigUInt64LE(at + 8) + elf.readBigUInt64LE(at + 32)))
  }
  const stripped = Buffer.from(elf.subarray(0, end))
  stripped.writeBigUInt64LE(0n, 0x28)
  stripped.fill(0, 0x3a, 0x40)
  return stripped
}

function checked(name, bytes, expected) {
  if (sha256(bytes) !== expected) throw new Error(`${name} is not the file that resources/images/base.json names`)
  return bytes
}

async function nodeBinary(architecture, pins, scratch) {
  const name = `node-linux-${platforms[architecture].node}`
  const installed = join(root, 'node_modules', name)
  let folder = installed
  if (!existsSync(join(installed, 'bin/node'))) {
    say(`fetching ${name} ${pins.node.version} with npm`)
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const options = { cwd: scratch, shell: process.platform === 'win32' }
    const { stdout } = await run(npm, ['pack', '--silent', `${name}@${pins.node.version}`], options)
    await run('tar', ['-xzf', stdout.trim().split('\n').at(-1), 'package/bin/node', 'package/LICENSE'], {
      cwd: scratch,
    })
    folder = join(scratch, 'package')
  }
  const binary = checked(name, await readFile(join(folder, 'bin/node')), pins.node.sha256[architecture])
  return { binary: strip(binary), licence: await readFile(join(folder, 'LICENSE')) }
}

/** The pinned Debian packages as files, through apt and the sources this machine has; nothing of the machine is changed. */
async function debianPackages(architecture, pins, scratch) {
  const wanted = pins.debian.map(pin => `${pin.package}=${pin.version}`)
  const folder = join(scratch, 'debian')
  await mkdir(join(folder, 'lists/partial'), { recursive: true })
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true })
  const own = [
    ...[
      '-q',
      '-o',
      `Dir::State=${folder}`,
      '-o',
      `Dir::State::lists=${folder}/lists`,
      '-o',
      `Dir::Cache=${folder}/cache`,
    ],
    ...['-o', `APT::Architecture=${architecture}`, '-o', `APT::Architectures=${architecture}`],
    ...[
      '-o',
      'Dir::State::status=/dev/null',
      '-o',
      'Acquire::Languages=none',
      '-o',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    ],
  ]
  say(`fetching ${wanted.length} Debian packages for ${architecture} with apt`)
  try {
    // The lists of one source may fail while the one that matters is fine: the download tells.
    await run('apt-get', [...own, 'update']).catch(error => {
      if (error.code === 'ENOENT') throw error
    })
    await run('apt-get', [...own, 'download', ...wanted], { cwd: folder })
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new Error(
        'the C library comes as Debian packages, and there is no apt-get here: take a release, which ships the layers',
      )
    }
    throw new Error(`apt could not fetch ${wanted.join(' ')}: ${String(error.stderr ?? error.message).trim()}`)
  }
  const files = (await readdir(folder)).filter(name => name.endsWith('.deb'))
  return pins.debian.map(async pin => {
    const file = join(folder, files.find(name => name.startsWith(`${pin.package}_`)) ?? '')
    checked(pin.package, await readFile(file), pin.sha256[architecture])
    const options = { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 }
    return (await run('dpkg-deb', ['--fsys-tarfile', file], options)).stdout
  })
}

const keptLibraries = [
  /^lib(64)?\/([^/]+\/)?ld-linux-[^/]+$/,
  /^(usr\/)?lib\/[^/]+\/lib(c|m|mvec|dl|pthread|rt|resolv|nss_dns|nss_files|gcc_s)\.so\.\d$/,
  /^usr\/lib\/[^/]+\/libstdc\+\+\.so\.6[.\d]*$/,
  /^usr\/share\/doc\/[^/]+\/copyright$/,
]

async function libraryEntries(tars) {
  const { extract } = await import('tar-stream')
  const entries = []
  for (const tar of tars) {
    const reader = extract()
    reader.end(await tar)
    for await (const entry of reader) {
      const path = entry.header.name.replace(/^\.\//, '')
      const chunks = []
      for await (const chunk of entry) chunks.push(chunk)
      if (!keptLibraries.some(pattern => pattern.test(path))) continue
      if (entry.header.type === 'symlink') entries.push({ path, linkTo: entry.header.linkname })
      else if (entry.header.type === 'file') {
        const mode = /\/ld-linux|\/libc\.so/.test(path) ? 0o755 : 0o644
        entries.push({ path, mode, content: Buffer.concat(chunks) })
      }
    }
  }
  return entries
}

const systemFiles = [
  { path: 'etc/passwd', content: 'root:x:0:0:root:/:/none\nlathe:x:65532:65532:lathe:/app:/none\n' },
  { path: 'etc/group', content: 'root:x:0:\nlathe:x:65532:\n' },
  { path: 'etc/nsswitch.conf', content: 'hosts: files dns\n' },
  { path: 'tmp', folder: true, mode: 0o1777 },
]

async function runtimeEntries(architecture, pins) {
  const scratch = await mkdtemp(join(tmpdir(), 'lathe-base-'))
  try {
    const { binary, licence } = await nodeBinary(architecture, pins, scratch)
    const libraries = await libraryEntries(await debianPackages(architecture, pins, scratch))
    return [
      ...systemFiles,
      ...libraries,
      { path: 'usr/bin/node', mode: 0o755, content: binary },
      { path: 'usr/share/doc/node/LICENSE', content: licence },
    ]
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** onnxruntime's binding for one platform and the few scripts that load it. */
async function onnxruntimeEntries(architecture, pins) {
  const modules = join(root, 'node_modules')
  const platform = `bin/napi-v6/linux/${platforms[architecture].node}`
  const wanted = {
    'onnxruntime-node': ['package.json', 'README.md', 'dist', platform],
    'onnxruntime-common': ['package.json', 'README.md', 'dist/cjs', 'dist/esm'],
  }
  const entries = []
  for (const [name, parts] of Object.entries(wanted)) {
    const { version } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'))
    if (version !== pins.onnxruntime)
      throw new Error(`${name} ${version} is installed, the image wants ${pins.onnxruntime}`)
    for (const part of parts) {
      for (const file of await filesUnder(join(modules, name), part)) {
        if (/\.(map|d\.ts)$/.test(file)) continue
        entries.push({ path: `app/node_modules/${name}/${file}`, file: join(modules, name, file) })
      }
    }
  }
  return entries
}

async function filesUnder(folder, part) {
  const path = join(folder, part)
  const names = await readdir(path).catch(() => null)
  if (!names) return [part]
  return (await Promise.all(names.map(name => filesUnder(folder, `${part}/${name}`)))).flat()
}

async function serverEntries() {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['electron/serving/main.ts'],
    outfile: 'main.js',
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['onnxruntime-node'],
    legalComments: 'linked',
    logLevel: 'warning',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  })
  return [
    { path: 'app/package.json', content: '{"type":"module"}\n' },
    ...outputFiles.map(({ path, contents }) => ({ path: `app/${path.split(/[\\/]/).at(-1)}`, content: contents })),
  ]
}

async function buildArchitecture(architecture, writeLayer, withParents) {
  const pins = JSON.parse(await readFile(join(root, 'resources/images/base.json'), 'utf8'))
  const folder = join(root, '.cache/base', architecture)
  const indexFile = join(folder, 'base.json')
  await mkdir(folder, { recursive: true })
  const before = existsSync(indexFile) ? JSON.parse(await readFile(indexFile, 'utf8')).layers : []
  const plan = [
    { name: 'runtime', key: { ...pins, onnxruntime: null }, entries: () => runtimeEntries(architecture, pins) },
    { name: 'onnxruntime', key: pins.onnxruntime, entries: () => onnxruntimeEntries(architecture, pins) },
    { name: 'server', key: null, entries: serverEntries },
  ]
  const layers = []
  for (const { name, key: inputs, entries } of plan) {
    // The server has no version of its own: its key is its content, and making it takes a tenth of a second.
    const made = inputs === null ? await entries() : null
    const key = sha256(JSON.stringify([recipe, inputs ?? made.map(({ path, content }) => [path, sha256(content)])]))
    const known = before.find(layer => layer.name === name && layer.key === key)
    if (known && existsSync(join(folder, known.file))) {
      layers.push(known)
      continue
    }
    const started = Date.now()
    const temporary = join(folder, `${name}.${process.pid}.part`)
    try {
      const layer = await writeLayer(withParents(made ?? (await entries())), temporary)
      const file = `${name}-${layer.digest.slice(7, 19)}.tar.gz`
      await rename(temporary, join(folder, file))
      layers.push({ name, key, file, ...layer })
      say(
        `${architecture} ${name}: ${(layer.sizeBytes / 1e6).toFixed(1)} MB in ${((Date.now() - started) / 1000).toFixed(1)} s`,
      )
    } finally {
      await rm(temporary, { force: true })
    }
  }
  const text = `${JSON.stringify({ formatVersion: 1, architecture, node: pins.node.version, layers }, null, 2)}\n`
  if (existsSync(indexFile) && (await readFile(indexFile, 'utf8')) === text) return
  await writeFile(`${indexFile}.${process.pid}.part`, text)
  await rename(`${indexFile}.${process.pid}.part`, indexFile)
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tar.gz') && !layers.some(layer => layer.file === name)) await rm(join(folder, name))
  }
}

/** The layer writer is the engine's own TypeScript: Node 22 and later run it as it is, an older one hands over. */
function handOver() {
  const bundled = join(
    root,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  )
  const node = [join(bundled, 'bin/node'), join(bundled, 'bin/node.exe')].find(existsSync)
  if (!node || process.env.LATHE_BASE_CHILD)
    throw new Error(`Node ${process.version} is too old; Node 22.12 or later is needed`)
  const script = fileURLToPath(import.meta.url)
  const { status } = spawnSync(node, [script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, LATHE_BASE_CHILD: '1' },
  })
  process.exit(status ?? 1)
}

async function main() {
  if (!process.features.typescript) handOver()
  const { writeLayer, withParents } = await import('../electron/engine/packaging/layer.ts')
  const at = process.argv.indexOf('--arch')
  const wanted = at > 0 ? process.argv[at + 1] : process.arch === 'arm64' ? 'arm64' : 'amd64'
  const architectures = wanted === 'all' ? Object.keys(platforms) : [wanted]
  for (const architecture of architectures) {
    if (!(architecture in platforms)) throw new Error(`--arch is amd64, arm64 or all, not "${architecture}"`)
    if (existsSync(join(root, 'resources/images/base', architecture, 'base.json'))) continue
    await buildArchitecture(architecture, writeLayer, withParents)
  }
}

try {
  await main()
} catch (error) {
  say(`cannot be built: ${error.message}`)
  process.exitCode = 1
}
