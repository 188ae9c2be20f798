import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { barOf, fieldOf, roomNames, roomOf } from '../../renderer/components/mend-texts.ts'
import { readTree } from './source-tree.ts'

/** What keeps an engine or a model server from starting, and what only the command line asks for: no window shows it. */
const neverShown = 'arch as ask-passphrase backups base bundle force open restore serve stop workspace'.split(' ')
/** Of pip. */
const ofOthers = ['no-deps']

/** Options and verbs of the command line in sentences of the engine. */
function typed(): string[] {
  const files = [...readTree(['electron/engine', 'shared'], ['.ts'])].filter(([path]) => !path.endsWith('.test.ts'))
  const sentences = files.flatMap(([path, source]) => {
    const found: string[] = []
    JSON.stringify(parseSync(path, source).program, (key, value) => {
      if (value?.type === 'Literal' && typeof value.value === 'string') found.push(value.value)
      if (value?.type === 'TemplateElement') found.push(value.value.cooked)
      return key === 'value' && typeof value === 'bigint' ? undefined : value
    })
    return found.filter(text => /^[^-].* /.test(text))
  })
  // What stands behind a verb belongs to its command.
  const names = /(?:^|[\s(`])(?:--|lathe (?=[a-z]))([a-z]+(?:-[a-z]+)*)(?:(?<=lathe [a-z-]+)[^`)]*)?/g
  return sentences.flatMap(text => [...text.matchAll(names)].map(([, name]) => name!))
}

test('what the engine tells to type has words in the window', () => {
  const all = new Set(typed())
  expect(all.size).toBeGreaterThan(50)
  const fields = Object.keys(fieldOf).map(option => option.split(' ')[0])
  const known = [...fields, ...Object.keys(roomOf), ...Object.keys(barOf), ...neverShown, ...ofOthers]
  expect([...all].filter(name => !known.includes(name))).toEqual([])
  expect(Object.values(roomOf).filter(room => !(room in roomNames))).toEqual([])
})

test('the labels that it is told by are those of the rooms', () => {
  const rooms = [...readTree(['renderer/screens', 'renderer/components'], ['texts.ts'])]
    // The labels under test are no label of a field.
    .filter(([path]) => !path.endsWith('/mend-texts.ts'))
    .map(([, source]) => source)
    .join('\n')
  const labels = Object.values(fieldOf).flatMap(words => [...words.matchAll(/“([^”:]+)/g)].map(([, label]) => label!))
  expect(labels.length).toBeGreaterThan(25)
  // The parameters of a new head are shown by their names.
  const shown = labels.filter(label => !['model', 'freeze-at'].includes(label))
  expect(shown.filter(label => !new RegExp(`['\`]${label.replace(/[().]/g, '\\$&')}`).test(rooms))).toEqual([])
})
