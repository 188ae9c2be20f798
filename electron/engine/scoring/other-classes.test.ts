import { expect, test } from 'vitest'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { ClassTable } from '../../../shared/model/model.ts'
import { callsOtherwise, otherClasses } from './other-classes.ts'

const signatureOf = (task: Signature['task'], classes: string[]): Signature => ({
  ...{ formatVersion: 1, task, target: null, columns: [], inputs: [], classes },
  outputs: { probabilities: 'p', value: null },
})
const subject = { model: 'theirs:1', target: 'diagnosis' }

/** Answers with all of the probability on one class. */
function sure(answered: number[], width: number): Float32Array {
  return Float32Array.from({ length: answered.length * width }, (_, i) =>
    answered[Math.floor(i / width)] === i % width ? 1 : 0,
  )
}
/** `counts[k]` times each pair of an answered place and a true one. */
function rowsOf(pairs: [answered: number, truth: number, count: number][]) {
  const all = pairs.flatMap(([answered, truth, count]) =>
    Array.from({ length: count }, () => [answered, truth] as const),
  )
  return { answered: all.map(([each]) => each), truth: all.map(([, each]) => each) }
}

test('names are taken for others where none is known, or where as many are other ones', () => {
  const numbers = signatureOf('binary', ['0', '1'])
  expect(callsOtherwise(numbers, ['benign', 'malignant'])).toBe(true)
  expect(callsOtherwise(numbers, ['1', '2'])).toBe(true)
  expect(callsOtherwise(numbers, ['0', '1'])).toBe(false)
  // A class that the model never saw is another matter.
  expect(callsOtherwise(signatureOf('multiclass', ['a', 'b', 'c']), ['a', 'b', 'c', 'd'])).toBe(false)
})

test('what the rows suggest is told beside the command, and with the table; the order of the names is not taken for granted', () => {
  const { answered, truth } = rowsOf([
    [0, 1, 90],
    [0, 0, 10],
    [1, 0, 95],
    [1, 1, 5],
  ])
  const classes = ['benign', 'malignant']
  const signature = signatureOf('binary', ['0', '1'])
  const error = otherClasses({ answers: sure(answered, 2), truth, classes, signature }, subject)
  expect(error).toMatchObject({
    ...{ code: 'bad-data', message: 'The target "diagnosis" holds benign, malignant, and the model answers 0, 1' },
    mend: 'Say what they are called here: `lathe name-classes theirs:1 --class 0=malignant --class 1=benign` (185 of 200 rows agree with these names; which they are is yours to say).',
  })
  expect(error.details!.classTable).toEqual({
    ...{
      own: ['0', '1'],
      classes,
      counts: [
        [10, 90],
        [95, 5],
      ],
      suggested: ['malignant', 'benign'],
    },
  } satisfies ClassTable)
})

test('rows that do not tell the classes apart suggest nothing', () => {
  const { answered, truth } = rowsOf([
    [0, 0, 26],
    [0, 1, 24],
    [1, 0, 25],
    [1, 1, 25],
  ])
  const signature = signatureOf('binary', ['0', '1'])
  const error = otherClasses({ answers: sure(answered, 2), truth, classes: ['no', 'yes, or so'], signature }, subject)
  expect(error.mend).toContain('--class 0=NAME --class 1=NAME` (100 rows do not tell them apart)')
  expect(error.details!.classTable).toMatchObject({ suggested: null })
})

test('a model of more classes than the rows have keeps its own names for the rest; one of fewer cannot be named', () => {
  const { answered, truth } = rowsOf([
    [0, 1, 50],
    [2, 0, 50],
  ])
  const of = (own: string[], classes: string[]) =>
    otherClasses(
      { answers: sure(answered, own.length), truth, classes, signature: signatureOf('multiclass', own) },
      subject,
    )
  expect(of(['0', '1', '2'], ['a', 'b c']).mend).toContain("--class '0=b c' --class 1=1 --class 2=a`")
  expect(of(['0', '1', '2'], ['a', 'b', 'c', 'd'])).toMatchObject({
    message: 'The target "diagnosis" holds a, b, c, d, and the model answers 0, 1, 2: 4 classes, and it knows 3',
    mend: 'Train a new model on this dataset, or name another --target.',
  })
})

test('one value a row is the probability of the second class where it is one, labels that the file does not tell are those answered', () => {
  const value = signatureOf('regression', [])
  const asked = { truth: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], classes: ['no', 'yes'], signature: value }
  const answers = Float32Array.of(0.1, 0.2, 0.1, 0, 0.3, 0.9, 1, 0.8, 0.7, 0.9)
  expect(otherClasses({ ...asked, answers }, subject).mend).toContain('--class 0=no --class 1=yes')
  expect(otherClasses({ ...asked, answers: answers.map(each => 7 * each) }, subject)).toMatchObject({
    message: 'The target "diagnosis" holds no, yes, and the model answers numbers',
    mend: expect.stringContaining('another --target'),
  })
  const labels = { ...asked, signature: signatureOf(null, []), answers: Float32Array.of(3, 3, 3, 3, 3, 7, 7, 7, 7, 7) }
  expect(otherClasses(labels, subject).mend).toContain('--class 3=no --class 7=yes')
})
