import { lookup } from 'node:dns'
import { type AgentOptions, Agent as PlainAgent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { BlockList, connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { AppError } from '../../../shared/errors.ts'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'

/** What a connection is for, in the words of the ledger. A closed list: no address, name or secret comes in here. */
export type Purpose =
  | 'image registry'
  | 'Kubernetes'
  | 'Docker'
  | 'Docker pulls an image'
  | 'watched endpoint'
  | 'rows sent to an endpoint'
  | 'readiness of a model server'
  | 'CUDA libraries of onnxruntime'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
const isLoopback = (address: string) => loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
const bare = (host: string) => host.replace(/^\[|\]$/g, '').toLowerCase()
const isLocalName = (host: string) => host === 'localhost' || host.endsWith('.localhost')

/** Whether a host is this machine's loopback. Its other addresses are not: what listens there is reached from elsewhere as well. */
export function isLocalHost(host: string): boolean {
  const name = bare(host)
  return isIP(name) === 0 ? isLocalName(name) : isLoopback(name)
}

/** Told whenever connections of this process were made, failed, were refused, or moved bytes. */
type Listener = (counts: ConnectionCounts) => void

interface Open {
  socket: Socket
  place: Place
  sentBytes: number
  receivedBytes: number
}

interface Place {
  host: string
  /** 0 for a socket of the file system. */
  port: number
  why: Purpose
  isLocal: boolean
}

const countEveryMs = 1000
const longestHost = 253

/**
 * The one gate of a process through which it connects to anything. With the air gap on only this machine's loopback and its local
 * sockets are let through, and what was open to elsewhere is cut.
 */
class Egress {
  #isAirGapped = false
  readonly #listeners = new Set<Listener>()
  readonly #switched = new Set<(isOn: boolean) => void>()
  readonly #open = new Set<Open>()
  readonly #agents = new Map<string, PlainAgent>()
  #timer: NodeJS.Timeout | null = null

  get isAirGapped(): boolean {
    return this.#isAirGapped
  }

  setAirGap(isOn: boolean): void {
    if (isOn === this.#isAirGapped) return
    this.#isAirGapped = isOn
    if (isOn) for (const { socket, place } of this.#open) if (!place.isLocal) socket.destroy(refusal(place))
    for (const tell of this.#switched) tell(isOn)
  }

  /** Calls `tell` at each change; gives the end of it. */
  onAirGap(tell: (isOn: boolean) => void): () => void {
    this.#switched.add(tell)
    return () => this.#switched.delete(tell)
  }

  onConnections(tell: Listener): () => void {
    this.#listeners.add(tell)
    return () => this.#listeners.delete(tell)
  }

  /** Throws `air-gapped`, and has that written down, where a connection may not be made. */
  require(host: string, port: number, why: Purpose): void {
    const place = placeOf(host, port, why)
    if (!this.#isAirGapped || place.isLocal) return
    this.#tell(place, { refused: 1 })
    throw refusal(place)
  }

  /** The agent that makes the connections of HTTP requests for one purpose; kept, so that connections are used again. */
  agent(protocol: string, why: Purpose): PlainAgent {
    const key = `${protocol} ${why}`
    const known = this.#agents.get(key)
    if (known) return known
    const options: AgentOptions = { keepAlive: true, scheduling: 'lifo', timeout: 5000 }
    const agent = protocol === 'https:' ? new TlsAgent(options) : new PlainAgent(options)
    const create = agent.createConnection.bind(agent)
    agent.createConnection = (request, done) => {
      const { socketPath } = request as { socketPath?: string | null }
      const place = socketPath
        ? { host: socketPath, port: 0, why, isLocal: true }
        : placeOf(request.host ?? request.hostname ?? 'localhost', Number(request.port ?? 0), why)
      if (this.#isAirGapped && !place.isLocal) {
        this.#tell(place, { refused: 1 })
        process.nextTick(() => done?.(refusal(place), undefined as never))
        return undefined
      }
      const stream = create(isLocalName(bare(place.host)) ? { ...request, lookup: localLookup } : request, done)
      if (stream) this.#follow(stream as Socket, place)
      return stream
    }
    this.#agents.set(key, agent)
    return agent
  }

  /** Whether something listens there, as far as this process may know. */
  answers(host: string, port: number, { why, timeoutMs }: { why: Purpose; timeoutMs: number }): Promise<boolean> {
    const place = placeOf(host, port, why)
    if (this.#isAirGapped && !place.isLocal) return Promise.resolve(false)
    return new Promise(resolve => {
      const socket = connect({ host, port, timeout: timeoutMs })
      this.#follow(socket, place)
      const end = (isOpen: boolean) => {
        socket.destroy()
        resolve(isOpen)
      }
      socket.once('connect', () => end(true))
      socket.once('timeout', () => end(false))
      socket.once('error', () => end(false))
    })
  }

  /** Tells what open connections have moved so far; for the end of a process, which waits for none of them. */
  count(): void {
    for (const open of this.#open) this.#countOne(open)
  }

  /** A connection that another library makes by itself: without its bytes. */
  note(host: string, port: number, why: Purpose): void {
    this.require(host, port, why)
    this.#tell(placeOf(host, port, why), { made: 1 })
  }

  #follow(socket: Socket, place: Place): void {
    const open: Open = { socket, place, sentBytes: 0, receivedBytes: 0 }
    this.#open.add(open)
    this.#tell(place, { made: 1 })
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.count(), countEveryMs)
      this.#timer.unref()
    }
    socket.once('close', hadError => {
      this.#countOne(open)
      this.#open.delete(open)
      if (hadError) this.#tell(place, { failed: 1 })
      if (this.#open.size === 0 && this.#timer) {
        clearInterval(this.#timer)
        this.#timer = null
      }
    })
  }

  #countOne(open: Open): void {
    const { socket, place } = open
    const sentBytes = (socket.bytesWritten ?? 0) - open.sentBytes
    const receivedBytes = (socket.bytesRead ?? 0) - open.receivedBytes
    if (sentBytes <= 0 && receivedBytes <= 0) return
    open.sentBytes += sentBytes
    open.receivedBytes += receivedBytes
    this.#tell(place, { sentBytes, receivedBytes })
  }

  #tell(place: Place, counts: Partial<ConnectionCounts>): void {
    const told = { at: Date.now(), ...place, made: 0, failed: 0, refused: 0, sentBytes: 0, receivedBytes: 0, ...counts }
    for (const tell of this.#listeners) tell(told)
  }
}

function placeOf(host: string, port: number, why: Purpose): Place {
  return { host: bare(host).slice(0, longestHost), port, why, isLocal: isLocalHost(host) }
}

function refusal({ host, port, why }: Place): AppError {
  return new AppError(
    'air-gapped',
    `Nothing may leave this machine: the connection to ${host}${port ? `:${port}` : ''} (${why}) was refused`,
    { mend: 'If you want it, let Lathe connect out (`lathe airgap off`).' },
  )
}

/** What is called local must be local, whatever the machine's name service says. */
const localLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const local = error ? [] : addresses.filter(({ address }) => isLoopback(address))
    const first = local[0]
    if (error || !first) return done(error ?? new Error(`${host} is not this machine`), '')
    return options.all ? done(null, local) : done(null, first.address, first.family)
  })
}

/** Of this process. An engine sets its switch from the registry, a job's process from what its engine tells it. */
export const egress = new Egress()
