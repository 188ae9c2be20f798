import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The workspace: `--workspace`, LATHE_WORKSPACE, or the place where this system keeps a user's application data. */
export function workspaceFolder(
  option: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = option ?? environment.LATHE_WORKSPACE
  if (given) return resolve(given)
  if (platform === 'win32') return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Lathe')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Lathe')
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'lathe')
}
