import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { AppError } from '../../../shared/errors.ts'

/** File systems over a network (or another machine's), where SQLite's shared memory and locks cannot be trusted. */
const networkFileSystems =
  /^(nfs\d*|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|beegfs|davfs|fuse\.(sshfs|rclone|s3fs|gcsfuse|davfs2?|glusterfs|onedriver|google-drive-ocamlfuse))$/

/** What sync programs leave in the folders they watch over. */
const syncMarkers: [name: string, program: string][] = [
  ['.dropbox', 'Dropbox'],
  ['.dropbox.cache', 'Dropbox'],
  ['.stfolder', 'Syncthing'],
  ['.sync', 'Resilio Sync'],
  ['.owncloudsync.log', 'ownCloud'],
  ['.nextcloudsync.log', 'Nextcloud'],
  ['.tmp.drivedownload', 'Google Drive'],
]
const syncSegments: [pattern: RegExp, program: string][] = [
  [/^OneDrive( - .+)?$/i, 'OneDrive'],
  [/^Dropbox( \(.+\))?$/i, 'Dropbox'],
  [/^(Google ?Drive|GoogleDrive-.+)$/i, 'Google Drive'],
  [/^Mobile Documents$/i, 'iCloud Drive'],
  [/^Nextcloud$/i, 'Nextcloud'],
]

export interface HazardSources {
  /** Content of `/proc/self/mountinfo`; empty where there is none. */
  mounts: string
  exists(path: string): boolean
}

/** Why SQLite's write-ahead log is not safe in this folder, in a few words; null when nothing speaks against it. */
export function folderHazard(folder: string, sources: HazardSources): string | null {
  if (folder.startsWith('\\\\')) return 'it is on a network share'
  const type = fileSystemType(folder, sources.mounts)
  if (type && networkFileSystems.test(type)) return `it is on a network file system (${type})`
  for (let current = folder; ; current = dirname(current)) {
    for (const [name, program] of syncMarkers) {
      if (sources.exists(join(current, name))) return `${current} is synchronised by ${program}`
    }
    if (dirname(current) === current) break
  }
  for (const segment of folder.split(sep)) {
    const program = syncSegments.find(([pattern]) => pattern.test(segment))?.[1]
    if (program) return `it is in a folder of ${program}`
  }
  return null
}

/** Type of the file system that the deepest mount above `folder` has. */
function fileSystemType(folder: string, mounts: string): string | null {
  let best: { point: string; type: string } | null = null
  for (const line of mounts.split('\n')) {
    const [head, tail] = line.split(' - ')
    const point = head?.split(' ')[4]?.replaceAll('\\040', ' ')
    const type = tail?.split(' ')[0]
    if (!point || !type) continue
    const holds = folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`)
    if (holds && point.length >= (best?.point.length ?? 0)) best = { point, type }
  }
  return best?.type ?? null
}

/** Throws `workspace-unsafe` for a folder on a network or in the hands of a sync program. */
export function refuseUnsafeFolder(workspace: string): void {
  let existing = workspace
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  const real = join(realpathSync(existing), workspace.slice(existing.length))
  const mounts = existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : ''
  const hazard = folderHazard(real, { mounts, exists: existsSync })
  if (hazard === null) return
  throw new AppError(
    'workspace-unsafe',
    `The workspace ${workspace} cannot be there: ${hazard}, where its database can be damaged`,
    {
      mend: 'Name a folder on a disk of this machine with --workspace or LATHE_WORKSPACE; copy it elsewhere while no engine runs.',
    },
  )
}
