import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { samples, TestWorkspace } from '../e2e/lathe.ts'
import { readRuntimeFile } from '../electron/headless/runtime-file.ts'

/**
 * `npm run bench memory [MINUTES]`: whether memory stays flat while the window is used by a script for MINUTES (30): every room, the palette,
 * a run's curves, two runs compared, a dataset's rows. Twelve times on the way, after garbage collection: kilobytes of the page's heap, its DOM
 * nodes and listeners, and of the engine megabytes of its heap (its garbage collected too, by Node's inspector) and of its process. The page's code is only interpreted, so that its heap holds what the page keeps. The last
 * line is the growth from the second to the last of them. Linux only.
 */
const minutes = Number(process.argv[2] ?? 30)
const readings = 12
const executablePath = process.env.CHROMIUM_PATH
if (!executablePath) throw new Error('There is no browser here: set CHROMIUM_PATH')

/** The heap of a Node process, asked by its inspector: bytes in use once its garbage is collected. */
async function inspect(pid: number): Promise<{ heap(): Promise<number> }> {
  process.kill(pid, 'SIGUSR1')
  await setTimeout(1000)
  const [target] = (await (await fetch('http://127.0.0.1:9229/json/list')).json()) as { webSocketDebuggerUrl: string }[]
  const socket = new WebSocket(target!.webSocketDebuggerUrl)
  await once(socket, 'open')
  const ask = async (method: string): Promise<{ usedSize: number }> => {
    socket.send(JSON.stringify({ id: 1, method }))
    const [answer] = (await once(socket, 'message')) as [{ data: string }]
    return JSON.parse(answer.data).result
  }
  return {
    async heap() {
      for (let i = 0; i < 3; i += 1) await ask('HeapProfiler.collectGarbage')
      return (await ask('Runtime.getHeapUsage')).usedSize
    },
  }
}

const workspace = await TestWorkspace.make()
// Functions become machine code for as long as more of them run often; that is no leak, and hides what is one.
const withoutMachineCode = '--js-flags=--no-opt,--no-maglev,--no-sparkplug'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', withoutMachineCode] })
try {
  await workspace.json('import', `${samples}/breast-cancer.csv`, '--name', 'cells', '--target', 'diagnosis')
  const { run } = await workspace.json<{ run: string }>(
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--algorithm',
    'linear',
  )
  const other = await workspace.json<{ run: string }>(
    ...['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting'],
  )
  await workspace.json('register', run, '--name', 'cells-model')
  const url = await workspace.url()
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await page.goto(url)
  await page.getByText('engine connected').waitFor()
  const session = await page.context().newCDPSession(page)
  const { pid } = readRuntimeFile(workspace.folder)!
  const engine = await inspect(pid)
  const read = async () => {
    for (let i = 0; i < 3; i += 1) await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
    const residentKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
    const engineHeapMb = (await engine.heap()) / 1024 ** 2
    return { heapKb: usedSize / 1024, nodes, listeners: jsEventListeners, engineHeapMb, engineMb: residentKb / 1024 }
  }
  const rooms = await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link').all()
  const places = [
    `/train/${run}`,
    `/compare?runs=${run},${other.run}`,
    '/data/cells?version=1',
    '/models/cells-model/1',
  ]
  /** Once around the house. */
  const use = async () => {
    for (const room of rooms) {
      await room.click()
      await page.waitForTimeout(300)
    }
    for (const place of places) {
      await page.evaluate(
        `history.pushState(null, '', ${JSON.stringify(place)}); dispatchEvent(new PopStateEvent('popstate'))`,
      )
      await page.waitForTimeout(700)
      await page.mouse.move(700, 400)
      await page.mouse.wheel(0, 600)
      await page.mouse.wheel(0, -600)
    }
    await page.keyboard.press('Control+k')
    await page.keyboard.type('train')
    await page.keyboard.press('Escape')
  }
  const row = (cells: (string | number)[]) =>
    console.log(cells.map(cell => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(12)).join(''))
  row(['minute', 'heap kB', 'DOM nodes', 'listeners', 'engine heap', 'engine MB', 'rounds'])
  const begun = performance.now()
  const taken: Awaited<ReturnType<typeof read>>[] = []
  let rounds = 0
  while (taken.length < readings) {
    await use()
    rounds += 1
    const minute = (performance.now() - begun) / 60_000
    if (minute < ((taken.length + 1) * minutes) / readings) continue
    const now = await read()
    taken.push(now)
    row([minute, now.heapKb, now.nodes, now.listeners, now.engineHeapMb, now.engineMb, rounds])
  }
  const [early, late] = [taken[1]!, taken.at(-1)!]
  const growth = (of: keyof typeof early) => `${((late[of] / early[of] - 1) * 100).toFixed(1)} %`
  console.log(
    `growth: heap ${growth('heapKb')}, nodes ${growth('nodes')}, listeners ${growth('listeners')}, engine's heap ${growth('engineHeapMb')}, engine ${growth('engineMb')}`,
  )
} finally {
  await browser.close()
  await workspace.close()
}
