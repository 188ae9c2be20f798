import { expect, test } from 'vitest'
import { variablesOf, wordsOf } from './script-arguments.ts'

test('words are parted by blanks, and quotes hold them together', () => {
  expect(wordsOf('')).toEqual([])
  expect(wordsOf(`  --depth 3 --name "two words" '' --path='a b'/c  it"s" `)).toEqual([
    ...['--depth', '3', '--name', 'two words', '', '--path=a b/c', 'its'],
  ])
})

test('variables stand one a line, and a value holds what it holds', () => {
  expect(variablesOf('A=1\n\n B =x=y z \n')).toEqual({ variables: { A: '1', B: 'x=y z ' }, wrong: null })
  expect(variablesOf('A=1\nnothing')).toMatchObject({ wrong: 2 })
})
