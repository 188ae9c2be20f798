import { randomUUID } from 'node:crypto'
import { Server } from 'node:net'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import Fastify, { type FastifyInstance } from 'fastify'
import { AppError, type ErrorJson, toAppError } from '../../shared/errors.ts'
import { latencyBoundsMs } from '../../shared/inference/drift-counter.ts'
import type { DriftAnswer } from '../../shared/inference/drift-window.ts'
import { Metrics } from './metrics.ts'
import type { ServedModel } from './model.ts'
import { openInferenceRoutes } from './open-inference-routes.ts'
import { openApi } from './openapi.ts'
import { readRows } from './predict-body.ts'
import { BoundedQueue, QueueFull } from './queue.ts'

/** An idle connection is kept this long, which each answer tells the client; shorter than the time to drain. */
const keepAliveMs = 20_000
/** When the server ends, clients that ask all the time have so long to be told so in an answer; idle ones are cut then. */
const idleGraceMs = 250

export interface ServerOptions {
  /** Requests that may wait for the model; further ones get 429. */
  waiting?: number
  /** Largest body in bytes. */
  bodyLimit?: number
  log(level: 'info' | 'error', message: string, fields?: Record<string, unknown>): void
}

export interface ModelServer {
  app: FastifyInstance
  /** Readiness ends at once; requests in flight are finished. */
  drain(): Promise<void>
  /**
   * Another server has taken over the port: takes no further connection, answers all that comes on those it has, closes
   * each with its next answer, and ends with the last. An idle one lasts as long as its client was told it would.
   */
  retire(): Promise<void>
}

/** The HTTP server of one model. */
export function createServer(model: ServedModel, options: ServerOptions): ModelServer {
  const { predictor, identity, drift } = model
  const { signature, bundle } = predictor
  const metrics = new Metrics(identity)
  const queue = new BoundedQueue(Math.max(2, availableParallelism()), options.waiting ?? 1024)
  const description = openApi(model)
  let isReady = true
  let isRetiring = false
  const app = Fastify({
    bodyLimit: options.bodyLimit ?? 16 << 20,
    forceCloseConnections: 'idle',
    keepAliveTimeout: keepAliveMs,
    logger: false,
  })

  async function measured<Result>(
    work: () => Promise<Result>,
    rowsIn: (result: Result) => number,
    counted: (result: Result, ms: number) => void,
  ): Promise<Result> {
    const started = performance.now()
    const result = await queue.run(work)
    const ms = performance.now() - started
    metrics.predicted(rowsIn(result), ms / 1000)
    counted(result, ms)
    return result
  }

  app.addHook('onRequest', (_request, _reply, done) => {
    metrics.inFlight += 1
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isRetiring) reply.header('connection', 'close')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.inFlight -= 1
    metrics.count(route, reply.statusCode)
    if (reply.statusCode >= 400 && isPrediction(route)) drift.addError(Date.now())
    done()
  })
  const fail = (error: unknown, id: string): { status: number; error: ErrorJson } => {
    const status = statusOf(error)
    if (status < 500) return { status, error: requestError(error) }
    options.log('error', 'A request failed', { id, stack: (error as Error).stack })
    return {
      status,
      error: { code: 'internal', message: 'The model server could not answer', details: { incident: id } },
    }
  }
  app.setErrorHandler((thrown, request, reply) => {
    const { status, error } = fail(thrown, request.id)
    return reply.status(status).send({ error })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({
      error: { code: 'not-found', message: 'There is no such route', mend: 'GET /openapi.json lists the routes.' },
    }),
  )

  app.post('/predict', async request => {
    const rows = readRows(request.body, signature, bundle.contract)
    const outputs = await measured(
      () => predictor.predictRows(rows),
      answers => answers.length,
      (answers, ms) => drift.add(Date.now(), rows, answers, ms),
    )
    return { id: randomUUID(), model: identity, outputs }
  })
  app.get('/health/live', () => ({ status: 'live' }))
  app.get('/health/ready', (_request, reply) =>
    reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'draining', model: identity }),
  )
  app.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4').send(metrics.text()))
  app.get('/openapi.json', () => description)
  app.get<{ Querystring: { since?: string } }>('/drift', (request): DriftAnswer => {
    const since = Number(request.query.since ?? 0)
    if (!Number.isFinite(since)) {
      throw new AppError('bad-input', '"since" is not milliseconds since 1970 UTC')
    }
    return {
      formatVersion: 1,
      model: identity,
      binSetDigest: model.binSetDigest,
      latencyBoundsMs,
      windows: drift.windows(Date.now(), since),
    }
  })
  app.register((scope, _settings, done) => {
    openInferenceRoutes(scope, { model, isReady: () => isReady, measured, statusOf })
    done()
  })
  return {
    app,
    async drain() {
      isReady = false
      const idle = setInterval(() => app.server.closeIdleConnections(), idleGraceMs)
      await retire()
      clearInterval(idle)
    },
    retire,
  }

  async function retire(): Promise<void> {
    isRetiring = true
    // Not the HTTP server's own `close`: that cuts idle connections, on which a request may be on its way.
    await new Promise<void>(resolve => Server.prototype.close.call(app.server, () => resolve()))
    await app.close()
    await predictor.close()
  }
}

const isPrediction = (route: string): boolean => route === '/predict' || route.endsWith('/infer')

/** The HTTP status of anything thrown, Fastify's own refusals among it. */
function statusOf(error: unknown): number {
  if (error instanceof QueueFull) return 429
  if (error instanceof AppError) return error.status
  const status = (error as { statusCode?: unknown }).statusCode
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

function requestError(error: unknown): ErrorJson {
  if (error instanceof AppError) return error.toJSON()
  const { message } = toAppError(error)
  const mend = statusOf(error) === 415 ? 'Send JSON with Content-Type: application/json.' : undefined
  return { code: 'bad-input', message, ...(mend ? { mend } : {}) }
}
