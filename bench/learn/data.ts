import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckDb, textLiteral } from '../../electron/engine/datasets/duckdb.ts'
import { generator } from '../tools/mulberry.ts'

/** A made data set, as files of float32: `x` row-major, `y` 0 or 1, and the same for the test rows, `xt` and `yt`. */
export interface DataSet {
  name: string
  rows: number
  testRows: number
  width: number
  /** The last so many columns hold categories, as whole numbers from 0. */
  categorical: number
  /** Share of the cells that are missing. */
  missing: number
  /** Made otherwise than as HIGGS: images of ten kinds (`y` from 0 to 9), or categories of so many levels each. */
  images?: true
  levels?: number
  /** One Parquet file instead, `table.parquet`, of decimals that float32 does not hold; trained once. */
  isLarge?: true
}

export const dataSets: readonly DataSet[] = [
  { name: '1 M × 28', rows: 1_000_000, testRows: 250_000, width: 28, categorical: 0, missing: 0 },
  { name: '100 k × 28', rows: 100_000, testRows: 100_000, width: 28, categorical: 0, missing: 0 },
  { name: '500 k × 100', rows: 500_000, testRows: 100_000, width: 100, categorical: 30, missing: 0.2 },
  { name: '60 k × 784', rows: 60_000, testRows: 10_000, width: 784, categorical: 0, missing: 0, images: true },
  { name: '25 k × 20', rows: 25_600, testRows: 5000, width: 20, categorical: 10, missing: 0, levels: 60_000 },
  { name: '10 M × 28', rows: 10_000_000, testRows: 0, width: 28, categorical: 0, missing: 0, isLarge: true },
]

export async function writeDataSet(folder: string, data: DataSet): Promise<void> {
  if (data.isLarge) await writeParquet(folder, data)
  else if (data.images) writeImages(folder, data)
  else if (data.levels) writeCodes(folder, data, data.levels)
  else writeTable(folder, data)
}

function write(folder: string, suffix: string, x: Float32Array, y: Float32Array): void {
  writeFileSync(join(folder, `x${suffix}`), x)
  writeFileSync(join(folder, `y${suffix}`), y)
}

/** As MNIST: 28 × 28, each kind a few blotches, moved about by up to two pixels, darker or brighter, under noise. */
function writeImages(folder: string, { rows, testRows }: DataSet): void {
  const side = 28
  const random = generator(rows)
  const shapes = Array.from({ length: 30 }, () =>
    Array.from({ length: 5 }, () => [4 + 20 * random(), 4 + 20 * random()]),
  )
  const prints = shapes.map(blotches =>
    Float32Array.from({ length: side * side }, (_, i) =>
      blotches.reduce((most, [x, y]) => {
        const distance = ((i % side) - x!) ** 2 + (Math.floor(i / side) - y!) ** 2
        return Math.max(most, Math.exp(-distance / 8))
      }, 0),
    ),
  )
  for (const [suffix, count] of [
    ['', rows],
    ['t', testRows],
  ] as const) {
    const x = new Float32Array(count * side * side)
    const y = Float32Array.from({ length: count }, () => Math.floor(10 * random()))
    for (let row = 0; row < count; row += 1) {
      const print = prints[3 * y[row]! + Math.floor(3 * random())]!
      const [right, down, strength] = [Math.floor(5 * random()) - 2, Math.floor(5 * random()) - 2, 0.4 + 0.6 * random()]
      for (let i = 0; i < side * side; i += 1) {
        const [column, line] = [(i % side) - right, Math.floor(i / side) - down]
        const isInside = column >= 0 && column < side && line >= 0 && line < side
        x[row * side * side + i] = strength * (isInside ? print[line * side + column]! : 0) + 0.6 * (random() - 0.5)
      }
    }
    write(folder, suffix, x, y)
  }
}

/** Numbers, then categories of which each level has an effect of its own. */
function writeCodes(folder: string, { rows, testRows, width, categorical }: DataSet, levels: number): void {
  const random = generator(rows)
  const effect = (column: number, level: number) => Math.sin(12.9898 * level + 78.233 * column)
  for (const [suffix, count] of [
    ['', rows],
    ['t', testRows],
  ] as const) {
    const x = new Float32Array(count * width)
    const y = new Float32Array(count)
    for (let row = 0; row < count; row += 1) {
      let z = 0
      for (let k = 0; k < width; k += 1) {
        const isCode = k >= width - categorical
        const value = isCode ? Math.floor(random() ** 3 * levels) : 2 * random() - 1
        x[row * width + k] = value
        z += isCode ? effect(k, value) : value
      }
      y[row] = Number(z > 0)
    }
    write(folder, suffix, x, y)
  }
}

/** As HIGGS: smooth columns, skewed ones, four of three values; the classes depend on sums, products and steps, and overlap. */
function writeTable(folder: string, { rows, testRows, width, categorical, missing }: DataSet): void {
  const random = generator(rows)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const numeric = width - categorical
  const weights = Array.from({ length: numeric }, () => gaussian() * 0.25)
  const levels = Array.from({ length: categorical }, (_, k) => 3 + 5 * k)
  const effects = levels.map(count => Array.from({ length: count }, () => gaussian() * 0.3))
  for (const [suffix, count] of [
    ['', rows],
    ['t', testRows],
  ] as const) {
    const x = new Float32Array(count * width)
    const y = new Float32Array(count)
    for (let row = 0; row < count; row += 1) {
      const own = x.subarray(row * width, (row + 1) * width)
      for (let k = 0; k < numeric; k += 1) own[k] = gaussian()
      for (let k = 7; k < 14; k += 1) own[k] = Math.exp(own[k]! / 2)
      for (let k = 20; k < 24; k += 1) own[k] = Math.floor(random() * 3)
      let z = own[0]! * own[1]! * 0.8 - 0.6 * Math.abs(own[2]!) + 0.5 * Math.sin(3 * own[3]!)
      z += (own[4]! > 0.5 ? 0.4 : 0) * own[5]!
      for (let k = 0; k < numeric; k += 1) z += weights[k]! * own[k]!
      for (let k = 0; k < categorical; k += 1) {
        const level = Math.floor(random() ** 2 * levels[k]!)
        own[numeric + k] = level
        z += effects[k]![level]!
      }
      const noise = random()
      y[row] = Number(z + Math.log(noise / (1 - noise)) > 0)
      if (missing) for (let k = 0; k < width; k += 1) if (random() < missing) own[k] = Number.NaN
    }
    write(folder, suffix, x, y)
  }
}

/** As `writeTable`, by DuckDB: what is drawn is a hash of the row and the column. */
async function writeParquet(folder: string, { rows, width }: DataSet): Promise<void> {
  const uniform = (stream: number) => `((hash(i * 128 + ${stream}) >> 11)::DOUBLE / ${2 ** 53})`
  const gaussian = (k: number) => `sqrt(-2 * ln(1 - ${uniform(k)})) * cos(2 * pi() * ${uniform(k + 64)})`
  const cell = (k: number) => {
    if (k >= 20 && k < 24) return `floor(3 * ${uniform(k)})`
    return k >= 7 && k < 14 ? `round(exp(${gaussian(k)} / 2), 4)` : `round(${gaussian(k)}, 4)`
  }
  const cells = Array.from({ length: width }, (_, k) => `${cell(k)} AS c${k}`).join(', ')
  const score = '0.8 * c0 * c1 - 0.6 * abs(c2) + 0.5 * sin(3 * c3) + 0.4 * c5 * (c4 > 0.5)::INT + 0.3 * c6 - 0.2 * c8'
  const noise = uniform(63)
  const file = join(folder, 'table.parquet')
  const database = await openDuckDb({ temporaryFolder: join(folder, 'spill'), files: [file], memoryLimit: '2GB' })
  try {
    await database.connection.run(
      `COPY (SELECT * EXCLUDE (i), ${score} + ln(${noise} / (1 - ${noise})) > 0 AS y FROM (SELECT i, ${cells} FROM range(${rows}) r(i)))
        TO ${textLiteral(file)} (FORMAT parquet, COMPRESSION zstd)`,
    )
  } finally {
    database.close()
  }
}
