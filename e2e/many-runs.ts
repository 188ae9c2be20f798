import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Copies of the runs that are in a workspace without an engine, under new names and with other numbers, until there are so many. */
export function multiplyRuns(folder: string, wanted: number): void {
  const database = new DatabaseSync(join(folder, 'registry.sqlite'))
  const known = database.prepare('SELECT * FROM runs').all() as Record<string, string | number | null>[]
  const names = Object.keys(known[0]!)
  const add = database.prepare(`INSERT INTO runs (${names}) VALUES (${names.map(name => `:${name}`)})`)
  const addMetric = database.prepare('INSERT INTO run_metrics (run, key, value) VALUES (?, ?, ?)')
  database.exec('BEGIN')
  for (let i = known.length; i < wanted; i += 1) {
    const from = known[i % known.length]!
    const run = `run-copy${String(i).padStart(7, '0')}`
    const document = JSON.parse(from.document as string)
    const metrics = Object.fromEntries(
      Object.entries(document.metrics as Record<string, number>).map(([key, value], k) => [
        key,
        value * (0.7 + (0.3 * (((i + k) * 7919) % 9973)) / 9973),
      ]),
    )
    const parameters = { ...document.parameters, rounds: 100 + (i % 37), l2: 1 + (i % 11) / 10 }
    add.run({ ...from, run, document: JSON.stringify({ ...document, run, metrics, parameters, name: `trial ${i}` }) })
    for (const [key, value] of Object.entries(metrics)) addMetric.run(run, key, value)
  }
  database.exec('COMMIT')
  database.close()
}

/** Copies of a run or a job, each a millisecond newer than the one before, called `copy 1` and so on. The engine may be running. */
export function addNewer(folder: string, kind: 'run' | 'job', of: string, count: number): void {
  const database = new DatabaseSync(join(folder, 'registry.sqlite'), { timeout: 30_000 })
  const known = database.prepare(`SELECT * FROM ${kind}s WHERE ${kind} = ?`).get(of) as Record<string, string | number>
  const names = Object.keys(known)
  const add = database.prepare(`INSERT INTO ${kind}s (${names}) VALUES (${names.map(name => `:${name}`)})`)
  const document = JSON.parse(known.document as string) as { createdAt: number }
  database.exec('BEGIN IMMEDIATE')
  for (let i = 1; i <= count; i += 1) {
    const [id, createdAt] = [`${kind}-copy${String(i).padStart(4, '0')}`, document.createdAt + i]
    const copy = { ...document, [kind]: id, [kind === 'run' ? 'name' : 'title']: `copy ${i}`, createdAt }
    add.run({ ...known, [kind]: id, created_at: createdAt, document: JSON.stringify(copy) })
  }
  database.exec('COMMIT')
  database.close()
}
