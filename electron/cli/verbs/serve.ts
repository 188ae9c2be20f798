import { spawn } from 'node:child_process'
import { AppError } from '../../../shared/errors.ts'
import { engineNodeFlags, engineProgram, findEngine } from '../../headless/join-engine.ts'
import { openBrowser } from '../open-browser.ts'
import { wholeNumber } from '../options.ts'
import { defineVerb } from '../verb.ts'

interface ServeFlags {
  port: number
  host: string
  open: boolean
  askPassphrase: boolean
}

export const serveVerb = defineVerb<ServeFlags>({
  name: 'serve',
  summary: 'run the engine in the foreground until Ctrl-C',
  configure: command => {
    command
      .option('--port <port>', 'a free one when left out', wholeNumber(1, 65_535), 0)
      .option(
        '--host <address>',
        'other than 127.0.0.1: whoever has the token can then use it from elsewhere',
        '127.0.0.1',
      )
      .option('--open', 'show the page in the browser', false)
      .option('--ask-passphrase', 'ask for the passphrase of the secrets', false)
  },
  async run(context, _args, flags) {
    if (await findEngine(context.workspace)) {
      throw new AppError('workspace-locked', 'An engine for this workspace is running already', {
        mend: '`lathe open` shows its page; `lathe stop` ends it.',
      })
    }
    if (!['127.0.0.1', 'localhost', '::1'].includes(flags.host)) {
      context.say(
        `Listening on ${flags.host}: other machines can reach this engine, and the token crosses unencrypted.`,
      )
    }
    const args = ['--workspace', context.workspace, '--port', `${flags.port}`, '--host', flags.host, '--stay']
    if (flags.askPassphrase) args.push('--ask-passphrase')
    const engine = spawn(process.execPath, [...engineNodeFlags, engineProgram, ...args], {
      stdio: ['inherit', 'pipe', 'inherit'],
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    })
    const end = () => engine.kill('SIGTERM')
    context.signal.addEventListener('abort', end, { once: true })
    let said = ''
    engine.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said.includes('\n')) return
      said += text
      if (!said.includes('\n')) return
      const { url, port, workspace } = JSON.parse(said.split('\n')[0]!) as {
        url: string
        port: number
        workspace: string
      }
      context.print({ json: { url, port, workspace }, text: `${url}\nCtrl-C ends the engine.` })
      if (flags.open) void openBrowser(url)
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      engine.once('error', reject)
      engine.once('exit', resolve)
    })
    if (code !== 0 && !context.signal.aborted) process.exitCode = 1
    return null
  },
})
