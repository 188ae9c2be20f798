import { parentPort } from 'node:worker_threads'
import type { Unsorted } from './sorter.ts'
import { orderValues, type ValueOrder } from './value-order.ts'

/** A thread of the sorter: a column in, its order out, with all memory handed over. */
parentPort?.on('message', ({ values, isMissing, isIndexed }: Unsorted) => {
  if (!isIndexed) {
    parentPort?.postMessage({ values: values.sort(), index: null }, [values.buffer as ArrayBuffer])
    return
  }
  const order: ValueOrder = orderValues(values, isMissing)
  const memory = [order.values, order.rows, order.starts].map(({ buffer }) => buffer as ArrayBuffer)
  parentPort?.postMessage({ values: order.values, index: order }, memory)
})
