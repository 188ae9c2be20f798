/** Upper bounds of the latency histogram in seconds. */
const bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** What `/metrics` shows, in the Prometheus text format 0.0.4. */
export class Metrics {
  readonly #info: string
  readonly #requests = new Map<string, number>()
  readonly #buckets = new Array<number>(bounds.length + 1).fill(0)
  readonly #startedSeconds = Date.now() / 1000
  #sumSeconds = 0
  #rows = 0
  inFlight = 0

  constructor(model: { name: string; version: number | null; digest: string }) {
    const labels = Object.entries(model).map(([key, value]) => `${key}="${escapeLabel(String(value ?? ''))}"`)
    this.#info = `lathe_model_info{${labels.join(',')}} 1`
  }

  /** One finished request. `route` is the route's pattern, never the address that was asked for. */
  count(route: string, status: number): void {
    const key = `lathe_requests_total{route="${escapeLabel(route)}",code="${status}"}`
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1)
  }

  /** One answered prediction request. */
  predicted(rows: number, seconds: number): void {
    const place = bounds.findIndex(bound => seconds <= bound)
    this.#buckets[place < 0 ? bounds.length : place]! += 1
    this.#sumSeconds += seconds
    this.#rows += rows
  }

  text(): string {
    const lines: string[] = []
    const metric = (name: string, type: string, help: string, samples: string[]) =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples)
    metric('lathe_model_info', 'gauge', 'The model that is served.', [this.#info])
    metric(
      'lathe_requests_total',
      'counter',
      'Finished requests by route and status.',
      [...this.#requests].map(([key, count]) => `${key} ${count}`),
    )
    metric('lathe_requests_in_flight', 'gauge', 'Requests being answered.', [
      `lathe_requests_in_flight ${this.inFlight}`,
    ])
    metric('lathe_predicted_rows_total', 'counter', 'Rows answered.', [`lathe_predicted_rows_total ${this.#rows}`])
    let below = 0
    const buckets = this.#buckets.map((count, i) => {
      below += count
      return `lathe_predict_seconds_bucket{le="${bounds[i] ?? '+Inf'}"} ${below}`
    })
    metric('lathe_predict_seconds', 'histogram', 'Time to answer a prediction request.', [
      ...buckets,
      `lathe_predict_seconds_sum ${this.#sumSeconds}`,
      `lathe_predict_seconds_count ${below}`,
    ])
    const memory = process.memoryUsage.rss()
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [`process_resident_memory_bytes ${memory}`])
    metric('process_start_time_seconds', 'gauge', 'Start, in seconds since 1970 UTC.', [
      `process_start_time_seconds ${this.#startedSeconds}`,
    ])
    return `${lines.join('\n')}\n`
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
