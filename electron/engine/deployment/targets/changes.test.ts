import { expect, test } from 'vitest'
import { changeOf, changesNothing, fieldsThatDiffer } from './changes.ts'

test('what is not there yet is made, with each of its settings', () => {
  expect(changeOf('process', null, { model: 'area:1', port: 8080 })).toEqual({
    object: 'process',
    action: 'create',
    fields: [
      { path: 'model', before: null, after: 'area:1' },
      { path: 'port', before: null, after: '8080' },
    ],
  })
})

test('only what differs is named, sorted by path; added and removed settings have no other side', () => {
  const before = { b: { same: 1, changed: 2, removed: true }, a: 'x' }
  const after = { b: { same: 1, changed: 3, added: '' }, a: 'y' }
  expect(changeOf('thing', before, after)).toEqual({
    object: 'thing',
    action: 'change',
    fields: [
      { path: 'a', before: 'x', after: 'y' },
      { path: 'b.added', before: null, after: '' },
      { path: 'b.changed', before: '2', after: '3' },
      { path: 'b.removed', before: 'true', after: null },
    ],
  })
  expect(changeOf('thing', before, after, 'replace').action).toBe('replace')
})

test('the same is left as it is, whatever the order of its fields', () => {
  const change = changeOf('thing', { a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, 'replace')
  expect(change).toEqual({ object: 'thing', action: 'none', fields: [] })
  expect(changesNothing([change, change])).toBe(true)
  expect(changesNothing([change, changeOf('other', null, { a: 1 })])).toBe(false)
})

test('what is undefined or null is as if it were not there', () => {
  expect(fieldsThatDiffer({ a: undefined, b: null, c: {} }, {})).toEqual([])
  expect(fieldsThatDiffer({ a: null }, { a: 0 })).toEqual([{ path: 'a', before: null, after: '0' }])
})

test('items of a list are known by their name, else by their place; a key that is no word stands in brackets', () => {
  const before = { containers: [{ name: 'server', image: 'a' }], args: ['x', 'y'], labels: { 'lathe.dev/model': 'm' } }
  const after = {
    containers: [{ name: 'side', image: 'b' }, ...before.containers],
    args: ['x', 'z'],
    labels: { 'lathe.dev/model': 'n' },
  }
  expect(fieldsThatDiffer(before, after).map(({ path }) => path)).toEqual([
    'args[1]',
    'containers[side].image',
    'containers[side].name',
    'labels[lathe.dev/model]',
  ])
})

test('the value of an environment variable is never shown, but that it differs is', () => {
  const container = (value: string) => ({ containers: [{ name: 'server', env: [{ name: 'TOKEN', value }] }] })
  const fields = fieldsThatDiffer(container('hunter2'), container('hunter3'))
  expect(fields).toEqual([{ path: 'containers[server].env[TOKEN].value', before: '(hidden)', after: '(hidden)' }])
  expect(JSON.stringify(changeOf('pod', null, container('hunter2')))).not.toContain('hunter')
})
