/**
 * What only a desktop shell can do, as its preload script offers it to the page as `window.lathe`. The page never learns
 * or names a path of this machine here: it holds a file by the reference that the engine knows.
 */
export interface Shell {
  /** The native dialog; null when it was closed without a choice. `endings` with the dot. */
  pickFile(endings: string[]): Promise<HeldFile | null>
  /** A file that was dropped on the page; null when no file of this machine stands behind it. */
  holdDropped(file: File): Promise<HeldFile | null>
  /** Hears of addresses that the shell wants shown: menus, files opened with Lathe. Returns how to stop. */
  onGo(listener: (path: string) => void): () => void
  /** Hears when the person wants to give a passphrase. Returns how to stop. */
  onAskPassphrase(listener: () => void): () => void
  /** Keeps the passphrase of this workspace's secrets in the system's keychain and starts the engine with it. */
  keepPassphrase(passphrase: string): Promise<PassphraseAnswer>
}

export interface HeldFile {
  /** `held:ID`: a file that the engine was told of by the shell. */
  file: string
  name: string
}

/** Why a passphrase was not taken, in a sentence; null when it was. */
export interface PassphraseAnswer {
  refused: string | null
}

/** Messages of the page to the shell (asked and answered) and of the shell to the page. */
export const shellChannels = {
  pickFile: 'lathe:pick-file',
  holdDropped: 'lathe:hold-dropped',
  keepPassphrase: 'lathe:keep-passphrase',
  go: 'lathe:go',
  askPassphrase: 'lathe:ask-passphrase',
} as const

/** Where the preload script puts the shell. */
export const shellGlobal = 'lathe'
