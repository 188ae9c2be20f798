import { randomBytes } from 'node:crypto'

const digits = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id such as `run-0k3v9q8z4m7c1x`: sorts by time to the millisecond, then 25 random bits. */
export function newId(prefix: string, nowMs: number): string {
  let time = ''
  for (let rest = nowMs, i = 0; i < 9; i += 1) {
    time = digits[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  const random = [...randomBytes(5)].map(byte => digits[byte % 32]).join('')
  return `${prefix}-${time}${random}`
}
