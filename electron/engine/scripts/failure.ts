import { basename } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { ScriptRecord } from '../../../shared/model/script.ts'
import type { ProgramEnd } from '../jobs/index.ts'

/** What packages are called where a module of theirs is missing. */
const packages: Record<string, string> = {
  ...{ sklearn: 'scikit-learn', cv2: 'opencv-python', PIL: 'pillow', yaml: 'pyyaml', bs4: 'beautifulsoup4' },
}
const readsParquet =
  /Missing optional dependency '?(pyarrow|fastparquet)|Unable to find a usable engine; tried using: '(pyarrow)/
const seeLog = "The job's log says what it printed."

/** Why a script did not end well, with the mend; null where it did. Its last words on standard error are in `details.lastLines`. */
export function failureOf(
  { file, program, isPython, minutes }: Pick<ScriptRecord, 'file' | 'program' | 'isPython' | 'minutes'>,
  { code, killedBy, isOverdue, errors }: Pick<ProgramEnd, 'code' | 'killedBy' | 'isOverdue' | 'errors'>,
): AppError | null {
  const name = basename(file)
  const lastLines = errors.filter(line => line.trim() !== '')
  const details = { lastLines }
  if (isOverdue) {
    return new AppError(
      'interrupted',
      `${name} had not ended after ${minutes} minutes, and was ended with all that it had started`,
      {
        ...{ mend: 'Give it more --minutes.', details },
      },
    )
  }
  if (code === 0) return null
  if (code === null) {
    const isKilled = killedBy === 'SIGKILL'
    return new AppError(isKilled ? 'out-of-memory' : 'bad-file', `${name} was ended by ${killedBy}`, {
      ...{ mend: isKilled ? 'It probably wanted more memory than there is.' : seeLog, details },
    })
  }
  const words = lastLines.at(-1)?.trim()
  const told = `${name} ended with code ${code}${words ? `: ${words.slice(0, 500)}` : ''}`
  return new AppError('bad-file', told, {
    mend: mendOf(isPython ? program : null, lastLines.join('\n')) ?? seeLog,
    details,
  })
}

/** For what a Python lacks: how it gets that. */
function mendOf(python: string | null, words: string): string | null {
  if (python === null) return null
  const missing = /No module named '([^'.]+)/.exec(words)?.[1]
  const parquet = readsParquet.exec(words)
  const wanted = missing ? (packages[missing] ?? missing) : parquet ? (parquet[1] ?? parquet[2]) : null
  return wanted ? `${python} -m pip install ${wanted}, or name another --python.` : null
}
