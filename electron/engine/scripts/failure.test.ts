import { expect, test } from 'vitest'
import { failureOf } from './failure.ts'

const python = { file: '/code/fit.py', program: '/venv/bin/python', isPython: true, minutes: 2 }
const end = { code: 1, killedBy: null, isOverdue: false, errors: [] as string[] }

test('a script that ends well has not failed', () => {
  expect(failureOf(python, { ...end, code: 0, errors: ['a warning'] })).toBeNull()
})

test('a missing package is named as it is installed', () => {
  const lacking = (line: string) => failureOf(python, { ...end, errors: ['Traceback', line, ''] })
  expect(lacking("ModuleNotFoundError: No module named 'sklearn.tree'")).toMatchObject({
    message: "fit.py ended with code 1: ModuleNotFoundError: No module named 'sklearn.tree'",
    mend: '/venv/bin/python -m pip install scikit-learn, or name another --python.',
    details: { lastLines: ['Traceback', "ModuleNotFoundError: No module named 'sklearn.tree'"] },
  })
  const pandas = "ImportError: Unable to find a usable engine; tried using: 'pyarrow', 'fastparquet'."
  expect(lacking(pandas)!.mend).toContain('pip install pyarrow')
  expect(lacking("Missing optional dependency 'fastparquet'.")!.mend).toContain('pip install fastparquet')
  const other = failureOf({ ...python, isPython: false, program: 'sh' }, { ...end, errors: ["No module named 'x'"] })
  expect(other!.mend).toBe("The job's log says what it printed.")
})

test('how it was ended is told apart', () => {
  expect(failureOf(python, { ...end, code: null, killedBy: 'SIGKILL' })).toMatchObject({ code: 'out-of-memory' })
  expect(failureOf(python, { ...end, code: null, killedBy: 'SIGSEGV' })).toMatchObject({ code: 'bad-file' })
  expect(failureOf(python, { ...end, code: null, killedBy: 'SIGKILL', isOverdue: true })).toMatchObject({
    code: 'interrupted',
    mend: 'Give it more --minutes.',
  })
})
