import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Asks the system to show an address; false where there is no display or nothing that could. */
export function openBrowser(url: string): Promise<boolean> {
  const hasDisplay = process.platform in openers || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  if (!hasDisplay) return Promise.resolve(false)
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  return new Promise(resolve => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
