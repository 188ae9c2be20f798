import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { specFile } from './wire.ts'

const parts = ['in', 'out', 'tmp']

/** The folder of a job with what its function finds in it. */
export function makeFolder(folder: string): void {
  for (const part of parts) mkdirSync(join(folder, part), { recursive: true })
}

/** Keeps the log of a job that is over, and nothing else of its folder. */
export async function sweepFolder(folder: string): Promise<void> {
  for (const name of [...parts, specFile]) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
  }
}
