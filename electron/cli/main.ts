import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { CommanderError } from 'commander'
import type { LatheClient } from '../../shared/contract/client.ts'
import type { JobKindId, JobResult } from '../../shared/contract/jobs.ts'
import { AppError, type ErrorJson, toAppError } from '../../shared/errors.ts'
import { visibleLines } from '../../shared/lib/visible-text.ts'
import type { Job } from '../../shared/model/job.ts'
import { clientOf, joinEngine } from '../headless/join-engine.ts'
import { workspaceFolder } from '../headless/workspace-folder.ts'
import { followJobs } from './follow-jobs.ts'
import { jsonText } from './json-text.ts'
import { buildProgram, type GlobalFlags } from './program.ts'
import { ProgressDisplay } from './progress.ts'
import { oneLine } from './text-table.ts'
import type { Answer, Verb, VerbContext } from './verb.ts'

const exitCodes = { failed: 1, usage: 2 }
const interrupt = new AbortController()
let signalCode: number | null = null
/** True while something hears of Ctrl-C and ends by itself: a second one then ends this process at once. */
let isListening = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const code = 128 + constants.signals[signal]
    if (!isListening || interrupt.signal.aborted) process.exit(code)
    signalCode = code
    interrupt.abort()
  })
}

/** All of it before the process ends, also into a pipe whose reader is slow; a reader that has gone is no failure. */
function write(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Whatever data a text holds, only its line ends move the cursor. */
const say = (line: string) => write(2, `${visibleLines(line)}\n`)

function print(answer: Answer, isJson: boolean): void {
  const text = isJson ? jsonText(answer.json) : visibleLines(answer.text)
  if (text !== '') write(1, `${text}\n`)
}

function makeContext(flags: GlobalFlags): VerbContext {
  const workspace = workspaceFolder(flags.workspace)
  const display = new ProgressDisplay(process.stderr)
  let client: Promise<LatheClient> | undefined
  const context: VerbContext = {
    workspace,
    isJson: flags.json,
    signal: interrupt.signal,
    client: () => {
      client ??= joinEngine(workspace).then(clientOf)
      return client
    },
    async follow(jobs) {
      isListening = true
      try {
        return await followJobs(await context.client(), jobs, {
          signal: interrupt.signal,
          onJob: job => display.show(job, performance.now()),
          onLog: line => {
            if (line.level === 'info') return
            context.say(`${line.level}: ${oneLine(line.message)}`)
          },
        })
      } finally {
        display.clear()
        isListening = false
      }
    },
    async finish<Kind extends JobKindId>(_kind: Kind, { job }: { job: Job }) {
      await context.follow([job])
      const { result } = await (await context.client()).jobs.result({ job: job.job })
      return result as JobResult<Kind>
    },
    say: line => {
      display.clear()
      say(line)
    },
    print: answer => print(answer, flags.json),
  }
  return context
}

function reportError(thrown: unknown, isJson: boolean): void {
  const error = toAppError(thrown)
  if (isJson) write(1, `${jsonText({ error: error.toJSON() })}\n`)
  say(`${error.code}: ${oneLine(error.message)}`)
  for (let cause = error.toJSON().cause; cause; cause = cause.cause) {
    // Many a message ends with it.
    if (!error.message.includes(cause.message)) say(`  because: ${describe(cause)}`)
  }
  if (error.mend) say(oneLine(error.mend))
  if (error.code === 'internal' && thrown instanceof Error && thrown !== error && process.env.LATHE_DEBUG) {
    say(String(thrown.stack))
  }
}

const describe = (error: ErrorJson) => `${error.code}: ${oneLine(error.message)}`

async function execute(
  verb: Verb,
  args: string[],
  options: Record<string, unknown>,
  flags: GlobalFlags,
): Promise<void> {
  try {
    isListening = verb.name === 'serve'
    const answer = await verb.run(makeContext(flags), args, options)
    if (answer) print(answer, flags.json)
  } catch (thrown) {
    reportError(thrown, flags.json)
    process.exitCode = exitCodes.failed
  }
}

const argumentsGiven = process.argv.slice(2)
try {
  await buildProgram(execute).parseAsync(argumentsGiven, { from: 'user' })
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) throw thrown
  // Help and version were asked for, and shown; a bare `lathe` shows help and is wrong usage.
  if (thrown.exitCode !== 0) {
    process.exitCode = exitCodes.usage
    if (argumentsGiven.includes('--json')) {
      const error = new AppError('bad-input', thrown.message.replace(/^error: /, ''))
      write(1, `${jsonText({ error: error.toJSON() })}\n`)
    }
  }
}
process.exit(signalCode ?? process.exitCode ?? 0)
