import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isContractProcedure } from '@orpc/contract'
import { expect, test } from 'vitest'
import { verbRegistry } from '../../electron/cli/verbs/index.ts'
import { contract } from '../../shared/contract/index.ts'
import { latheVersion } from '../../shared/version.ts'
import { readTree, root } from './source-tree.ts'

const procedures = Object.entries(contract).flatMap(([part, all]) =>
  Object.entries(all).map(([name, procedure]) => ({ path: `${part}.${name}`, procedure })),
)

test('every entry of the contract is a procedure with its route, checked at both ends', () => {
  const seen = new Set<string>()
  for (const { path, procedure } of procedures) {
    expect(isContractProcedure(procedure), path).toBe(true)
    const { route, outputSchema } = procedure['~orpc']
    expect(outputSchema, `${path} declares its answer`).toBeDefined()
    expect(route.summary, `${path} says what it does`).toBeTruthy()
    expect(seen, `${path} has a route of its own`).not.toContain(`${route.method} ${route.path}`)
    seen.add(`${route.method} ${route.path}`)
  }
})

test('every procedure is used by the command line or the window', () => {
  const places = ['electron/cli', 'electron/headless/join-engine.ts', 'renderer', 'shared/contract/client.ts']
  const users = [...readTree(places, ['.ts', '.tsx']).values()].join('\n')
  /** For scripts: the command line asks for summaries, pages and descriptions in other ways. */
  const forScripts = ['runs.algorithms', 'datasets.rows', 'models.get', 'workspace.info']
  const unused = procedures.map(({ path }) => path).filter(path => !users.includes(`.${path}(`))
  expect(unused.filter(path => !forScripts.includes(path))).toEqual([])
})

test('the command line has every verb', () => {
  const wanted =
    'import datasets dataset train runs run compare register models import-model evaluate predict package push deploy ' +
    'deployments undeploy watch endpoints drift replay retrain demo serve doctor jobs cancel backup restore'
  const names = verbRegistry.entries.map(({ id }) => id)
  expect(names).toEqual(expect.arrayContaining(wanted.split(' ')))
})

test('package.json and the code agree on the version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(version).toBe(latheVersion)
})
