import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError, toAppError } from '../../shared/errors.ts'
import { restoreWorkspace, startEngine } from '../engine/engine.ts'
import { readPassphrase } from './passphrase.ts'
import { lastDoor, removeRuntimeFile, writeRuntimeFile, writeStartError } from './runtime-file.ts'

/**
 * The engine as a process: `--workspace DIR [--port P] [--host H] [--ask-passphrase | --passphrase-from-stdin] [--stay]`. Says on stdout, as one line
 * of JSON, where it listens; `--restore [FILE]` puts a backup in place of the registry instead and ends.
 */
const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'ask-passphrase': { type: 'boolean', default: false },
    'passphrase-from-stdin': { type: 'boolean', default: false },
    /** Never ends for want of clients: an engine in the foreground ends when its user says so. */
    stay: { type: 'boolean', default: false },
    restore: { type: 'string' },
    'restore-newest': { type: 'boolean', default: false },
  },
})
if (!values.workspace) throw new Error('The engine needs --workspace')
const workspace = resolve(values.workspace)

try {
  if (values.restore !== undefined || values['restore-newest']) {
    console.log(JSON.stringify(await restoreWorkspace(workspace, values.restore ?? null)))
    process.exit(0)
  }
  const engine = await startEngine({
    workspace,
    port: Number(values.port),
    before: lastDoor(workspace),
    host: values.host,
    passphrase: await readPassphrase({ ask: values['ask-passphrase'], isOnStdin: values['passphrase-from-stdin'] }),
    idleMs: values.stay ? null : 10 * 60_000,
  })
  const { port, token, boot, rejoin } = engine
  writeRuntimeFile(workspace, { port, token, pid: process.pid, boot }, { port, rejoin })
  const host = values.host.includes(':') ? `[${values.host}]` : values.host
  console.log(
    JSON.stringify({
      ready: true,
      port,
      url: `http://${host}:${port}/#ticket=${engine.issueTicket()}`,
      workspace,
    }),
  )
  void engine.ended.then(() => {
    removeRuntimeFile(workspace, boot)
    process.exit(0)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => engine.stop())
  const fatal = (thrown: unknown) => {
    engine.logger.fatal({ err: thrown }, 'the engine failed')
    console.error(thrown)
    process.exit(70)
  }
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
} catch (thrown) {
  const error = toAppError(thrown)
  const shown =
    error.code === 'internal' ? new AppError('internal', `The engine could not start: ${error.message}`) : error
  writeStartError(workspace, shown.toJSON())
  console.error(`${shown.code}: ${shown.message}${shown.mend ? `\n${shown.mend}` : ''}`)
  if (error.code === 'internal') console.error(thrown)
  process.exit(1)
}
