import { expect, test } from 'vitest'
import { readTree } from './source-tree.ts'

const isTest = (path: string) => /\.test\.tsx?$|\/(testing|fixtures)\/|fixtures\.ts$/.test(path)
const engine = [...readTree(['electron/engine'], ['.ts'])].filter(
  ([path]) => !isTest(path) && !path.startsWith('electron/engine/clients/'),
)

/** What a module takes from Node's networking: listening is everyone's, connecting is the one gate's (`clients/egress.ts`). */
const listening = new Set(['createServer', 'Server', 'RequestListener', 'IncomingHttpHeaders', 'AddressInfo', 'isIP'])

test('only clients/ connects to anything: there every connection is checked and written down', () => {
  const found = engine.flatMap(([path, text]) => {
    const imports = [
      ...text.matchAll(/import (?:type )?\{([^}]*)\} from 'node:(net|http|https|tls|http2|dgram|dns|dns\/promises)'/g),
    ]
    const taken = imports.flatMap(([, names]) => names!.split(',').map(name => name.replace(/^\s*type\s/, '').trim()))
    const connecting = taken.filter(name => name !== '' && !listening.has(name)).map(name => `${path} takes ${name}`)
    const fetches = /(?<![.\w])(fetch|new WebSocket|new EventSource)\(/.test(text) ? [`${path} calls fetch`] : []
    return [...connecting, ...fetches]
  })
  expect(found).toEqual([])
})
