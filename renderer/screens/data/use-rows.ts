import { useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import type { RowsView } from './rows-view.ts'

export type Cell = string | number | boolean | null

const blockRows = 50
const blockColumns = 40
/** Blocks that are kept; of 50 rows and 40 columns each. */
const mostBlocks = 200
const mostUnderWay = 3
/** In milliseconds: a block that was scrolled past faster is not asked for. */
const settleMs = 30

interface Block {
  rows: Cell[][]
  /** Of each row in the file, from 0. */
  places: number[]
}

interface Range {
  first: number
  count: number
}

/**
 * The rows and columns in sight, asked for in blocks and kept; then what lies next to them. `total` is that of the view.
 */
export function useRows(reference: string, columns: string[], view: RowsView, rows: Range, shown: Range) {
  const key = JSON.stringify([reference, view])
  const store = useRef({
    key: '',
    blocks: new Map<string, Block>(),
    underWay: new Set<string>(),
    total: null as number | null,
    /** Asks for what is wanted now; an answer calls it, since it frees a place. */
    pump: () => {},
  })
  const [, redraw] = useState(0)
  const [error, setError] = useState<AppError | null>(null)
  if (store.current.key !== key)
    store.current = { key, blocks: new Map(), underWay: new Set(), total: null, pump: () => {} }
  const state = store.current

  const firstBlock = Math.floor(rows.first / blockRows)
  const lastBlock = Math.floor(Math.max(0, rows.first + rows.count - 1) / blockRows)
  const firstPart = Math.floor(shown.first / blockColumns)
  const lastPart = Math.floor(Math.max(0, shown.first + shown.count - 1) / blockColumns)
  useEffect(() => {
    const wanted: [number, number][] = []
    for (let block = firstBlock; block <= lastBlock + 2; block += 1) {
      const place = block === lastBlock + 2 ? firstBlock - 1 : block
      if (place < 0 || (place > 0 && state.total !== null && place * blockRows >= state.total)) continue
      for (let part = firstPart; part <= lastPart; part += 1) wanted.push([place, part])
    }
    const inSight = (block: number) => block >= firstBlock && block <= lastBlock
    const pump = () => {
      for (const [block, part] of wanted) {
        const id = `${block} ${part}`
        if (state.underWay.size >= (inSight(block) ? mostUnderWay : 1)) return
        if (state.blocks.has(id) || state.underWay.has(id)) continue
        state.underWay.add(id)
        const names = columns.slice(part * blockColumns, (part + 1) * blockColumns)
        engine.datasets
          .rows({
            dataset: reference,
            offset: block * blockRows,
            limit: blockRows,
            columns: names,
            where: view.where,
            ...(view.order ? { order: view.order } : {}),
            repeated: view.repeated,
            among: view.among,
          })
          .then(
            answer => {
              state.blocks.set(id, { rows: answer.rows, places: answer.places })
              state.total = answer.total
              if (state.blocks.size > mostBlocks) state.blocks.delete(state.blocks.keys().next().value!)
              if (store.current === state) setError(null)
            },
            failure => {
              // An empty block, so that a refusal is not asked for again and again.
              state.blocks.set(id, { rows: [], places: [] })
              if (store.current === state) setError(toAppError(failure))
            },
          )
          .finally(() => {
            state.underWay.delete(id)
            if (store.current === state) redraw(count => count + 1)
            state.pump()
          })
      }
    }
    state.pump = pump
    const timer = setTimeout(pump, state.underWay.size === 0 ? 0 : settleMs)
    return () => {
      state.pump = () => {}
      clearTimeout(timer)
    }
  }, [state, firstBlock, lastBlock, firstPart, lastPart, reference, columns, view])

  return {
    total: state.total,
    error,
    /** Undefined while it is on its way. */
    cell(row: number, column: number): Cell | undefined {
      const block = state.blocks.get(`${Math.floor(row / blockRows)} ${Math.floor(column / blockColumns)}`)
      return block?.rows[row % blockRows]?.[column % blockColumns]
    },
    place(row: number): number | undefined {
      return state.blocks.get(`${Math.floor(row / blockRows)} ${firstPart}`)?.places[row % blockRows]
    },
  }
}
