import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../base/index.ts'
import type { DomainContext } from '../jobs/index.ts'
import { openRegistry } from '../registry/index.ts'
import { createModels } from './models.ts'

test('an engine that other machines reach runs no Python that a client names; any other wants one for a fitted model', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'lathe-models-'))
  const registry = await openRegistry(workspace, { nowMs: 1 })
  const importFitted = (isReachable: boolean, python?: string) => {
    const uploads = { resolve: (path: string) => ({ path, name: 'fitted.joblib', isUpload: false }) }
    const context = { registry, clock: systemClock } as unknown as DomainContext
    const { operations } = createModels(context, { uploads, isReachable } as unknown as Parameters<
      typeof createModels
    >[1])
    return operations.importFile({ file: '/fitted.joblib', name: 'fitted', python }, {
      signal: AbortSignal.abort(),
    } as never)
  }
  await expect(importFitted(true, 'python3')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(importFitted(false)).rejects.toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('--python'),
  })
  await registry.close()
  await rm(workspace, { recursive: true, force: true })
})
