import { expect, test } from 'vitest'
import { jsonText } from './json-text.ts'

test('no name in an answer as JSON acts on the terminal, and the answer stays what it was', () => {
  const answer = { dataset: '\u001b]0;owned\u0007 \u009b31m \u007f ü \u202e', '\u009bkey': 1 }
  expect(jsonText(answer)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(JSON.parse(jsonText(answer))).toEqual(answer)
})
