import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, TestWorkspace } from '../lathe.ts'

const can = (program: string, ...args: string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const canUnshare = process.platform === 'linux' && can('unshare', '-n', 'true')
const canTrace = process.platform === 'linux' && can('strace', '-V')

/** Addresses that a line of strace's output tries to reach, other than loopback and local sockets. */
function outsideAttempts(trace: string): string[] {
  return trace.split('\n').filter(line => {
    if (!/\b(connect|sendto|sendmsg|sendmmsg)\(/.test(line)) return false
    const v4 = /sin_addr=inet_addr\("([^"]+)"\)/.exec(line)?.[1]
    const v6 = /inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.[1]
    if (v4) return !v4.startsWith('127.')
    if (v6) return v6 !== '::1' && !v6.startsWith('::ffff:127.')
    return false
  })
}

/** `$1` is Node, `$2` the command line's program. */
const demoThenStop = '"$@"; code=$?; "$1" "$2" stop >&2; exit $code'

test('the trace reader finds what leaves the machine and leaves loopback alone', () => {
  const lines = [
    '1 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1 ENETUNREACH',
    '1 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '1 connect(3, {sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0',
    '1 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT',
    '1 sendto(5, "query", 5, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 5',
  ]
  expect(outsideAttempts(lines.join('\n'))).toEqual([lines[0], lines[2], lines[4]])
})

test.runIf(canUnshare)(
  'the demo does the whole job with nothing but loopback, and its drift is answered by retraining',
  async () => {
    const workspace = await TestWorkspace.make()
    // The engine outlives the command, and only inside this network can it be told to end.
    const loopbackOnly = ['unshare', '-n', 'sh', '-c', `ip link set lo up; ${demoThenStop}`, 'sh']
    const answer = await run(['demo', '--json'], {
      workspace: workspace.folder,
      wrap: loopbackOnly,
    })
    expect(answer.stderr).not.toContain('internal')
    expect(answer.code, answer.stderr).toBe(0)
    const { steps } = JSON.parse(answer.stdout) as {
      steps: { name: string; seconds: number }[]
    }
    expect(steps.map(step => step.name)).toEqual(
      expect.arrayContaining([
        'import',
        'train',
        'compare',
        'register',
        'package',
        'deploy',
        'watch',
        'replay',
        'drift',
        'shift',
        'retrain',
        'undeploy',
      ]),
    )
    await workspace.close()
  },
)

test.runIf(canTrace)(
  'no process of the demo tries to reach anything off the machine',
  { timeout: 300_000 },
  async () => {
    const workspace = await TestWorkspace.make()
    const trace = join(workspace.folder, 'trace.txt')
    const answer = await run(['demo', '--json'], {
      workspace: workspace.folder,
      // The engine outlives the command, and strace waits for all that it follows; so the engine is ended inside.
      wrap: ['strace', '-f', '-qq', '-e', 'trace=network', '-o', trace, 'sh', '-c', demoThenStop, 'sh'],
    })
    expect(answer.code, answer.stderr).toBe(0)
    expect(existsSync(trace)).toBe(true)
    const text = await readFile(trace, 'utf8')
    expect(text).toMatch(/sin_addr=inet_addr\("127\.0\.0\.1"\)/)
    expect(outsideAttempts(text)).toEqual([])
    await workspace.close()
  },
)
