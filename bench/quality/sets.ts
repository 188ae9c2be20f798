import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One set of `data.py`, which says what its files hold. */
export interface QualitySet {
  folder: string
  name: string
  rows: number
  numbers: number
  texts: number
  /** 0 where values are learned. */
  classes: number
  folds: number
}

export type Kind = 'shipped' | 'made'

export const setsOf = (folder: string, kind: Kind): QualitySet[] =>
  readdirSync(join(folder, kind))
    .sort()
    .map(name => {
      const own = join(folder, kind, name)
      return { ...JSON.parse(readFileSync(join(own, 'shape.json'), 'utf8')), folder: own, name }
    })

function bytesOf(set: QualitySet, name: string): ArrayBuffer {
  const bytes = readFileSync(join(set.folder, name))
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
}

export const doubles = (set: QualitySet, name: string) => new Float64Array(bytesOf(set, name))
export const integers = (set: QualitySet, name: string) => new Int32Array(bytesOf(set, name))

/** The test rows of a fold, ascending. */
export function testRows(set: QualitySet, fold: number): number[] {
  const parts = integers(set, 'parts')
  return Array.from({ length: set.rows }, (_, row) => row).filter(row => parts[row * set.folds + fold] === 2)
}
