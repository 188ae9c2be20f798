const [name, value] = ['GLIBC_TUNABLES', 'glibc.malloc.hugetlb=1'] as const

/**
 * The environment in which a process of Linux has its large arrays on large pages (glibc from 2.35 on; all others take no notice): a training
 * step reads rows from all over the data, and the processor finds each without a walk through a table of small pages. Nothing where the
 * person who started Lathe says by this variable what they want.
 */
export const largePages = (): Record<string, string> =>
  process.platform === 'linux' && process.env[name] === undefined ? { [name]: value } : {}

/** In such a process, once it runs: what it starts in turn is to be as it would be without Lathe. */
export function keepLargePages(): void {
  if (process.env[name] === value) delete process.env[name]
}
