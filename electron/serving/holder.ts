import cluster, { type Worker } from 'node:cluster'
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { type HolderAnswer, HolderRequest } from '../../shared/model/holder.ts'
import { RotatingLog } from './rotating-log.ts'

/**
 * Holds the port of a local deployment while the model servers behind it come and go: a server that is asked for is
 * started beside the one that serves, shares its listening socket once it is ready, and only then the old one retires. So
 * no connection is ever refused. The servers accept by themselves; no request passes through here.
 *
 * `holder.js CONTROL`, in the deployment's folder, where it writes what the servers say: one connection to the control socket asks for one server, as a line of JSON, and gets one line
 * back. Whoever hangs up before that takes his wish back.
 */
const firstWishMs = 60_000
const lastWordsLength = 2000

const control = process.argv[2] ?? ''
cluster.schedulingPolicy = cluster.SCHED_NONE
const log = new RotatingLog(process.cwd())
let serving: Worker | null = null
let isBusy = false
let isEnding = false

function exchange(request: HolderRequest, asker: Socket): Promise<HolderAnswer> {
  cluster.setupPrimary({ exec: request.entry, args: request.arguments, serialization: 'json', silent: true })
  const next = cluster.fork()
  let lastWords = ''
  for (const stream of [next.process.stdout, next.process.stderr]) {
    if (!stream) continue
    log.follow(stream)
    stream.on('data', chunk => {
      lastWords = `${lastWords}${chunk}`.slice(-lastWordsLength)
    })
  }
  return new Promise(resolve => {
    const takeBack = () => next.process.kill('SIGKILL')
    asker.once('close', takeBack)
    // Only then is all read that it wrote.
    next.process.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      if (next === serving && !isEnding) {
        const ended = {
          time: new Date().toISOString(),
          level: 'error',
          message: 'The model server ended',
          code,
          signal,
        }
        log.write(Buffer.from(`${JSON.stringify(ended)}\n`))
      }
      if (next === serving) end()
      else resolve({ ok: false, lastWords: lastWords.trim() })
    })
    next.once('message', ({ digest }: { digest: string }) => {
      asker.off('close', takeBack)
      const before = serving
      serving = next
      before?.send('retire')
      resolve({ ok: true, digest })
    })
  })
}

function end(): void {
  if (isEnding) return
  isEnding = true
  door.close()
  if (process.platform !== 'win32') rmSync(dirname(control), { recursive: true, force: true })
  const workers = Object.values(cluster.workers ?? {})
  if (!workers.length) process.exit(0)
  let left = workers.length
  for (const worker of workers) {
    worker?.process.once('close', () => {
      left -= 1
      if (left === 0) process.exit(0)
    })
    worker?.process.kill('SIGTERM')
  }
}

const door = createServer(asker => {
  let text = ''
  asker.on('error', () => {})
  asker.setEncoding('utf8').on('data', async (chunk: string) => {
    text += chunk
    if (!text.endsWith('\n')) return
    if (isBusy || isEnding) return asker.destroy()
    isBusy = true
    const answer = await exchange(HolderRequest.parse(JSON.parse(text)), asker)
    isBusy = false
    asker.end(`${JSON.stringify(answer)}\n`)
    if (!serving) end()
  })
})
door.listen(control)
// Whoever started it has gone without a wish.
setTimeout(() => !serving && !isBusy && end(), firstWishMs).unref()
process.on('SIGTERM', end)
process.on('SIGINT', end)
