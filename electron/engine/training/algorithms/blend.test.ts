import { expect, test } from 'vitest'
import { checkParameters } from '../parameters.ts'
import { algorithms } from './index.ts'

const blend = algorithms.get('blend')
const shape = { trainRows: 100, columns: 3, width: 3, outputs: 1 }
const seconds = (members: string) => blend.expectedSeconds(shape, checkParameters(blend, { members }))

test('members that are no list, too few, unknown, a blend again, or with parameters that do not fit are refused', () => {
  for (const members of ['linear', '[]', '[{"algorithm":"linear"}]', '{"algorithm":"linear"}']) {
    expect(() => seconds(members)).toThrow('no list of two to twenty algorithms')
  }
  const linear = '{"algorithm":"linear"}'
  expect(() => seconds(`[${linear},{"algorithm":"oracle"}]`)).toThrow('A blend cannot hold "oracle"')
  expect(() => seconds(`[${linear},{"algorithm":"blend"}]`)).toThrow('A blend cannot hold "blend"')
  expect(() => seconds(`[${linear},{"algorithm":"linear","parameters":{"l2":-1}}]`)).toThrow(
    'The parameter l2 of linear',
  )
})
