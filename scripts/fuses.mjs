import { join } from 'node:path'
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses'

/**
 * What the packed program may never do, burnt into its binary: be a Node for somebody else, take Node's switches or an inspector, load
 * code from anywhere but its own archive. Every fuse is said, so that a new one of a later Electron stops the build until it is judged.
 */
export const fuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
}

/** Sets the fuses of a program and reads them back; throws where one did not take. */
export async function setFuses(program, { resetAdHocDarwinSignature = false } = {}) {
  const version = FuseVersion.V1
  const before = await getCurrentFuseWire(program)
  const known = [FuseState.ENABLE, FuseState.DISABLE]
  const gone = Object.keys(fuses).filter(fuse => !known.includes(before[fuse]))
  if (gone.length > 0) throw new Error(`Electron no longer has: ${gone.map(fuse => FuseV1Options[fuse]).join(', ')}`)
  await flipFuses(program, { version, strictlyRequireAllFuses: true, resetAdHocDarwinSignature, ...fuses })
  const wire = await getCurrentFuseWire(program)
  const wrong = Object.entries(fuses).filter(
    ([fuse, isOn]) => wire[fuse] !== (isOn ? FuseState.ENABLE : FuseState.DISABLE),
  )
  if (wrong.length > 0)
    throw new Error(`Fuses that did not take: ${wrong.map(([fuse]) => FuseV1Options[fuse]).join(', ')}`)
}

/** electron-builder's hook between packing and signing. */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const name = {
    darwin: `${packager.appInfo.productFilename}.app`,
    win32: `${packager.appInfo.productFilename}.exe`,
    linux: packager.executableName,
  }[electronPlatformName]
  await setFuses(join(appOutDir, name), { resetAdHocDarwinSignature: electronPlatformName === 'darwin' })
  console.error(`Fuses of ${name} set and read back`)
}
