import { expect, test } from 'vitest'
import { nextOrder, parseView, type RowsView, withView } from './rows-view.ts'

test('a view comes back from the address as it went in, whatever the names hold', () => {
  const view: RowsView = {
    where: [
      { column: 'a&b="c"', operator: 'contains', value: '100 %, ü' },
      { column: 'x', operator: 'missing' },
    ],
    order: { column: 'a&b="c"', isDescending: true },
    repeated: true,
    among: [41, 0],
  }
  const search = withView(new URLSearchParams({ version: '2' }), view)
  expect(search.get('version')).toBe('2')
  expect(parseView(new URLSearchParams(search.toString()))).toEqual(view)
  const none = { where: [], order: null, repeated: false, among: [] }
  expect(withView(search, none).toString()).toBe('version=2')
})

test('nonsense in an address is left out', () => {
  expect(
    parseView(new URLSearchParams('where=x&where=["a","drop"]&where=[1,"less"]&down=1&row=0&row=-3&row=x&row=1e9')),
  ).toEqual({
    where: [],
    order: null,
    repeated: false,
    among: [],
  })
})

test('a head is pressed three times to come back to the order of the file', () => {
  const first = nextOrder(null, 'a')
  expect(first).toEqual({ column: 'a', isDescending: false })
  const second = nextOrder(first, 'a')
  expect(second).toEqual({ column: 'a', isDescending: true })
  expect(nextOrder(second, 'a')).toBeNull()
  expect(nextOrder(second, 'b')).toEqual({ column: 'b', isDescending: false })
})
