import { expect, test } from 'vitest'
import { readContent } from './read-fixture.ts'

const read = (content: string) => readContent(content, { numberRepeated: true })

test('names that repeat are numbered past names that there are, each keeps its values, and that is told', async () => {
  const { names, rows, options, warnings } = await read('a,a_1,a, A ,b\nx1,x2,x3,x4,x5\n')
  expect(names).toEqual(['a', 'a_1', 'a_2', 'A_3', 'b'])
  expect(rows).toEqual([['x1', 'x2', 'x3', 'x4', 'x5']])
  expect(options.numberRepeated).toBe(true)
  expect(warnings).toMatchObject([
    { kind: 'renamed-column', column: 'a_2', evidence: { from: 'a' } },
    { kind: 'renamed-column', column: 'A_3', evidence: { from: ' A ' } },
  ])
  expect(warnings[0]!.message).toContain('the file has a column of that name before it')
})

test('where no name repeats it changes nothing; a name that is missing is still refused', async () => {
  expect((await read('a,b\n1,2\n')).options).not.toHaveProperty('numberRepeated')
  await expect(read('a,,a\n1,2,3\n')).rejects.toMatchObject({ code: 'bad-file' })
})
