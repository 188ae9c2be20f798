import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { bytesOfTrial } from './trial-process.ts'

test.each([1, 2, 4])(
  '%s trials at a time and the process that writes leave memory to the machine together',
  parallel => {
    expect(bytesOfTrial(parallel, 10e9) * (parallel + 1)).toBeCloseTo(7e9)
    expect(bytesOfTrial(parallel) * (parallel + 1)).toBeLessThan(totalmem())
    expect(bytesOfTrial(parallel)).toBeGreaterThan(0)
  },
)
