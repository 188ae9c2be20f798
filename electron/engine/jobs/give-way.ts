import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

const { PRIORITY_NORMAL: normal, PRIORITY_BELOW_NORMAL: belowNormal } = constants.priority
/** Linux takes one change of a session's weight in a tenth of a second. */
const sessionTries = 10
const sessionAgainMs = 150

/**
 * Puts a process that has just begun, with all threads that it will make, behind the window, the engine and whatever else its user does:
 * a key that is pressed during a training waits for none of its threads. Where the engine was raised above the others on purpose, its jobs
 * stay as high. A process that is gone, or a system that refuses, is no error.
 */
export function giveWay(pid: number): void {
  try {
    if (getPriority() < normal) return
    setPriority(pid, Math.max(belowNormal, getPriority()))
  } catch {
    return
  }
  if (process.platform === 'linux') weighSession(pid, sessionTries)
}

/** A job leads a session of its own, and Linux may share out the cores by sessions first (`sched_autogroup`). */
function weighSession(pid: number, tries: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(belowNormal))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN' && tries > 1)
      setTimeout(() => weighSession(pid, tries - 1), sessionAgainMs).unref()
  }
}
