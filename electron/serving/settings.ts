import { parseArgs } from 'node:util'
import { AppError } from '../../shared/errors.ts'

export interface Settings {
  bundle: string
  name: string
  version: number | null
  host: string
  /** 0 for a free one. */
  port: number
  threads: number | undefined
}

/** Reads arguments, then the environment: LATHE_BUNDLE, LATHE_MODEL_NAME, LATHE_MODEL_VERSION, PORT, HOST, LATHE_THREADS. */
export function readSettings(args: string[], environment: NodeJS.ProcessEnv): Settings {
  const { values } = parseArguments(args)
  const bundle = values.bundle ?? environment.LATHE_BUNDLE
  if (!bundle) {
    throw new AppError('bad-input', 'The model server needs a model bundle', { mend: 'Give --bundle FOLDER.' })
  }
  const version = values.version ?? environment.LATHE_MODEL_VERSION
  const threads = values.threads ?? environment.LATHE_THREADS
  return {
    bundle,
    name: values.name ?? environment.LATHE_MODEL_NAME ?? 'model',
    version: version ? wholeNumber('version', version, 1, 1e9) : null,
    host: values.host ?? environment.HOST ?? '127.0.0.1',
    port: wholeNumber('port', values.port ?? environment.PORT ?? '8080', 0, 65535),
    threads: threads ? wholeNumber('threads', threads, 1, 1024) : undefined,
  }
}

function parseArguments(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args,
      options: { bundle: text, name: text, version: text, host: text, port: text, threads: text },
    })
  } catch (cause) {
    throw new AppError('bad-input', (cause as Error).message, { cause })
  }
}

function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new AppError('bad-input', `--${name} is "${text}"; it is a whole number from ${low} to ${high}`)
  }
  return value
}
