import { expect, test } from 'vitest'
import { visibleLines, visibleText } from './visible-text.ts'

test('what could hide or reorder a text is shown as its code', () => {
  expect(visibleText('\u001b[31mred\u0007')).toBe('\\u{1b}[31mred\\u{7}')
  expect(visibleText('abc\u202edcba \u2066x\u2069 \u200f')).toBe('abc\\u{202e}dcba \\u{2066}x\\u{2069} \\u{200f}')
  expect(visibleText('a\u200bb\u{e0041}')).toBe('a\\u{200b}b\\u{e0041}')
})

test('lines stay apart where they are to', () => {
  expect(visibleText('a\nb')).toBe('a\\u{a}b')
  expect(visibleLines('a\u0000\n\u202eb\n')).toBe('a\\u{0}\n\\u{202e}b\n')
})

test('what people write stays as it is', () => {
  for (const text of ['a\tb', 'größer → 95 %', '👩‍💻', 'می‌خواهم', '']) expect(visibleText(text)).toBe(text)
})
