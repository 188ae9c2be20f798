import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import fastifyStatic from '@fastify/static'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/fastify'
import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/fastify'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { contract } from '../../../shared/contract/index.ts'
import { AppError, toAppError } from '../../../shared/errors.ts'
import { sessionHeaders, sessionPaths } from '../../../shared/lib/proof.ts'
import { pageHeaders } from '../../../shared/page-headers.ts'
import { latheVersion } from '../../../shared/version.ts'
import type { Logger } from '../base/index.ts'
import { checkOrigin, checkRequest, type Door } from './authentication.ts'
import { toWireError } from './bind.ts'
import { drained } from './drained.ts'
import { isOwnPeer } from './peer-user.ts'
import { Sessions } from './sessions.ts'

export interface ServerOptions {
  router: AnyRouter
  host: string
  /** 0 for a free one. */
  port: number
  /** New at each start. */
  token: string
  /** By which pages of an earlier engine on this port come in again; never sent but to a page that is in. */
  rejoin: string
  boot: string
  /** Folder of the built page; the server works without. */
  pageFolder: string
  logger: Logger
  /** Takes in a file that a page sends. */
  receive(body: Readable, file: { fileName: string; sizeBytes: number }): Promise<unknown>
  /** Takes in a path of this machine that a shell names for its page. */
  hold(path: string): unknown
  /** Called for each request that was let in. */
  touched(): void
}

export interface Server {
  port: number
  /** Lets one new page in, once, as `/#ticket=…`. */
  issueTicket(): string
  close(): Promise<void>
}

/** The engine's one listener: the contract under `/rpc`, the same for scripts under `/api`, and the page. */
export async function listen(options: ServerOptions): Promise<Server> {
  const app = fastify({ bodyLimit: 16 * 1024 * 1024, forceCloseConnections: true })
  const door: Door = { token: options.token, hosts: new Set() }
  const sessions = new Sessions({ token: options.token, rejoin: options.rejoin }, Date.now)
  // oRPC reads the bodies itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  app.addHook('onRequest', async request => {
    const { pathname } = new URL(request.url, 'http://engine')
    // The page's own files are no secret, and how it comes in it asks before it has a token.
    const isPage = request.method === 'GET' && !/^\/(api|rpc)(\/|$)/.test(pathname)
    const isComingIn = request.method === 'POST' && (Object.values(sessionPaths) as string[]).includes(pathname)
    if (isPage || isComingIn) return checkOrigin(request.headers, door)
    checkRequest(request.headers, door)
    options.touched()
  })
  app.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))
  app.setErrorHandler((error, _request, reply) => sendError(reply, toAppError(error), options.logger))

  const isEverywhere = ['0.0.0.0', '::'].includes(options.host)
  addSessions(app, sessions, () => `${isEverywhere ? '127.0.0.1' : options.host}:${portOf(app)}`)
  addContract(app, options)
  addPage(app, options)
  await start(app, options)
  const port = portOf(app)
  const names = ['127.0.0.1', 'localhost', '[::1]', options.host, ...(isEverywhere ? ownAddresses() : [])]
  door.hosts = new Set(names.map(name => `${name}:${port}`))
  return { port, issueTicket: () => sessions.issue(), close: () => app.close() }
}

/** Of this machine, as a browser writes them; no foreign name can be made to mean one of them. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .map(each => (each?.family === 'IPv6' ? `[${each.address}]` : (each?.address ?? '')))
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new AppError('internal', 'The engine listens nowhere')
  return address.port
}

/** Rejoining is for the address that the engine listens at alone: at another name of it another program may listen. */
function addSessions(app: FastifyInstance, sessions: Sessions, address: () => string): void {
  app.post('/api/tickets', async () => ({ ticket: sessions.issue() }))
  app.get(sessionPaths.session, async () => sessions.session)
  app.post(sessionPaths.session, async ({ headers, raw }) => {
    // For a moment the address of a new window stands in the list of processes, which every user of a machine can read.
    if (!(await isOwnPeer(raw.socket))) throw new AppError('forbidden', 'A ticket is for the user who asked for it')
    return sessions.redeem(headers[sessionHeaders.ticket])
  })
  app.post(sessionPaths.challenge, async ({ headers }) => {
    if (headers.host !== address()) throw new AppError('forbidden', `A window rejoins at ${address()} alone`)
    return sessions.challenge(address(), headers[sessionHeaders.nonce])
  })
  app.post(sessionPaths.answer, async ({ headers }) =>
    sessions.rejoin(headers[sessionHeaders.nonce], headers[sessionHeaders.proof]),
  )
}

async function start(app: FastifyInstance, options: ServerOptions): Promise<void> {
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error
    throw new AppError('port-taken', `Port ${options.port} is taken by another program`, {
      mend: 'Name another one with --port, or leave it out and a free one is taken.',
    })
  }
}

function sendError(reply: FastifyReply, error: AppError, logger: Logger): FastifyReply {
  if (error.code === 'internal') logger.error({ err: error }, 'internal error')
  return reply.status(error.status).send(error.toJSON())
}

function addContract(app: FastifyInstance, options: ServerOptions): void {
  const translate = async ({ next }: { next(): Promise<unknown> }) => {
    try {
      return await next()
    } catch (error) {
      throw toWireError(error, options.logger)
    }
  }
  // An array each: handlers add interceptors of their own to it.
  const rpc = new RPCHandler(options.router, {
    clientInterceptors: [translate],
    interceptors: [
      async ({ next, request }) => {
        const answer = await next()
        if (!answer.matched || !(answer.response.body instanceof FormData)) return answer
        // A client that has hung up is heard of by then; see `drained` for why nothing is begun for it.
        await setImmediate()
        return request.signal?.aborted ? { ...answer, response: { ...answer.response, body: undefined } } : answer
      },
    ],
  })
  const openApi = new OpenAPIHandler(options.router, { clientInterceptors: [translate] })
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  let description: Promise<unknown> | undefined

  app.get('/api/health', async () => ({ ok: true, boot: options.boot, version: latheVersion }))
  app.get('/api/openapi.json', async () => {
    description ??= generator.generate(contract, {
      info: {
        title: 'Lathe',
        version: latheVersion,
        description: 'Everything the window and the command line can do.',
      },
      servers: [{ url: '/api' }],
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    })
    return description
  })
  app.post('/api/uploads', async request => {
    const url = new URL(request.url, 'http://engine')
    // Not every shell knows the length of a body that it passes on; whoever sends the file does.
    const sizeBytes = Number(url.searchParams.get('size') ?? request.headers['content-length'] ?? Number.NaN)
    if (!Number.isSafeInteger(sizeBytes))
      throw new AppError('bad-input', 'An upload says its length in the header Content-Length or as `size`')
    return options.receive(request.raw, { fileName: url.searchParams.get('name') ?? '', sizeBytes })
  })
  app.post('/api/files', async request => {
    const path = request.headers['x-lathe-path']
    if (typeof path !== 'string') throw new AppError('bad-input', 'A file is named in the header X-Lathe-Path')
    return options.hold(decodeURIComponent(path))
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    const isMultipart = String(reply.getHeader('content-type') ?? '').startsWith('multipart/')
    done(null, isMultipart && payload instanceof Readable ? drained(payload) : payload)
  })
  app.all('/rpc/*', async (request, reply) => {
    const { matched } = await rpc.handle(request, reply, { prefix: '/rpc', context: {} })
    if (!matched) return sendError(reply, new AppError('not-found', `Nothing is at ${request.url}`), options.logger)
  })
  app.all('/api/*', async (request, reply) => {
    const { matched } = await openApi.handle(request, reply, { prefix: '/api', context: {} })
    if (!matched) return sendError(reply, new AppError('not-found', `Nothing is at ${request.url}`), options.logger)
  })
}

/** The built page with its deep links: any path that names no file is the page itself. */
function addPage(app: FastifyInstance, options: ServerOptions): void {
  const index = join(options.pageFolder, 'index.html')
  app.register(fastifyStatic, {
    root: options.pageFolder,
    // Each file is looked for when it is asked for: the page may be built anew while the engine runs.
    serve: false,
  })
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, new AppError('not-found', `Nothing is at ${request.url}`), options.logger),
  )
  app.get('/*', async (request, reply) => {
    const url = new URL(request.url, 'http://engine')
    if (!existsSync(index)) {
      return sendError(
        reply,
        new AppError('not-found', 'The window is not built', { mend: 'Run `npm run build`.' }),
        options.logger,
      )
    }
    if (/\.[a-z0-9]+$/i.test(url.pathname)) return reply.sendFile(url.pathname.slice(1))
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}
