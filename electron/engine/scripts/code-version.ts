import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { ScriptRecord } from '../../../shared/model/script.ts'

const execute = promisify(execFile)
const longestMs = 10_000

/** What a program prints; null where it cannot be started, fails, or takes too long. */
async function ask(program: string, args: string[], folder: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { stdout } = await execute(program, args, {
      ...{ cwd: folder, timeout: longestMs, signal, windowsHide: true, maxBuffer: 64 << 20 },
      // A look must not change the repository.
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
    })
    return stdout.trim()
  } catch {
    signal.throwIfAborted()
    return null
  }
}

/** The commit of the repository that a file lies in; null where there is none, no commit yet, or no git. */
export async function commitOf(file: string, signal: AbortSignal): Promise<ScriptRecord['commit']> {
  const git = (...args: string[]) => ask('git', ['-c', 'core.fsmonitor=false', ...args], dirname(file), signal)
  const id = await git('rev-parse', 'HEAD')
  if (id === null || !/^[0-9a-f]{40,64}$/.test(id)) return null
  const tracked = await git('ls-files', '--error-unmatch', '--', file)
  const changed = await git('status', '--porcelain', '--untracked-files=no')
  return { id, isDirty: tracked === null || changed !== '' }
}

/** Such as `Python 3.13.1`; null where the interpreter cannot be asked, which its start will say better. */
export async function pythonVersion(program: string, folder: string, signal: AbortSignal): Promise<string | null> {
  const code = 'import platform; print(platform.python_implementation(), platform.python_version())'
  const told = await ask(program, ['-c', code], folder, signal)
  return told?.replace(/^CPython/, 'Python').slice(0, 100) ?? null
}
