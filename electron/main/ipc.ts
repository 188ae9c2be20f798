import { isAbsolute } from 'node:path'
import { BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain } from 'electron'
import { type HeldFile, type PassphraseAnswer, shellChannels } from '../../shared/shell.ts'
import { isOwn } from './guards.ts'

const longestPath = 32_768
const longestPassphrase = 1024

export interface IpcActions {
  hold(path: string): Promise<HeldFile>
  keepPassphrase(passphrase: string): Promise<PassphraseAnswer>
}

/** Throws unless the top frame of our own page asks. */
function checkSender({ sender, senderFrame }: IpcMainInvokeEvent): void {
  const isOurs = senderFrame !== null && senderFrame.parent === null && isOwn(senderFrame.url)
  if (!isOurs || senderFrame.frameTreeNodeId !== sender.mainFrame.frameTreeNodeId)
    throw new Error('Only the page of Lathe may ask this')
}

function answer(channel: string, work: (window: BrowserWindow | null, input: unknown) => Promise<unknown>): void {
  ipcMain.handle(channel, (event, input: unknown) => {
    checkSender(event)
    return work(BrowserWindow.fromWebContents(event.sender), input)
  })
}

/** All that the page can ask of the shell; every input is judged anew, whatever the types say. */
export function answerPage(actions: IpcActions): void {
  answer(shellChannels.pickFile, async (window, input) => {
    const path = await pickFile(window, endings(input))
    return path === null ? null : actions.hold(path)
  })
  answer(shellChannels.holdDropped, async (_window, input) => {
    if (typeof input !== 'string' || input.length > longestPath || !isAbsolute(input)) throw new Error('No such file')
    return actions.hold(input)
  })
  answer(shellChannels.keepPassphrase, async (_window, input) => {
    if (typeof input !== 'string' || input === '' || input.length > longestPassphrase || /[\r\n]/.test(input)) {
      return { refused: `A passphrase is one line of at most ${longestPassphrase} characters.` }
    }
    return actions.keepPassphrase(input)
  })
}

function endings(input: unknown): string[] {
  const isEnding = (each: unknown) => typeof each === 'string' && /^\.[a-z0-9]{1,10}$/.test(each)
  if (!Array.isArray(input) || input.length > 50 || !input.every(isEnding)) throw new Error('No such endings')
  return input as string[]
}

/** The native dialog; null when it was closed without a choice. */
export async function pickFile(window: BrowserWindow | null, accepted: string[]): Promise<string | null> {
  const filters = [
    { name: 'Data', extensions: accepted.map(each => each.slice(1)) },
    { name: 'All files', extensions: ['*'] },
  ]
  const options = { properties: ['openFile' as const], filters }
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}
