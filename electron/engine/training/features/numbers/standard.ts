import type { NumberEncoding } from './number-encoding.ts'

export const standard: NumberEncoding = {
  id: 'standard',
  help: 'as they are',
  fit: columns => ({ columns, toGraph: (_graph, numbers) => numbers }),
}
