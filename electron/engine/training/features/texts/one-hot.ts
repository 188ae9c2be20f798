import { findTexts } from '../categories.ts'
import type { TextEncoding } from './text-encoding.ts'

export const oneHot: TextEncoding = {
  id: 'one-hot',
  help: 'a column of zeros and ones for each value',
  fit: (columns, { train }) => findTexts(columns, train),
}
