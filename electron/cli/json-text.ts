/** JSON for a terminal too: JSON lets DEL and the control characters of eight bits stand, and a terminal would act on them. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
  return text.replace(/[\u007f-\u009f]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`)
}
