import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { type Shell, shellChannels, shellGlobal } from '../../shared/shell.ts'

/** What the shell says before the page listens is kept: the last of each. */
function channelFromShell<Message>(channel: string): (listener: (message: Message) => void) => () => void {
  let kept: { message: Message } | null = null
  let heard: ((message: Message) => void) | null = null
  ipcRenderer.on(channel, (_event, message: Message) => {
    if (heard) heard(message)
    else kept = { message }
  })
  return listener => {
    heard = listener
    if (kept) listener(kept.message)
    kept = null
    return () => {
      if (heard === listener) heard = null
    }
  }
}

const shell: Shell = {
  pickFile: endings => ipcRenderer.invoke(shellChannels.pickFile, endings),
  holdDropped: async file => {
    // Empty for a file that a script made up.
    const path = webUtils.getPathForFile(file)
    return path === '' ? null : ipcRenderer.invoke(shellChannels.holdDropped, path)
  },
  onGo: channelFromShell<string>(shellChannels.go),
  onAskPassphrase: channelFromShell<void>(shellChannels.askPassphrase),
  keepPassphrase: passphrase => ipcRenderer.invoke(shellChannels.keepPassphrase, passphrase),
}

contextBridge.exposeInMainWorld(shellGlobal, shell)
