import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** The first NVIDIA card, as its driver's own tool tells it; null where there is none. */
export async function nvidiaCard(): Promise<{ name: string; memoryBytes: number } | null> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']
  const told = await promisify(execFile)('nvidia-smi', query, { timeout: 5000 }).catch(() => null)
  const [, name, mebibytes] = /^(.+), (\d+)\s*$/m.exec(told?.stdout ?? '') ?? []
  return name && mebibytes ? { name, memoryBytes: Number(mebibytes) * 2 ** 20 } : null
}

/** Whether a graphics card of NVIDIA's is plugged in, with a driver or without; Linux tells it. */
export async function hasNvidiaCard(): Promise<boolean> {
  const bus = '/sys/bus/pci/devices'
  for (const device of await readdir(bus).catch(() => [])) {
    const [vendor, kind] = await Promise.all(
      ['vendor', 'class'].map(file => readFile(`${bus}/${device}/${file}`, 'utf8').catch(() => '')),
    )
    if (vendor?.trim() === '0x10de' && kind?.startsWith('0x03')) return true
  }
  return false
}
