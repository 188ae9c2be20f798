import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { type DuckDBConnection, identifier, textLiteral } from './duckdb.ts'
import { SortIndex, type SortKeys } from './sort-index.ts'

export type WithFile = <Answer>(file: string, ask: (connection: DuckDBConnection) => Promise<Answer>) => Promise<Answer>

/** Of fewer rows a page is found as quickly without an index, so none is made before it is asked for. */
const fewestRows = 200_000
/** An index takes 24 bytes a row while it is made, and 4 when it is there. */
const mostRows = 1 << 25
/** Of all indexes together; one is kept whatever its size. */
const mostBytes = 256 * 2 ** 20
/** A column of more distinct texts is sorted by DuckDB when that is asked for. */
const mostTexts = 1 << 16
/** Of 2,048 rows each, read between two moments at which questions come first. */
const chunksAtOnce = 50

/** In milliseconds: after a question the next one mostly follows soon. */
const restMs = 150

interface Building {
  file: string
  column: string
  /** Somebody waits: it does not stand back behind questions. */
  isHurried: boolean
  done: PromiseWithResolvers<SortIndex | null>
}

/** Makes sort indexes of columns one after the other, in the time that questions leave, and keeps those used last. */
export class IndexBuilder {
  readonly #withFile: WithFile
  /** Null where a column has none. */
  readonly #indexes = new Map<string, SortIndex | null>()
  readonly #queue: Building[] = []
  #isBuilding = false
  #questions = 0
  #lastQuestion = 0
  /** Settled when somebody begins to wait for an index. */
  #hurry = Promise.withResolvers<void>()

  constructor(withFile: WithFile) {
    this.#withFile = withFile
  }

  /** Stands back while a question is under way. */
  async during<Answer>(answer: () => Promise<Answer>): Promise<Answer> {
    this.#questions += 1
    try {
      return await answer()
    } finally {
      this.#questions -= 1
      this.#lastQuestion = performance.now()
    }
  }

  /** Whether `get` answers at once. */
  ready(file: string, column: string): boolean {
    return this.#indexes.has(keyOf(file, column))
  }

  /** Null where the column can have no index. */
  get(file: string, column: string): Promise<SortIndex | null> {
    const key = keyOf(file, column)
    const index = this.#indexes.get(key)
    if (index !== undefined) {
      this.#indexes.delete(key)
      this.#indexes.set(key, index)
      return Promise.resolve(index)
    }
    const building = this.#enqueue(file, column)
    building.isHurried = true
    this.#hurry.resolve()
    this.#hurry = Promise.withResolvers()
    return building.done.promise
  }

  /** Makes the indexes of columns that may be sorted by next, while there is room for them. */
  prepare(file: string, columns: string[]): void {
    for (const column of columns) if (!this.ready(file, column)) this.#enqueue(file, column)
  }

  #enqueue(file: string, column: string): Building {
    const known = this.#queue.find(each => each.file === file && each.column === column)
    if (known) return known
    const building = {
      file,
      column,
      isHurried: false,
      done: Promise.withResolvers<SortIndex | null>(),
    }
    building.done.promise.catch(() => {})
    this.#queue.push(building)
    if (!this.#isBuilding) void this.#buildAll()
    return building
  }

  async #buildAll(): Promise<void> {
    this.#isBuilding = true
    while (this.#queue.length > 0) {
      const building = this.#queue.find(({ isHurried }) => isHurried) ?? this.#queue[0]!
      try {
        const index = await this.#withFile(building.file, connection => this.#build(connection, building))
        if (index !== undefined) this.#keep(keyOf(building.file, building.column), index)
        building.done.resolve(index ?? null)
      } catch (error) {
        if (error === putOff) continue
        building.done.reject(error)
      }
      this.#queue.splice(this.#queue.indexOf(building), 1)
    }
    this.#isBuilding = false
  }

  /** Lets questions go first. Throws `putOff` where somebody waits for another index. */
  async #standBack(building: Building): Promise<void> {
    await turn()
    for (;;) {
      if (building.isHurried) return
      if (this.#queue.some(({ isHurried }) => isHurried)) throw putOff
      const rest = this.#questions > 0 ? restMs : this.#lastQuestion + restMs - performance.now()
      if (rest <= 0) return
      await Promise.race([sleep(rest), this.#hurry.promise])
    }
  }

  /** Undefined where nobody waits for it and it is not worth it. */
  async #build(connection: DuckDBConnection, building: Building): Promise<SortIndex | null | undefined> {
    await this.#standBack(building)
    const relation = `read_parquet(${textLiteral(building.file)})`
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`)
    const rows = Number(counted.getRows()[0]![0])
    const isRoom = this.#sizeBytes() + rows * 4 <= mostBytes
    if (!building.isHurried && (rows < fewestRows || !isRoom)) return undefined
    if (rows > mostRows) return null
    const key = await keySql(connection, relation, building.column)
    if (key === null) return null
    const keys: SortKeys = {
      low: new Uint32Array(rows),
      high: new Uint32Array(rows),
      isMissing: new Uint8Array(rows),
    }
    await readKeys(connection, relation, key, keys, () => this.#standBack(building))
    const steps = SortIndex.build(keys)
    for (;;) {
      await this.#standBack(building)
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  #sizeBytes(): number {
    return [...this.#indexes.values()].reduce((sum, index) => sum + (index?.sizeBytes ?? 0), 0)
  }

  #keep(key: string, index: SortIndex | null): void {
    this.#indexes.set(key, index)
    for (const [oldest, held] of this.#indexes) {
      if (oldest === key || this.#sizeBytes() <= mostBytes) break
      if (held) this.#indexes.delete(oldest)
    }
  }
}

const putOff = Symbol('put off')
const keyOf = (file: string, column: string) => JSON.stringify([file, column])

interface KeySql {
  /** DOUBLE, or BIGINT of the same order as the values. */
  sql: string
  isDouble: boolean
}

let types = 0

/** Null where a column holds too many texts. */
async function keySql(connection: DuckDBConnection, relation: string, column: string): Promise<KeySql | null> {
  const name = identifier(column)
  const described = await connection.runAndReadAll(`DESCRIBE SELECT ${name} FROM ${relation}`)
  const type = String(described.getRowsJS()[0]![1])
  if (type === 'DOUBLE') return { sql: name, isDouble: true }
  if (type === 'DATE' || type === 'TIMESTAMP') return { sql: `epoch_us(CAST(${name} AS TIMESTAMP))`, isDouble: false }
  if (type !== 'VARCHAR') return { sql: `CAST(${name} AS BIGINT)`, isDouble: false }
  types += 1
  const texts = identifier(`texts ${types}`)
  await connection.run(
    `CREATE TEMP TABLE ${texts} AS SELECT DISTINCT ${name} AS value FROM ${relation} WHERE ${name} IS NOT NULL LIMIT ${mostTexts + 1}`,
  )
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${texts}`)
  if (Number(counted.getRows()[0]![0]) > mostTexts) return null
  const inOrder = identifier(`texts in order ${types}`)
  await connection.run(`CREATE TEMP TYPE ${inOrder} AS ENUM (SELECT value FROM ${texts} ORDER BY value)`)
  return { sql: `CAST(enum_code(CAST(${name} AS ${inOrder})) AS BIGINT)`, isDouble: false }
}

async function readKeys(
  connection: DuckDBConnection,
  relation: string,
  { sql, isDouble }: KeySql,
  keys: SortKeys,
  standBack: () => Promise<void>,
): Promise<void> {
  const halves = isDouble ? 'key' : 'CAST(key >> 32 AS INTEGER), CAST(key & 4294967295 AS UINTEGER)'
  // DuckDB reads only a little ahead of what is fetched.
  const result = await connection.stream(`SELECT ${halves} FROM (SELECT ${sql} AS key FROM ${relation})`)
  const double = new Float64Array(1)
  const bits = new Uint32Array(double.buffer)
  let row = 0
  for (let chunks = 1; ; chunks += 1) {
    const chunk = await result.fetchChunk()
    const count = chunk?.rowCount ?? 0
    if (!chunk || count === 0) return
    if (chunks % chunksAtOnce === 0) await standBack()
    const first = chunk.getColumnVector(0)
    const second = isDouble ? null : chunk.getColumnVector(1)
    for (let i = 0; i < count; i += 1, row += 1) {
      const value = first.getItem(i) as number | null
      if (value === null) {
        keys.isMissing[row] = 1
        continue
      }
      if (second) {
        keys.high[row] = value ^ 0x80000000
        keys.low[row] = second.getItem(i) as number
        continue
      }
      // As DuckDB has it: no number is the largest, and both zeros are one.
      double[0] = Number.isNaN(value) ? Number.NaN : value + 0
      const isNegative = bits[1]! >>> 31 === 1
      keys.high[row] = isNegative ? ~bits[1]! : bits[1]! | 0x80000000
      keys.low[row] = isNegative ? ~bits[0]! : bits[0]!
    }
  }
}
