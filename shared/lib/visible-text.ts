/**
 * Control, direction and other unseen characters as their codes, as they could hide or reorder what a text says; a tab and
 * the joiners, which scripts and emoji need, stay.
 */
export function visibleText(text: string): string {
  return text.replace(/[^\P{C}\t\u200c\u200d]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** The same of a text whose lines are to stay apart. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n')
}
