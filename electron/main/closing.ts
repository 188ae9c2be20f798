import { type BrowserWindow, dialog } from 'electron'
import type { SettingsFile } from './settings.ts'

export interface ClosingOptions {
  settings: SettingsFile
  /** How many jobs run or wait now; 0 where no engine answers. */
  countJobs(): Promise<number>
  cancelJobs(): Promise<void>
  /** Told when the person stays after all. */
  onStay(): void
  /** Told when the window may go. */
  onLeave(): void
}

/** Jobs go on in the engine when the window is closed. That is said once, with the choice to end them, until the person knows it. */
export function askBeforeClosing(window: BrowserWindow, options: ClosingOptions): void {
  let isDecided = false
  let isDeciding = false
  window.on('close', event => {
    if (isDecided) return
    event.preventDefault()
    if (isDeciding) return
    isDeciding = true
    void mayClose(window, options).then(may => {
      isDeciding = false
      if (!may) return options.onStay()
      isDecided = true
      options.onLeave()
      if (!window.isDestroyed()) window.close()
    })
  })
}

async function mayClose(window: BrowserWindow, options: ClosingOptions): Promise<boolean> {
  const count = options.settings.value.keepsJobs ? 0 : await options.countJobs()
  if (count === 0 || window.isDestroyed()) return true
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message: count === 1 ? 'A job is not done yet' : `${count} jobs are not done yet`,
    detail: 'Jobs go on without the window, and their results are here when it is opened again.',
    buttons: ['Let them go on', 'Cancel them', 'Stay'],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: 'Always let them go on',
  })
  if (response === 2) return false
  if (response === 1) await options.cancelJobs()
  else if (checkboxChecked) options.settings.save({ keepsJobs: true })
  return true
}
