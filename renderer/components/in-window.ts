import type { DrawerId } from './drawers.ts'
import { barOf, fieldOf, roomNames, roomOf } from './mend-texts.ts'
import { objectAddress } from './object-address.ts'
import { pathTo } from './router.ts'

/** A piece of a sentence, or what of the window it leads to, an address or a drawer, and where it stands in the sentence. */
export type Part =
  | string
  | { words: string; at: number; to: string; drawer?: undefined }
  | { words: string; at: number; to?: undefined; drawer: DrawerId }

/** A command in backticks, in brackets or at the end of the sentence; an option with the value that it takes. What begins behind a quote is a name of the user's. */
const typed =
  /`lathe ([a-z-]+)([^`]*)`|\blathe ([a-z-]+)((?: [^\s`)]+?)*?)(?=\)|\.?$)|(?<![\w"-])`?--([a-z]+(?:-[a-z]+)*)(?: (?:[A-Z]+\b|"[^"]*=[^"]*"|([a-z]+)))?`?/g

/**
 * A sentence of the engine in the window's words: what one types on the command line becomes the field, the room or the very object that is
 * meant. What only the command line has stays as it is typed there.
 */
export function inWindow(sentence: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const found of sentence.matchAll(typed)) {
    const [whole, quoted, quotedRest, bare, bareRest, option, value] = found
    parts.push(sentence.slice(end, found.index))
    const part = option ? fieldFor(option, value) : placeFor(quoted ?? bare!, quotedRest ?? bareRest!, found.index)
    parts.push(part ?? whole)
    end = found.index + whole.length
  }
  return [...parts, sentence.slice(end)].filter(part => part !== '')
}

function fieldFor(option: string, value: string | undefined): string | null {
  const whole = value === undefined ? option : `${option} ${value}`
  if (whole in fieldOf) return fieldOf[whole]!
  return option in fieldOf ? [fieldOf[option], value].filter(Boolean).join(' ') : null
}

/** Verbs about one object, which the first word behind them names. */
const kindOf: Record<string, string> = {
  cancel: 'job',
  dataset: 'dataset',
  push: 'model',
  undeploy: 'deployment',
  versions: 'deployment',
}

function placeFor(verb: string, rest: string, at: number): Part | null {
  const room = roomOf[verb]
  if (room === undefined) {
    const behind = barOf[verb]
    return behind ? { ...behind, at } : null
  }
  const [id = ''] = rest.trim().split(' ')
  const kind = kindOf[verb]
  const isNamed = kind !== undefined && id !== '' && id !== id.toUpperCase()
  return { words: roomNames[room]!, to: (isNamed ? objectAddress({ kind, id }) : null) ?? pathTo(room), at }
}

/** The same as plain text, where no link can stand. */
export const wordsInWindow = (sentence: string): string =>
  inWindow(sentence)
    .map(part => (typeof part === 'string' ? part : part.words))
    .join('')
