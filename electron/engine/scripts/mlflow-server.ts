import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { newId } from '../base/index.ts'

const mostPoints = 200_000
const mostValues = 1000
const longestText = 500
const largestBody = 16 << 20
const experimentId = '0'

/** What a script told by MLflow's client: the last number of each metric, and its parameters and tags as texts. */
export interface Told {
  reported: Record<string, number>
  logged: Record<string, string>
}

interface Options {
  /** A folder, absolute; it need not be there. */
  artifacts: string
  warnings: string[]
  metric(key: string, step: number, value: number): void
}
interface Point {
  key: string
  value: number
  step: number
  timestamp: number
}
interface TrackedRun {
  id: string
  name: string
  /** Before the names of what it logs: nothing for the first run, which is the job's own. */
  prefix: string
  status: unknown
  startTime: number
  endTime: number | null
  points: Point[]
  parameters: Map<string, string>
  tags: Map<string, string>
}
type Body = Record<string, unknown>

class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Answers MLflow's client (REST API 2.0 of https://mlflow.org/docs/latest/api_reference/rest-api.html, as far as runs go) on the loopback while
 * a script runs: `uri` is for `MLFLOW_TRACKING_URI`. The script's first run is the job's own, and its metrics become curves by `metric`; of further
 * runs the names stand before those of what they log. There is one experiment, by whatever name. Artifacts are written by the client itself
 * into `artifacts`. What is not known here is refused, and said in `warnings`.
 */
export class MlflowServer {
  readonly #options: Options
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #runs = new Map<string, TrackedRun>()
  readonly #models = new Map<string, { info: { status: unknown }; data: object }>()
  readonly #reported = new Map<string, number>()
  readonly #logged = new Map<string, string>()
  readonly #path = `/${newId('tracking', Date.now())}`
  #experiment = 'Default'
  #points = 0

  private constructor(options: Options) {
    this.#options = options
  }

  static async start(options: Options): Promise<MlflowServer> {
    const made = new MlflowServer(options)
    await new Promise<void>((resolve, reject) => {
      made.#server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
    return made
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`
  }

  /** Ends it, and gives what was told. */
  close(): Told {
    this.#server.close()
    this.#server.closeAllConnections()
    return { reported: Object.fromEntries(this.#reported), logged: Object.fromEntries(this.#logged) }
  }

  async #serve(...[request, response]: Parameters<RequestListener>): Promise<void> {
    let [status, answer]: [number, object] = [200, {}]
    try {
      const url = new URL(request.url!, 'http://localhost')
      const start = `${this.#path}/api/2.0/mlflow/`
      if (!url.pathname.startsWith(start)) throw new Refusal(404, 'ENDPOINT_NOT_FOUND', 'There is nothing here')
      const body = { ...Object.fromEntries(url.searchParams), ...(await readBody(request)) }
      answer = this.#answer(url.pathname.slice(start.length), body)
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(400, 'BAD_REQUEST', (error as Error).message)
      ;[status, answer] = [refusal.status, { error_code: refusal.code, message: refusal.message }]
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #answer(path: string, body: Body): object {
    if (path.startsWith('logged-models')) return this.#answerOfModel(path.split('/')[1], body)
    switch (path) {
      case 'experiments/create':
        this.#experiment = textOf(body.name)
        return { experiment_id: experimentId }
      case 'experiments/get-by-name':
        this.#experiment = textOf(body.experiment_name)
        return { experiment: this.#told() }
      case 'experiments/get':
        return { experiment: this.#told() }
      case 'experiments/search':
        return { experiments: [this.#told()] }
      case 'experiments/set-experiment-tag':
      case 'runs/log-inputs':
      case 'runs/outputs':
      case 'runs/log-model':
        return {}
      case 'runs/create':
        return { run: this.#shown(this.#create(body)) }
      case 'runs/get':
        return { run: this.#shown(this.#run(body)) }
      case 'runs/search':
        return { runs: [...this.#runs.values()].map(run => this.#shown(run)) }
      case 'runs/update': {
        const run = this.#run(body)
        if (body.status !== undefined) run.status = body.status
        if (body.end_time !== undefined) run.endTime = Number(body.end_time)
        return { run_info: this.#shown(run).info }
      }
      case 'runs/log-metric':
        this.#logMetric(this.#run(body), body)
        return {}
      case 'runs/log-parameter':
        this.#logText('parameters', this.#run(body), body)
        return {}
      case 'runs/set-tag':
        this.#logText('tags', this.#run(body), body)
        return {}
      case 'runs/log-batch': {
        const run = this.#run(body)
        for (const each of listOf(body.metrics)) this.#logMetric(run, each)
        for (const each of listOf(body.params)) this.#logText('parameters', run, each)
        for (const each of listOf(body.tags)) this.#logText('tags', run, each)
        return {}
      }
      case 'metrics/get-history':
        return { metrics: this.#run(body).points.filter(({ key }) => key === body.metric_key) }
      default:
        this.#warn(
          `MLflow's ${path.replace(/\/[^/]*\d[^/]*/g, '')} is not known here: what was sent to it was left out`,
        )
        throw new Refusal(404, 'ENDPOINT_NOT_FOUND', `Lathe does not know ${path}`)
    }
  }

  /** Models are files that the client writes; of what it says of them its own questions are answered, and nothing is kept. */
  #answerOfModel(id: string | undefined, body: Body): object {
    if (id === 'search') return { models: [...this.#models.values()] }
    if (id !== undefined) {
      const known = this.#models.get(id)
      if (!known) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `There is no model ${id}`)
      if (body.status !== undefined) known.info.status = body.status
      return { model: known }
    }
    const made = newId('model', Date.now())
    const artifact_uri = pathToFileURL(join(this.#options.artifacts, made)).href
    const { name, model_type, source_run_id } = body
    const times = { creation_timestamp_ms: Date.now(), last_updated_timestamp_ms: Date.now() }
    const status: unknown = 'LOGGED_MODEL_PENDING'
    const told = { name, model_type, source_run_id, status, ...times, tags: [], registrations: [] }
    const model = { info: { model_id: made, experiment_id: experimentId, artifact_uri, ...told }, data: {} }
    this.#models.set(made, model)
    return { model }
  }

  #create({ run_name, start_time, tags }: Body): TrackedRun {
    const own = new Map(listOf(tags).map(({ key, value }) => [textOf(key), textOf(value)]))
    const number = this.#runs.size + 1
    const name = textOf(run_name ?? own.get('mlflow.runName') ?? `run ${number}`)
    const taken = new Set(Array.from(this.#runs.values(), each => each.name))
    const run: TrackedRun = {
      ...{ id: newId('tracked', Date.now()), name, status: 'RUNNING', endTime: null, points: [] },
      prefix: number === 1 ? '' : `${taken.has(name) ? `${name} (${number})` : name}/`,
      ...{ startTime: Number(start_time ?? Date.now()), parameters: new Map(), tags: new Map() },
    }
    this.#runs.set(run.id, run)
    for (const [key, value] of own) this.#logText('tags', run, { key, value })
    return run
  }

  #run({ run_id, run_uuid }: Body): TrackedRun {
    const run = this.#runs.get(textOf(run_id ?? run_uuid))
    if (run) return run
    throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `There is no run ${textOf(run_id ?? run_uuid)}`)
  }

  #logMetric(run: TrackedRun, { key: given, value: told, step: at = 0, timestamp = 0 }: Body): void {
    const key = textOf(given)
    const [value, step] = [Number(told), Number(at)]
    if (!Number.isFinite(value) || !Number.isFinite(step)) {
      this.#warn(`MLflow's ${key} was no number at a time`)
      return
    }
    this.#points += 1
    if (this.#points > mostPoints) {
      this.#warn(`More than ${mostPoints} points were logged: the rest was left out`)
      return
    }
    run.points.push({ key, value, step, timestamp: Number(timestamp) })
    const name = run.prefix + key
    if (this.#reported.has(name) || this.#reported.size < mostValues) this.#reported.set(name, value)
    this.#options.metric(name.slice(0, 200), step, value)
  }

  #logText(kind: 'parameters' | 'tags', run: TrackedRun, { key: given, value: told }: Body): void {
    const [key, value] = [textOf(given), textOf(told)]
    run[kind].set(key, value)
    const name = run.prefix + key
    // Those of the client itself say what the job knows better.
    if (key.startsWith('mlflow.') || (kind === 'tags' && run.parameters.has(key))) return
    if (this.#logged.has(name) || this.#logged.size < mostValues) this.#logged.set(name, value)
  }

  #warn(message: string): void {
    if (!this.#options.warnings.includes(message)) this.#options.warnings.push(message)
  }

  #told() {
    const location = pathToFileURL(this.#options.artifacts).href
    return {
      experiment_id: experimentId,
      name: this.#experiment,
      artifact_location: location,
      lifecycle_stage: 'active',
    }
  }

  #shown({ id, name, status, startTime, endTime, points, parameters, tags }: TrackedRun) {
    const last = new Map(points.map(point => [point.key, point]))
    const pairs = (map: Map<string, string>) => Array.from(map, ([key, value]) => ({ key, value }))
    return {
      info: {
        ...{ run_id: id, run_uuid: id, run_name: name, experiment_id: experimentId, user_id: '', status },
        ...{ start_time: startTime, ...(endTime === null ? {} : { end_time: endTime }), lifecycle_stage: 'active' },
        artifact_uri: pathToFileURL(join(this.#options.artifacts, id)).href,
      },
      data: { metrics: [...last.values()], params: pairs(parameters), tags: pairs(tags) },
      inputs: {},
    }
  }
}

async function readBody(request: AsyncIterable<Buffer>): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > largestBody) throw new Refusal(413, 'BAD_REQUEST', 'A request of more than 16 MB')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const told: unknown = text === '' ? {} : JSON.parse(text)
  if (typeof told === 'object' && told !== null && !Array.isArray(told)) return told as Body
  throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'A request is an object')
}

const listOf = (value: unknown): Body[] =>
  Array.isArray(value) ? value.filter(each => typeof each === 'object' && each !== null) : []

const textOf = (value: unknown): string => String(value ?? '').slice(0, longestText)
