import { type Logger, pino } from 'pino'

export type { Logger }

/** JSON lines to a file of the workspace, or to stderr. Never give it payloads or secrets. */
export function createLogger(options: { file?: string; level?: string }): Logger {
  const level = options.level ?? 'info'
  if (!options.file) return pino({ level, base: undefined }, pino.destination(2))
  return pino({ level, base: undefined }, pino.destination({ dest: options.file, mkdir: true, sync: false }))
}
export const silentLogger: Logger = pino({ level: 'silent' })
