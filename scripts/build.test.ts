import { isBuiltin } from 'node:module'
import { type BuildOptions, build } from 'esbuild'
import { expect, test } from 'vitest'

interface Script {
  desktopBundles: { name: string }[]
  esbuildOptions(bundle: { name: string }): BuildOptions
}

test('the bundles of the desktop shell need nothing but Electron and Node, the preload script Electron alone', async () => {
  const { desktopBundles, esbuildOptions } = (await import(`${import.meta.dirname}/build.mjs`)) as Script
  for (const bundle of desktopBundles) {
    const { metafile } = await build({ ...esbuildOptions(bundle), write: false, metafile: true })
    const outside = Object.values(metafile!.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
    expect(outside).toContain('electron')
    const isAllowed = (path: string) => path === 'electron' || (bundle.name !== 'preload' && isBuiltin(path))
    expect(outside.filter(path => !isAllowed(path))).toEqual([])
  }
})
