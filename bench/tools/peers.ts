import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
/** Of both sides of a comparison. */
export const threads = 2
/** What our networks are held against. */
export const torch = 'torch==2.15.0'
/** What our other learners are held against. */
export const learners = ['lightgbm==4.7.0', 'xgboost==3.2.0', 'scikit-learn==1.9.1', 'shap==0.51.0']

/** The value that follows a flag of the command line. */
export function flagValue(flag: string): string | undefined {
  const at = process.argv.indexOf(flag)
  return at > 0 ? process.argv[at + 1] : undefined
}

/** What a program prints; its errors go where ours go. Rejects where it ends otherwise than well. */
export function run(program: string, args: string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, ...environment, OMP_NUM_THREADS: String(threads), ORT_DISABLE_TELEMETRY: '1' }
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => (code === 0 ? resolve(output) : reject(new Error(`${program} ended with ${code}`))))
  })
}

/** The Python that has the peers, installed into `.cache/bench-peers` where it lacks them; wants Python 3 and a package index. */
export async function peersPython(peers: readonly string[]): Promise<string> {
  const folder = join(root, '.cache', 'bench-peers')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(folder, '.peers')
  const there = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(',') : []
  if (peers.every(peer => there.includes(peer))) return python
  console.error(`Installing ${peers.join(', ')}…`)
  await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...peers])
  writeFileSync(stamp, peers.join())
  return python
}
