import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseDevice, probeDevices } from '../electron/engine/runtime/devices.ts'
import type { DeviceId } from '../shared/model/run.ts'
import { dataSets, writeDataSet } from './learn/data.ts'
import { networks, type OnDevice, type Precision, placementRows, softwareAdapter, trainOn } from './learn/on-device.ts'
import { buildOurs } from './learn/programs.ts'
import { header, type Row, tell } from './learn/table.ts'
import { flagValue, learners, peersPython, root, run, threads, torch } from './tools/peers.ts'

/**
 * `npm run bench gpu [--only TEXT] [--json FILE] [--software]`: the three networks of `bench learn`, trained on the graphics processor that
 * Lathe chooses here beside PyTorch on the one that it finds (CUDA, Apple's, Intel's), a median of three; and where our operators ran and what
 * crossed; in mixed precision as well, where it multiplies in float16. Ends with 1 where Lathe finds no graphics processor. `--software` takes
 * Chromium's software Vulkan for one, to see the command at work.
 */
const turns = 3
const [only, json, isSoftware] = [flagValue('--only') ?? '', flagValue('--json'), process.argv.includes('--software')]

async function ownDevice(): Promise<{ device: DeviceId; precisions: readonly Precision[] }> {
  if (isSoftware) {
    if (!softwareAdapter) throw new Error('--software wants Chromium and libvulkan1 (Debian: chromium, libvulkan1)')
    return { device: 'webgpu', precisions: ['float32'] }
  }
  const devices = (await probeDevices()).filter(({ device }) => device !== 'cpu')
  const found = devices.filter(({ available }) => available)
  if (found.length > 0) {
    const { device } = chooseDevice('auto', found, { devices: found.map(({ device }) => device), reason: '' })
    const { float16 } = found.find(each => each.device === device)!
    return { device, precisions: float16 ? ['float32', 'mixed'] : ['float32'] }
  }
  console.log('Lathe finds no graphics processor here: there is nothing to compare.')
  for (const { device, detail } of devices) console.log(`  ${device}: ${detail}`)
  process.exit(1)
}

interface Theirs extends Pick<OnDevice, 'seconds' | 'accuracy'> {
  device: string
}

const middle = (of: readonly Pick<OnDevice, 'seconds' | 'accuracy'>[], what: 'seconds' | 'accuracy') =>
  of.map(each => each[what]).toSorted((a, b) => a - b)[Math.floor(of.length / 2)]!

/** The CPU is no peer of a graphics processor. */
function epochRow(work: string, own: readonly OnDevice[], other: readonly Theirs[]): Row {
  const theirs = other[0]!.device
  const begun = { work: `${work}, an epoch on ${device}`, unit: 's', lathe: middle(own, 'seconds') }
  const none = { bar: null, moonshot: null }
  if (theirs === 'cpu') {
    return {
      ...begun,
      ...none,
      work: `${begun.work}; PyTorch finds no graphics processor here`,
      peer: null,
      ratio: null,
    }
  }
  const peer = middle(other, 'seconds')
  return {
    ...{ ...begun, ...none, work: `${begun.work} against PyTorch on ${theirs}`, peer, ratio: begun.lathe / peer },
    scoreDifference: middle(own, 'accuracy') - middle(other, 'accuracy'),
  }
}

const { device, precisions } = await ownDevice()
const wanted = networks.filter(({ work }) => work.includes(only))
await buildOurs(wanted.map(({ learner }) => learner))
// In software a few rows are trained on, not an epoch.
const python = isSoftware ? null : await peersPython([...learners, torch])
const lines: string[] = []
console.log(header)
for (const network of wanted) {
  const data = dataSets.find(({ name }) => name === network.data)!
  const folder = mkdtempSync(join(tmpdir(), 'lathe-bench-'))
  try {
    await writeDataSet(folder, data)
    for (const precision of precisions) {
      const work = precision === 'mixed' ? `${network.work}, mixed precision` : network.work
      const [own, other]: [OnDevice[], Theirs[]] = [[], []]
      const spec = JSON.stringify({ ...data, threads, precision, device: 'gpu' })
      for (let turn = 0; turn < (isSoftware ? 1 : turns); turn += 1) {
        own.push(await trainOn(device, network, folder, data, { isSoftware, precision }))
        if (!python) continue
        const told = await run(python, [join(root, 'bench/learn/pytorch.py'), network.learner, 'pytorch', folder, spec])
        other.push(JSON.parse(told) as Theirs)
      }
      if (python) lines.push(tell(epochRow(work, own, other)))
      for (const row of placementRows(own[0]!, device)) lines.push(tell({ ...row, work: `${work}, ${row.work}` }))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
if (json) writeFileSync(json, `${lines.join('\n')}\n`)
