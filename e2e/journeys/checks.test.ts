import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Check } from '../../shared/model/check.ts'
import type { Examination } from '../../shared/model/examination.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { TestWorkspace } from '../lathe.ts'
import { withWeakSlice } from '../weak-slice.ts'

let workspace: TestWorkspace
beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const file = join(workspace.folder, 'people.csv')
  await writeFile(file, withWeakSlice())
  await workspace.json('import', file, '--name', 'people')
})
afterAll(() => workspace.close())

const trainedBy = async (...flags: string[]) =>
  (await workspace.json<Run>('train', 'people', '--target', 'bought', '--algorithm', ...flags)).run

test('a weak slice is pinned, and the next run is held to it', async () => {
  const first = await trainedBy('gradient-boosting')
  expect(await workspace.failure('pin', first)).toMatchObject({
    code: 'bad-input',
    mend: `Examine it first: lathe examine ${first}.`,
  })
  const { slices, checks: none } = await workspace.json<Examination>('examine', first)
  expect(none).toEqual([])
  const check = await workspace.json<Check>('pin', first)
  expect(check).toMatchObject({ dataset: 'people', target: 'bought', where: slices[0]!.where, most: slices[0]!.loss })

  // A model that knows nothing breaks it; pinned again it has another limit, which holds.
  const second = await trainedBy('baseline')
  await workspace.json('pin', first, '--most', '0.1')
  const broken = (await workspace.json<Examination>('examine', second)).checks
  expect(broken).toHaveLength(1)
  expect(broken[0]).toMatchObject({ verdict: 'broken', check: { most: 0.1, run: first } })
  expect(broken[0]!.interval![0]).toBeGreaterThan(0.1)
  // It does not become champion unless that is forced; other names it may have.
  await workspace.json('register', first, '--name', 'buyers')
  expect(await workspace.failure('register', second, '--name', 'buyers', '--alias', 'champion')).toMatchObject({
    code: 'check-broken',
    message: expect.stringMatching(/^The run \S+ breaks a pinned check: where .*town = Linz.* its log-loss is /),
    mend: expect.stringContaining('--force'),
  })
  const { version } = await workspace.json<ModelVersion>(
    'register',
    second,
    '--name',
    'buyers',
    '--alias',
    'challenger',
  )
  const promote = ['alias', `buyers:${version}`, 'champion']
  expect((await workspace.failure(...promote)).code).toBe('check-broken')
  expect(await workspace.json<ModelVersion>(...promote, '--force')).toMatchObject({
    aliases: expect.arrayContaining(['champion']),
  })
  // Named so already: nothing is asked again.
  await workspace.json(...promote)

  const pinned = await workspace.json<Check>('pin', first, '--most', '9')
  const { stdout } = await workspace.run(['examine', second])
  expect(stdout).toMatch(/Checks:\n\n.*\n.*town = Linz.* held/)

  expect(await workspace.failure('pin', first, '--slice', '900')).toMatchObject({ code: 'bad-input' })
  expect((await workspace.json<{ checks: Check[] }>('checks', 'people')).checks).toEqual([pinned])
  await workspace.json('unpin', pinned.check)
  expect((await workspace.json<{ checks: Check[] }>('checks')).checks).toEqual([])
  expect(await workspace.failure('unpin', pinned.check)).toMatchObject({ code: 'not-found' })
}, 400_000)
