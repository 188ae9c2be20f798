import { beforeAll, expect, test, vi } from 'vitest'

let inWindow: typeof import('./in-window.ts')
beforeAll(async () => {
  vi.stubGlobal('window', { addEventListener() {} })
  inWindow = await import('./in-window.ts')
})

const said: [engine: string, window: string][] = [
  ['Name another port with --port.', 'Name another port with “Port”.'],
  ['Name the certificate (--ca FILE).', 'Name the certificate (“Full path of its certificate authority (PEM)”).'],
  ['Import it as a date (--type "day=date").', 'Import it as a date (“Type”).'],
  ['Say so: --split-by time, or --split-by group.', 'Say so: “It holds: times”, or “It holds: groups”.'],
  ['Say it with --repeated mean, sum or last.', 'Say it with “Several values of one time” mean, sum or last.'],
  ['Use `--engine oci`, which needs none.', 'Use an “OCI file (.tar)”, which needs none.'],
  ['Run that again: lathe run-script.', 'Run that again: Train.'],
  ['There is no column "--port".', 'There is no column "--port".'],
  ['pip download --no-deps x, then run `lathe restore`.', 'pip download --no-deps x, then run `lathe restore`.'],
]

test.each(said)('%s', (engine, window) => {
  expect(inWindow.wordsInWindow(engine)).toBe(window)
})

test('what lies behind the status bar is opened where it is named', () => {
  expect(inWindow.inWindow('Let Lathe connect out (`lathe airgap off`).')[1]).toEqual({
    words: 'the switch “Air gap” behind the status bar',
    drawer: 'connections',
    at: 23,
  })
  expect(inWindow.inWindow('See `lathe doctor`.')[1]).toMatchObject({ drawer: 'devices', at: 4 })
})

test('a verb leads to its room, or to the very object that it names', () => {
  expect(inWindow.inWindow('Push it (lathe push cells-2.1:3 REF), or name one.')).toEqual([
    'Push it (',
    { words: 'Models', to: '/models/cells-2.1/3', at: 9 },
    '), or name one.',
  ])
  expect(inWindow.inWindow('See `lathe dataset NAME` for them.')[1]).toMatchObject({ words: 'Data', to: '/data' })
  expect(inWindow.inWindow('Undeploy it first: lathe undeploy cells')[1]).toMatchObject({
    words: 'Deploy',
    to: '/deploy/cells',
  })
})
