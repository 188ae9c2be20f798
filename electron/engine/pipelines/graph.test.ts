import { expect, test } from 'vitest'
import { around, newest, type Place, type Steps } from './graph.ts'

/** `a>b` says that a led to b; a name's first letter tells its kind: j for a job, d for a dataset. */
function stepsOf(...arrows: string[]): Steps {
  const pairs = arrows.map(arrow => arrow.split('>'))
  return {
    before: ({ id }, limit) =>
      pairs
        .filter(([, to]) => to === id)
        .map(([from]) => place(from!))
        .slice(0, limit),
    after: ({ id }, limit) =>
      pairs
        .filter(([from]) => from === id)
        .map(([, to]) => place(to!))
        .slice(0, limit),
  }
}
const place = (id: string): Place => ({ kind: id.startsWith('j') ? 'job' : 'dataset', id })
const ids = ({ places }: { places: Place[] }) => places.map(({ id }) => id)
const arrows = ({ places, edges }: ReturnType<typeof around>) =>
  edges.map(({ from, to }) => `${places[from]!.id}>${places[to]!.id}`).sort()

test('from a job back to the bytes and on to where it runs, without what only lies beside it', () => {
  const steps = stepsOf('j1>d1', 'd1>j2', 'j2>d2', 'd2>j3', 'd1>j9', 'j9>d9')
  const found = around(place('j2'), steps, 50)
  expect(ids(found)).toEqual(['j2', 'd1', 'j1', 'd2', 'j3'])
  expect(arrows(found)).toEqual(['d1>j2', 'd2>j3', 'j1>d1', 'j2>d2'])
  expect(found.isWhole).toBe(true)
})

test('a ring ends: what is watched leads to the training that replaces it', () => {
  const steps = stepsOf('j1>d1', 'd1>j2', 'j2>d1')
  const found = around(place('j1'), steps, 50)
  expect(ids(found).sort()).toEqual(['d1', 'j1', 'j2'])
  expect(arrows(found)).toEqual(['d1>j2', 'j1>d1', 'j2>d1'])
})

test('the nearest are kept where there is no room for all, and that is said', () => {
  const steps = stepsOf('j1>d1', ...Array.from({ length: 40 }, (_, i) => [`d1>jr${i}`, `jr${i}>dr${i}`]).flat())
  const found = around(place('j1'), steps, 12)
  expect(found.isWhole).toBe(false)
  expect(ids(found)).toEqual(['j1', 'd1', ...Array.from({ length: 10 }, (_, i) => `jr${i}`)])
  // As much as there is room for is whole.
  expect(around(place('j1'), steps, 82).isWhole).toBe(true)
})

test('the past takes half of the room when there is more of everything', () => {
  const chain = Array.from({ length: 60 }, (_, i) => `j${i}>j${i + 1}`)
  const found = around(place('j30'), stepsOf(...chain), 20)
  expect(found.places).toHaveLength(20)
  expect(ids(found).filter(id => Number(id.slice(1)) < 30)).toHaveLength(9)
})

test('the newest jobs come with what they read and made, until there is no room', () => {
  const steps = stepsOf('j1>d1', 'd1>j2', 'j2>d2', 'd2>d3')
  const all = newest([place('j2'), place('j1')], steps, 50)
  expect(ids(all)).toEqual(['j2', 'd1', 'd2', 'd3', 'j1'])
  expect(arrows(all)).toEqual(['d1>j2', 'd2>d3', 'j1>d1', 'j2>d2'])
  expect(newest([place('j2'), place('j1')], steps, 3)).toMatchObject({ isWhole: false })
})
