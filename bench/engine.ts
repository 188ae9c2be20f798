import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readRuntimeFile } from '../electron/headless/runtime-file.ts'

/**
 * `npm run bench engine`: an engine on an empty workspace. Milliseconds from its start to the first answer, and at rest its share of a core
 * and its resident memory. The floor beside it is Node itself with an HTTP server, started and measured in the same way. Linux only.
 */
const starts = 5
const restSeconds = 20
const root = join(import.meta.dirname, '..')
const clockTicks = 100
const bareNode = `require('node:http').createServer((q, r) => r.end('{}')).listen(0, '127.0.0.1', function () {
  require('node:fs').writeFileSync(process.argv[1], String(this.address().port))
})`

interface Measured {
  startMs: number
  corePercent: number
  residentMb: number
}

async function answerAt(url: () => string | null, headers: () => Record<string, string>): Promise<void> {
  for (;;) {
    const at = url()
    const ok = at
      ? await fetch(at, { headers: headers() }).then(
          response => response.ok,
          () => false,
        )
      : false
    if (ok) return
    await sleep(5)
  }
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / clockTicks
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1000
}

async function measure(
  args: (folder: string) => string[],
  answered: (folder: string) => Promise<void>,
  rest: boolean,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'lathe-bench-'))
  const begun = performance.now()
  const child = spawn(process.execPath, args(folder), { stdio: 'ignore' })
  try {
    await answered(folder)
    const startMs = performance.now() - begun
    if (!rest) return { startMs, corePercent: 0, residentMb: 0 }
    await sleep(3000)
    const before = cpuSeconds(child.pid!)
    await sleep(restSeconds * 1000)
    const corePercent = ((cpuSeconds(child.pid!) - before) / restSeconds) * 100
    return { startMs, corePercent, residentMb: residentMb(child.pid!) }
  } finally {
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
}

const engine = (rest: boolean) =>
  measure(
    folder => [join(root, 'out', 'headless.js'), '--workspace', folder],
    folder =>
      answerAt(
        () => {
          const info = readRuntimeFile(folder)
          return info ? `http://127.0.0.1:${info.port}/api/health` : null
        },
        () => ({ authorization: `Bearer ${readRuntimeFile(folder)?.token}` }),
      ),
    rest,
  )
const node = (rest: boolean) =>
  measure(
    folder => ['-e', bareNode, join(folder, 'port')],
    folder =>
      answerAt(
        () => {
          try {
            return `http://127.0.0.1:${readFileSync(join(folder, 'port'), 'utf8')}/`
          } catch {
            return null
          }
        },
        () => ({}),
      ),
    rest,
  )

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
const engineStarts: number[] = []
const nodeStarts: number[] = []
for (let i = 0; i < starts; i += 1) {
  engineStarts.push((await engine(false)).startMs)
  nodeStarts.push((await node(false)).startMs)
}
const [atRest, bare] = await Promise.all([engine(true), node(true)])
const row = (name: string, own: number, floor: number, unit: string) =>
  console.log(
    `${name.padEnd(24)} ${own.toFixed(2).padStart(9)} ${unit.padEnd(8)} ${floor.toFixed(2).padStart(9)} ${unit}`,
  )
console.log(`${''.padEnd(24)} ${'engine'.padStart(9)} ${''.padEnd(8)} ${'bare Node'.padStart(9)}`)
row('start to first answer', median(engineStarts), median(nodeStarts), 'ms')
row('a core at rest', atRest.corePercent, bare.corePercent, '%')
row('resident memory at rest', atRest.residentMb, bare.residentMb, 'MB')
