import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, test } from 'vitest'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import { openRegistry } from '../registry/index.ts'
import { ConnectionLedger } from './ledger.ts'

const counts = (change: Partial<ConnectionCounts>): ConnectionCounts => ({
  ...{ at: 1e12, host: 'registry.example', port: 443, why: 'image registry', isLocal: false },
  ...{ made: 1, failed: 0, refused: 0, sentBytes: 10, receivedBytes: 1 },
  ...change,
})

test('connections of one hour to one place for one reason are one line; only the newest lines are kept', async () => {
  const registry = await openRegistry(mkdtempSync(join(tmpdir(), 'lathe-ledger-')), { nowMs: 1 })
  const ledger = new ConnectionLedger({ registry, logger: pino({ enabled: false }), lines: 3 })
  ledger.add(counts({}), 'Push a:1')
  ledger.flush()
  ledger.add(counts({ at: 1e12 + 5, made: 0, sentBytes: 90 }), 'Push a:1')
  const { connections } = ledger.list(10)
  expect(connections).toEqual(
    [
      {
        ...counts({}),
        ...{
          at: undefined,
          firstAt: 1e12,
          lastAt: 1e12 + 5,
          why: 'image registry: Push a:1',
          sentBytes: 100,
          receivedBytes: 2,
        },
      },
    ].map(({ at: _at, ...line }) => line),
  )
  for (let port = 1; port <= 5; port += 1) ledger.add(counts({ at: 1e12 + port * 1000, port }))
  const kept = ledger.list(10)
  expect(kept.total).toBe(3)
  expect(kept.connections.map(({ port }) => port)).toEqual([5, 4, 3])
  registry.close()
})
