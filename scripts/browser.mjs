import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { run } from './toolbox.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap(folder => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
]

/** A browser of Chromium's kind on this machine: CHROMIUM_PATH, Playwright's own, or an installed one; null without. */
export function findBrowser() {
  const own = () => createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => programs.map(program => join(folder, program)))
  return [process.env.CHROMIUM_PATH, own(), ...onPath, ...places].find(path => path && existsSync(path)) ?? null
}

/**
 * As findBrowser; on Debian as root the package `chromium` is installed where there is none, with the Vulkan loader that the tests of
 * WebGPU on a software adapter need.
 */
export async function ensureBrowser() {
  const found = findBrowser()
  if (found || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return found
  console.error('Installing chromium…')
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { env: environment, stdoutToStderr: true }
  await run('apt-get', ['update', '-qq'], quiet)
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'libvulkan1'], quiet)
  return findBrowser()
}
