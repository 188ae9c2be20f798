import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
}

export const dataSets: readonly DataSet[] = [
  { name: '1 M × 28', rows: 1_000_000, testRows: 250_000, width: 28, categorical: 0, missing: 0 },
  { name: '100 k × 28', rows: 100_000, testRows: 100_000, width: 28, categorical: 0, missing: 0 },
  { name: '500 k × 100', rows: 500_000, testRows: 100_000, width: 100, categorical: 30, missing: 0.2 },
]

/** As HIGGS: smooth columns, skewed ones, four of three values; the classes depend on sums, products and steps, and overlap. */
export function writeDataSet(folder: string, { rows, testRows, width, categorical, missing }: DataSet): void {
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
    writeFileSync(join(folder, `x${suffix}`), x)
    writeFileSync(join(folder, `y${suffix}`), y)
  }
}
