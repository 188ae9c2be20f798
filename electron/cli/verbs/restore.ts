import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { AppError, type ErrorCode, errorTable } from '../../../shared/errors.ts'
import { clientOf, engineProgram, findEngine } from '../../headless/join-engine.ts'
import { absolute } from '../options.ts'
import { defineVerb } from '../verb.ts'

export const restoreVerb = defineVerb({
  name: 'restore',
  summary: 'put a backup in the place of the registry, which is kept beside; the newest good one when none is named',
  arguments: '[file]',
  async run(context, [file]) {
    const engine = await findEngine(context.workspace)
    const path = file === undefined ? undefined : locate(file, context.workspace)
    const answer = engine
      ? await clientOf(engine).workspace.restore({ file: path ?? (await newest(engine, context.workspace)) })
      : await restoreWithoutEngine(context.workspace, path)
    return {
      json: answer,
      text: `Restored ${answer.restored}${answer.kept ? `; the old registry is kept as ${answer.kept}` : ''}`,
    }
  },
})

/** A path as it was written, or the name of a backup as `lathe backups` lists it. */
function locate(file: string, workspace: string): string {
  const written = absolute(file)
  const inside = join(workspace, file)
  return !existsSync(written) && existsSync(inside) ? inside : written
}

async function newest(engine: Parameters<typeof clientOf>[0], workspace: string): Promise<string> {
  const { backups } = await clientOf(engine).workspace.backups()
  if (!backups[0])
    throw new AppError('not-found', 'The workspace has no backup', { mend: '`lathe backup` writes one.' })
  return join(workspace, backups[0].file)
}

/** The way for a registry that no engine can open: the engine's program restores and ends. */
async function restoreWithoutEngine(
  workspace: string,
  file: string | undefined,
): Promise<{ restored: string; kept: string | null }> {
  const args = file === undefined ? ['--restore-newest'] : ['--restore', file]
  const child = spawn(process.execPath, [engineProgram, '--workspace', workspace, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, said, code] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', resolve)
    }),
  ])
  if (code === 0) return JSON.parse(out) as { restored: string; kept: string | null }
  const [, errorCode, message, mend] = /^([a-z-]+): (.*)(?:\n(.*))?/.exec(said) ?? []
  const known = errorCode !== undefined && errorCode in errorTable ? (errorCode as ErrorCode) : 'internal'
  throw new AppError(known, message ?? 'The registry could not be restored', { mend: mend || undefined })
}
