import { expect, test } from 'vitest'
import { csvForPeople, fileNameOf } from './csv.ts'

const lines = (text: string) => text.slice(1).split('\r\n').slice(0, -1)

test('a byte order mark, CRLF, and quotes as RFC 4180 has them', () => {
  const text = csvForPeople(
    ['a', 'b'],
    [
      ['say "hi"', 'x,y'],
      ['two\nlines', ' edge'],
    ],
  )
  expect(text).toBe('\u{FEFF}a,b\r\n"say ""hi""","x,y"\r\n"two\nlines"," edge"\r\n')
})

test('what a spreadsheet would run is text; numbers stay numbers', () => {
  const cells = ['=cmd()', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', "='a'!B1"]
  expect(
    lines(
      csvForPeople(
        ['=head'],
        cells.map(cell => [cell]),
      ),
    )
      .join('|')
      .split('|')[0],
  ).toBe("'=head")
  for (const cell of cells) {
    const text = csvForPeople(['x'], [[cell]])
    expect(text.slice(4).replace(/^"/, '')[0], JSON.stringify(cell)).toBe("'")
  }
  expect(lines(csvForPeople(['n'], [[-1.5], [1e-7], ['-1.5'], ['+3e-4'], [Number.NaN], [null], [true], [-0]]))).toEqual(
    ['n', '-1.5', '1e-7', '-1.5', '+3e-4', '', '', 'true', '0'],
  )
})

test('the title of a chart names a file on every system', () => {
  expect(fileNameOf('Curves: loss, auc')).toBe('Curves- loss, auc')
  expect(fileNameOf('../..\\x\u202efdp.exe<script>')).toBe('-..-xfdp.exe-script-')
  expect(fileNameOf('😀'.repeat(200)).length).toBeLessThanOrEqual(100)
  expect(fileNameOf(' . ')).toBe('chart')
})
