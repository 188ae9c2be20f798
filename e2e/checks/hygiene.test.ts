import { expect, test } from 'vitest'
import { readTree } from './source-tree.ts'

const longestFile = 350
const code = readTree(['shared', 'electron', 'renderer', 'e2e', 'scripts', 'bench'], ['.ts', '.tsx', '.mjs'])
/** Numbers and tables that another program computed are data in a file of code. */
const isData = (path: string) => path.includes('golden') || path.endsWith('.fixture.ts')
const here = 'e2e/checks/hygiene.test.ts'

function linesWith(pattern: RegExp): string[] {
  return [...code]
    .filter(([path]) => path !== here)
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )
}

test(`no file of code is longer than ${longestFile} lines`, () => {
  const long = [...code].filter(([path, text]) => !isData(path) && text.split('\n').length > longestFile)
  expect(long.map(([path, text]) => `${path}: ${text.split('\n').length} lines`)).toEqual([])
})

test('nothing is put off, focused, or silenced', () => {
  expect(linesWith(/\b(TODO|FIXME|XXX)\b/)).toEqual([])
  expect(linesWith(/\b(test|it|describe)\.only\b/)).toEqual([])
  expect(linesWith(/@ts-(ignore|expect-error|nocheck)|biome-ignore/)).toEqual([])
})

test('no path of one machine is written down', () => {
  expect(linesWith(/['"`\s(](\/work\/|\/home\/(?!me\/)[a-z]+\/|\/Users\/(?!me\/)[a-z]+\/|\/root\/)/i)).toEqual([])
})

test('what the window shows follows a part of the store, never all of it: the engine tells something new many times a second', () => {
  expect(linesWith(/\buseEngine\(\)/)).toEqual([])
})
