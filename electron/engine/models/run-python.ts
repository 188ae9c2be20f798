import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { AppError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs/index.ts'

/** What a program may say into a job's log; the rest is counted. */
const mostLines = 2000
const longestLine = 2000

/** What is Lathe's own business is not the program's. */
function withoutOwn(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('LATHE_')))
}

/**
 * Runs the user's Python as a child of the job, so that it ends with it; what it prints goes into the job's log. Gives its exit code. Throws `not-found`
 * for a program that cannot be started, `internal` for one that was killed.
 */
export async function runPython(
  python: string,
  args: readonly string[],
  { signal, temporaryFolder, log }: Pick<JobContext, 'signal' | 'temporaryFolder' | 'log'>,
): Promise<number> {
  signal.throwIfAborted()
  const child = spawn(python, ['-X', 'utf8', ...args], {
    cwd: temporaryFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...withoutOwn(process.env), PYTHONUNBUFFERED: '1' },
  })
  let lines = 0
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      lines += 1
      if (lines <= mostLines) log(line.slice(0, longestLine))
    })
  }
  const end = () => child.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', cause => {
        const mend = 'Name an interpreter by its full path, or one that is found on PATH, such as python3.'
        reject(new AppError('not-found', `The Python "${python}" cannot be started`, { mend, cause }))
      })
      child.once('close', (code, killed) => {
        if (code !== null) resolve(code)
        else if (signal.aborted) reject(signal.reason)
        else
          reject(
            new AppError('out-of-memory', `The Python "${python}" was killed (${killed})`, {
              mend: 'It probably wanted more memory than there is.',
            }),
          )
      })
    })
  } finally {
    signal.removeEventListener('abort', end)
    if (lines > mostLines) log(`${lines - mostLines} more lines were printed`, 'warn')
  }
}
