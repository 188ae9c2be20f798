import { type MetricDescription, type MetricId, metricTable } from '../../../shared/model/metrics.ts'
import type { Run, Series } from '../../../shared/model/run.ts'
import type { CurvePoint } from '../jobs/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Condition } from './filter.ts'

export interface RunFiles {
  /** Of the per-row predictions in the content store; left as it is when left out. */
  predictionsSha256?: string | null
  /** Of the rows that it learned from, was validated and tested on. */
  splitSha256?: string | null
}

export interface ListOptions {
  condition: Condition | null
  /** Best first; runs without the metric come last. */
  sort: MetricId | null
  limit: number
}

/** As `isBetter` has it. */
function bestFirst(metric: MetricId): string {
  const { better, aim }: MetricDescription = metricTable[metric]
  if (aim !== undefined) return `abs(sorted.value - ${aim})`
  return `sorted.value ${better === 'higher' ? 'DESC' : 'ASC'}`
}

/** All SQL of the runs domain. */
export class RunStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  insert(run: Run, { predictionsSha256 = null, splitSha256 = null }: RunFiles = {}): void {
    this.#registry.transaction(() => {
      this.#registry.database
        .prepare(
          `INSERT INTO runs (run, dataset, dataset_version, algorithm, status, bundle_digest, predictions_sha256, split_sha256, document, created_at)
           VALUES (:run, :dataset, :datasetVersion, :algorithm, :status, :bundleDigest, :predictions, :split, :document, :createdAt)`,
        )
        .run({ ...columnsOf(run), predictions: predictionsSha256, split: splitSha256 })
      this.#writeMetrics(run)
    })
  }

  /** False when there is no such run. */
  update(run: Run, { predictionsSha256, splitSha256 }: RunFiles = {}): boolean {
    return this.#registry.transaction(() => {
      const { changes } = this.#registry.database
        .prepare(
          `UPDATE runs SET dataset = :dataset, dataset_version = :datasetVersion, algorithm = :algorithm, status = :status,
             bundle_digest = :bundleDigest, document = :document, created_at = :createdAt,
             predictions_sha256 = CASE WHEN :keepsPredictions THEN predictions_sha256 ELSE :predictions END,
             split_sha256 = CASE WHEN :keepsSplit THEN split_sha256 ELSE :split END
           WHERE run = :run`,
        )
        .run({
          ...columnsOf(run),
          keepsPredictions: Number(predictionsSha256 === undefined),
          predictions: predictionsSha256 ?? null,
          keepsSplit: Number(splitSha256 === undefined),
          split: splitSha256 ?? null,
        })
      if (changes) this.#writeMetrics(run)
      return changes > 0
    })
  }

  /** The run of this id, or those whose ids begin with it, at most `limit`, oldest first. */
  find(idOrPrefix: string, limit: number): Run[] {
    const exact = this.#documents('SELECT document FROM runs WHERE run = ?', idOrPrefix)
    if (exact.length) return exact
    return this.#documents(
      'SELECT document FROM runs WHERE substr(run, 1, length(?)) = ? ORDER BY run LIMIT ?',
      idOrPrefix,
      idOrPrefix,
      limit,
    )
  }

  finished(algorithm: string, limit: number): Run[] {
    return this.#documents(
      "SELECT document FROM runs WHERE algorithm = ? AND status = 'done' ORDER BY created_at DESC, rowid DESC LIMIT ?",
      algorithm,
      limit,
    )
  }

  list({ condition, sort, limit }: ListOptions): Run[] {
    const where = condition ? `WHERE ${condition.sql}` : ''
    if (!sort) {
      return this.#documents(
        `SELECT document FROM runs ${where} ORDER BY created_at DESC, rowid DESC LIMIT ?`,
        ...(condition?.values ?? []),
        limit,
      )
    }
    return this.#documents(
      `SELECT document FROM runs LEFT JOIN run_metrics AS sorted ON sorted.run = runs.run AND sorted.key = ? ${where}
       ORDER BY sorted.value IS NULL, ${bestFirst(sort)}, created_at DESC, runs.rowid DESC
       LIMIT ?`,
      sort,
      ...(condition?.values ?? []),
      limit,
    )
  }

  files(run: string): Required<RunFiles> {
    const row = this.#registry.database
      .prepare('SELECT predictions_sha256 AS predictionsSha256, split_sha256 AS splitSha256 FROM runs WHERE run = ?')
      .get(run) as Required<RunFiles> | undefined
    return row ?? { predictionsSha256: null, splitSha256: null }
  }

  /** In the order in which the curves first appeared. */
  series(run: string): Series[] {
    const points = this.#registry.database
      .prepare(
        'SELECT key, step, value FROM series JOIN series_points USING (series) WHERE run = ? ORDER BY series, step',
      )
      .all(run) as CurvePoint[]
    const byKey = new Map<string, Series>()
    for (const { key, step, value } of points) {
      let series = byKey.get(key)
      if (!series) {
        series = { key, steps: [], values: [] }
        byKey.set(key, series)
      }
      series.steps.push(step)
      series.values.push(value)
    }
    return [...byKey.values()]
  }

  /** A point of a step that is there already takes its place. */
  addPoints(run: string, points: readonly CurvePoint[]): void {
    const { database } = this.#registry
    this.#registry.transaction(() => {
      const makeSeries = database.prepare('INSERT OR IGNORE INTO series (run, key) VALUES (?, ?)')
      const findSeries = database.prepare('SELECT series FROM series WHERE run = ? AND key = ?').pluck()
      const addPoint = database.prepare(
        'INSERT INTO series_points (series, step, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      )
      const ids = new Map<string, number>()
      for (const { key, step, value } of points) {
        let id = ids.get(key)
        if (id === undefined) {
          makeSeries.run(run, key)
          id = findSeries.get(run, key) as number
          ids.set(key, id)
        }
        addPoint.run(id, step, value)
      }
    })
  }

  removeSeries(run: string): void {
    this.#registry.database.prepare('DELETE FROM series WHERE run = ?').run(run)
  }

  #writeMetrics({ run, metrics, intervals }: Run): void {
    const { database } = this.#registry
    database.prepare('DELETE FROM run_metrics WHERE run = ?').run(run)
    const insert = database.prepare('INSERT INTO run_metrics (run, key, value, low, high) VALUES (?, ?, ?, ?, ?)')
    for (const [key, value] of Object.entries(metrics)) {
      const [low, high] = intervals[key] ?? [null, null]
      insert.run(run, key, value, low, high)
    }
  }

  #documents(sql: string, ...values: (string | number)[]): Run[] {
    const texts = this.#registry.database
      .prepare(sql)
      .pluck()
      .all(...values) as string[]
    return texts.map(text => JSON.parse(text) as Run)
  }
}

function columnsOf(run: Run) {
  const { run: id, dataset, datasetVersion, algorithm, status, bundleDigest, createdAt } = run
  return { run: id, dataset, datasetVersion, algorithm, status, bundleDigest, createdAt, document: JSON.stringify(run) }
}
