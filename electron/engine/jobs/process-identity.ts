import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When a process started, as a text that two processes of the same number cannot share; null when there is no such
 * process or the system does not tell. A pid alone may have been given to a stranger since.
 */
export function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? null : `${bootId()}:${fields[19]}`
    }
    if (process.platform === 'win32') {
      const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
      return (
        execFileSync('powershell', ['-NoProfile', '-Command', script], { encoding: 'utf8', stdio: 'pipe' }).trim() ||
        null
      )
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim() || null
  } catch {
    return null
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** True while the process that was `pid` at `started` lives. */
export function isAlive(pid: number, started: string | null): boolean {
  return started !== null && processStart(pid) === started
}

/** Ends a process with its whole group, or on Windows with all that it started, at once. A process that is gone is no error. */
export function killGroup(pid: number): void {
  if (process.platform === 'win32') endTree(pid)
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}

/** Ends a process of Windows with all that it started. One that is gone is no error. */
export function endTree(pid: number): void {
  try {
    execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
  } catch {
    // Gone already.
  }
}
