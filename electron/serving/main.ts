import { AppError, toAppError } from '../../shared/errors.ts'
import { openServedModel } from './model.ts'
import { createServer } from './server.ts'
import { readSettings, type Settings } from './settings.ts'

/** After SIGTERM requests in flight have this long. */
const drainMs = 25_000

/** Log lines are JSON on stderr; stdout has the one line that says ready. No payload is ever logged. */
function log(level: 'info' | 'error', message: string, fields: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
}

async function start(settings: Settings): Promise<void> {
  const model = await openServedModel(settings)
  const server = createServer(model, { log })
  await server.app.listen({ host: settings.host, port: settings.port }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause
    throw new AppError('port-taken', `Port ${settings.port} of ${settings.host} is taken (EADDRINUSE)`, {
      mend: 'Name another port with --port, or 0 for a free one.',
      cause,
    })
  })
  let isEnding = false
  const finish = (message: string, fields: Record<string, unknown>, work: () => Promise<void>) => {
    if (isEnding) return
    isEnding = true
    log('info', message, fields)
    setTimeout(() => {
      log('error', 'Requests were still in flight when the time to drain was over')
      process.exit(1)
    }, drainMs).unref()
    work().then(
      () => process.exit(0),
      error => fail(error),
    )
  }
  const end = (signal: string) => {
    if (isEnding) server.app.server.closeIdleConnections()
    finish('Draining', { signal }, () => server.drain())
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('message', message => {
    if (message === 'retire') finish('Another server takes over', {}, () => server.retire())
  })
  const address = server.app.server.address()
  const port = typeof address === 'object' && address ? address.port : settings.port
  log('info', 'Ready', { port, pid: process.pid, ...model.identity })
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`)
  process.send?.({ ready: true, digest: model.identity.digest })
}

function fail(thrown: unknown): never {
  const { code, message, mend } = toAppError(thrown)
  log('error', message, { code, mend, ...(code === 'internal' ? { stack: (thrown as Error).stack } : {}) })
  process.exit(1)
}

try {
  await start(readSettings(process.argv.slice(2), process.env))
} catch (error) {
  fail(error)
}
