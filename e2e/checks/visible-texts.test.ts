import { expect, test } from 'vitest'
import { readTree } from './source-tree.ts'
import { visibleTexts } from './visible-texts.ts'

test('what a person reads stands in the texts.ts of its folder', () => {
  const window = readTree(['renderer'], ['.tsx'])
  expect(window.size).toBeGreaterThan(100)
  expect(visibleTexts(window)).toEqual([])
})

const read: [string, string][] = [
  ['text between tags', '<p>Asking the engine…</p>'],
  ['a word beside a value', '<p>{rows} ms</p>'],
  ['a label', '<input aria-label="Rooms" />'],
  ['a label of small letters', "<List label={'rows'} />"],
  ['the title of a column', "<List columns={[{ title: 'Rows', cell }]} />"],
  ['either of two', "<button>{isAsked ? 'Stopping…' : children}</button>"],
  ['a fallback', "<dd>{name ?? 'none'}</dd>"],
  ['where something is', "<p>{count > 0 && 'some'}</p>"],
  ['between values', `<List cell={() => \`\${shown} of \${all}\`} />`],
  ['a unit behind a value', `text(\`\${latency} ms\`)`],
  ['a fact', "facts([['Since', when]])"],
  ['a sentence for later', "say('it is new')"],
  ['a word to be joined', "interval.join(' to ')"],
]

test.each(read)('reported: %s', (_name, code) => {
  expect(visibleTexts(new Map([['renderer/x.tsx', `const x = ${code}`]]))).toHaveLength(1)
})

test('what nobody reads is left alone', () => {
  const code = `
    import { a } from './a b.ts'
    type State = 'no rows' | 'Few'
    const one = useAsked(\`run \${run}\`, ask) ?? window.matchMedia('(prefers-contrast: more) and all')
    const two = state === 'no rows' || event.key === 'Enter' ? texts.one : list['Two']
    const three = { 'within noise': texts.noise, id: \`action \${label}\`, p50: [0, 1] }
    const four = <p className={\`node \${isHere ? ' here' : ''}\`} role="status" key={\`a \${b}\`}> · {texts.two}: {'–'}</p>
    const five = <path d={\`M\${x} \${y}C\${x}\`} /> ?? \`\${pathTo('data')}?version=\${version}\``
  expect(visibleTexts(new Map([['renderer/x.tsx', code]]))).toEqual([])
})
