import cluster, { type Worker } from 'node:cluster'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { type HolderAnswer, HolderRequest, type HolderState, holderStateFile } from '../../shared/model/holder.ts'
import { RotatingLog } from './rotating-log.ts'

/**
 * Holds the port of a local deployment while the model servers behind it come and go: a server that is asked for is
 * started beside the one that serves, shares its listening socket once it is ready, and only then the old one retires. So
 * no connection is ever refused. The servers accept by themselves; no request passes through here. A server that ends
 * without being told to is started again, after rising waits.
 *
 * `holder.js CONTROL`, in the deployment's folder, where it writes what the servers say: one connection to the control socket asks for one server, as a line of JSON, and gets one line
 * back. Whoever hangs up before that takes his wish back.
 */
const firstWishMs = 60_000
const lastWordsLength = 2000
const firstWaitMs = 1000
const longestWaitMs = 60_000
/** A server that has served for so long did not end for want of what it needs: the waits begin anew. */
const steadyMs = 60_000

const control = process.argv[2] ?? ''
cluster.schedulingPolicy = cluster.SCHED_NONE
const log = new RotatingLog(process.cwd())
let isBusy = false
let isEnding = false

/** A server that is wanted, and what became of it. */
interface Wish {
  request: HolderRequest
  restarts: number
  /** Ends in a row, each soon after the start before it. */
  failures: number
}
let serving: { wish: Wish; worker: Worker; since: number } | null = null
/** What is to serve; its server may be away. */
let wanted: Wish | null = null
let again: NodeJS.Timeout | null = null
/** The server that is being started again. */
let starting: Worker | null = null

/** Writes into the log what no server says itself. */
function say(level: 'error' | 'info', message: string, more: object): void {
  log.write(Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...more })}\n`))
}

/** What it cannot tell, as on a full disk, does not end what it holds. */
function tell(state: HolderState): void {
  try {
    writeFileSync(`${holderStateFile}.part`, JSON.stringify(state))
    renameSync(`${holderStateFile}.part`, holderStateFile)
  } catch (error) {
    say('error', 'What became of the server could not be written down', { reason: String(error) })
  }
}

/** Starts a server; gives how it came to serve, or ended before. */
function start(request: HolderRequest): { worker: Worker; outcome: Promise<HolderAnswer> } {
  cluster.setupPrimary({ exec: request.entry, args: request.arguments, serialization: 'json', silent: true })
  const worker = cluster.fork()
  let lastWords = ''
  for (const stream of [worker.process.stdout, worker.process.stderr]) {
    if (!stream) continue
    log.follow(stream)
    stream.on('data', chunk => {
      lastWords = `${lastWords}${chunk}`.slice(-lastWordsLength)
    })
  }
  const outcome = new Promise<HolderAnswer>(resolve => {
    worker.once('message', ({ digest }: { digest: string }) => resolve({ ok: true, digest }))
    // Only then is all read that it wrote.
    worker.process.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      resolve({ ok: false, lastWords: lastWords.trim() })
      if (serving?.worker === worker && !isEnding) serverEnded(code, signal)
    })
  })
  return { worker, outcome }
}

function serve(wish: Wish, worker: Worker): void {
  const before = serving
  serving = { wish, worker, since: Date.now() }
  before?.worker.send('retire')
}

async function exchange(request: HolderRequest, asker: Socket): Promise<HolderAnswer> {
  const { worker, outcome } = start(request)
  const takeBack = () => worker.process.kill('SIGKILL')
  asker.once('close', takeBack)
  const answer = await outcome
  asker.off('close', takeBack)
  if (!answer.ok || isEnding) return answer
  if (again) clearTimeout(again)
  starting?.process.kill('SIGKILL')
  wanted = { request, restarts: 0, failures: 0 }
  serve(wanted, worker)
  rmSync(holderStateFile, { force: true })
  return answer
}

function serverEnded(code: number | null, signal: NodeJS.Signals | null): void {
  const { wish, since } = serving!
  serving = null
  say('error', 'The model server ended', { code, signal })
  if (Date.now() - since > steadyMs) wish.failures = 0
  startAgain(wish, signal ? `The model server ended by ${signal}` : `The model server ended with code ${code}`)
}

/** Starts the server of a wish after a while, unless another one has come to serve by then. */
function startAgain(wish: Wish, ended: string): void {
  if (isEnding || wanted !== wish) return
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** wish.failures)
  wish.failures += 1
  tell({ restarts: wish.restarts, ended, nextAt: Date.now() + waitMs })
  again = setTimeout(async () => {
    const { worker, outcome } = start(wish.request)
    starting = worker
    const answer = await outcome
    if (starting === worker) starting = null
    if (isEnding || wanted !== wish) return worker.process.kill('SIGKILL')
    if (!answer.ok) return startAgain(wish, `The model server ended before it was ready: ${answer.lastWords}`)
    wish.restarts += 1
    serve(wish, worker)
    tell({ restarts: wish.restarts, ended, nextAt: null })
    say('info', 'The model server was started again', { restarts: wish.restarts })
  }, waitMs)
}

function end(): void {
  if (isEnding) return
  isEnding = true
  if (again) clearTimeout(again)
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
    if (!wanted) end()
  })
})
door.listen(control)
// Whoever started it has gone without a wish.
setTimeout(() => !wanted && !isBusy && end(), firstWishMs).unref()
process.on('SIGTERM', end)
process.on('SIGINT', end)
