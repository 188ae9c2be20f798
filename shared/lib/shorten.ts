/** A text of at most so many characters (UTF-16), and an ellipsis where more of it follows; what two of them stand for, an emoji, is not torn. */
export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : text
}
