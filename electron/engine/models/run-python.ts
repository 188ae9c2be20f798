import { AppError } from '../../../shared/errors.ts'
import { type JobContext, runProgram } from '../jobs/index.ts'

/**
 * Runs the user's Python as a child of the job, so that it ends with it; what it prints goes into the job's log. Gives its exit code. Throws `not-found`
 * for a program that cannot be started, `out-of-memory` for one that was killed.
 */
export async function runPython(
  python: string,
  args: readonly string[],
  context: Pick<JobContext, 'signal' | 'folder' | 'temporaryFolder' | 'log'>,
): Promise<number> {
  const { code, killedBy } = await runProgram(
    {
      ...{ program: python, args: ['-X', 'utf8', ...args], kind: 'Python' },
      ...{ cwd: context.temporaryFolder, mend: findPython },
    },
    context,
  )
  if (code !== null) return code
  throw new AppError('out-of-memory', `The Python "${python}" was killed (${killedBy})`, {
    mend: 'It probably wanted more memory than there is.',
  })
}

export const findPython = 'Name an interpreter by its full path, or one that is found on PATH, such as python3.'
