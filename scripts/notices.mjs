import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolbox.mjs'

/** Writes THIRD-PARTY-NOTICES.md: every package that Lathe runs with, as installed, with version and licence. */
/** Packages that are only built with, but whose program the desktop app ships. */
const shippedTools = ['node_modules/electron']
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const rows = Object.entries(lock.packages)
  .filter(
    ([path, entry]) =>
      path.startsWith('node_modules/') && (shippedTools.includes(path) || (!entry.dev && !entry.devOptional)),
  )
  .map(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return { name, version: entry.version, licence: licenceOf(path, entry) }
  })
  .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
  .filter((row, i, all) => row.name !== all[i - 1]?.name || row.version !== all[i - 1]?.version)

function licenceOf(path, entry) {
  const file = join(root, path, 'package.json')
  const stated = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const licence = stated.license ?? stated.licenses ?? entry.license ?? 'not stated'
  const text = each => (typeof each === 'string' ? each : (each.type ?? 'not stated'))
  return Array.isArray(licence) ? licence.map(text).join(' OR ') : text(licence)
}

const head = `# Third-party notices

Lathe is under the Apache licence 2.0 (see LICENSE). It runs with the packages below, each under its own licence, whose text lies in
the package's folder. Images that Lathe builds hold Node.js (MIT), the C and C++ runtime libraries of Debian (LGPL-2.1 and GPL-3.0
with the runtime library exception), onnxruntime (MIT) and the model server. The desktop app is built on Electron, whose own notices
(LICENSES.chromium.html) lie beside its program.
This list is written by \`node scripts/notices.mjs\` from the lock file.

| package | version | licence |
| --- | --- | --- |
`
writeFileSync(
  join(root, 'THIRD-PARTY-NOTICES.md'),
  `${head}${rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}\n`,
)
console.error(`${rows.length} packages`)
