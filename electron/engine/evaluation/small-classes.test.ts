import { expect, test } from 'vitest'
import { smallClasses } from './small-classes.ts'

const rowsOf = (counts: number[]) => counts.flatMap((count, k) => new Array<number>(count).fill(k))
const classes = (count: number) => Array.from({ length: count }, (_, k) => `c${k}`)

test('of many classes of few rows it is said which metrics are not to be relied on', () => {
  expect(smallClasses('multiclass', classes(50), rowsOf(new Array(50).fill(4)))).toEqual([
    expect.stringMatching(/^50 of 50 classes have fewer than 10 rows .*: precision and F1, .*accuracy and log-loss/),
  ])
  // Classes without any row are not measured on at all.
  expect(smallClasses('multiclass', classes(6), rowsOf([9, 9, 40]))).toEqual([
    expect.stringMatching(/^2 of 3 classes /),
  ])
})

test('one or a few classes of next to no rows are named', () => {
  expect(smallClasses('multiclass', classes(4), rowsOf([1, 30, 30, 30]))).toEqual([
    expect.stringMatching(/^"c0" has fewer than 5 rows .*: AUC, balanced accuracy, F1, .* hang on these rows/),
  ])
  expect(smallClasses('multiclass', classes(4), rowsOf([4, 30, 2, 30]))[0]).toMatch(/^"c0", "c2" have fewer than 5/)
  expect(smallClasses('multiclass', classes(6), rowsOf([3, 3, 2, 3, 30, 30]))[0]).toMatch(/^4 of 6 classes have fewer/)
})

test('classes of a few rows among others, and two classes, are nothing to say', () => {
  expect(smallClasses('multiclass', classes(4), rowsOf([5, 30, 30, 30]))).toEqual([])
  expect(smallClasses('multiclass', classes(4), rowsOf([9, 9, 30, 30]))).toEqual([])
  expect(smallClasses('binary', classes(2), rowsOf([3, 3]))).toEqual([])
  expect(smallClasses('regression', [], [3.5, 2])).toEqual([])
})
