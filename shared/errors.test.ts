import { expect, test } from 'vitest'
import { toAppError } from './errors.ts'

test('a full disk is said in words, with the file where the system names one, and what to do', () => {
  const system = (path?: string) =>
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path })
  expect(toAppError(system()).toJSON()).toEqual({
    code: 'disk-full',
    message: 'There is no space left on the disk',
    mend: 'Free some space on the disk of the workspace, or of the file that was written, and try again.',
    details: { system: 'ENOSPC: no space left on device, write' },
  })
  expect(toAppError(system('/data/out.tar')).message).toBe('There is no space left on the disk for /data/out.tar')
})
