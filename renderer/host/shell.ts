import { type Shell, shellGlobal } from '../../shared/shell.ts'

/** What the desktop shell around this page can do; null in a browser, where files are sent and no menu speaks. */
export const shell: Shell | null = (window as unknown as Record<string, Shell | undefined>)[shellGlobal] ?? null
