import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBaseLayers } from './base-layers.mjs'
import { ensureBrowser } from './browser.mjs'
import { build } from './build.mjs'
import { findElectron } from './electron.mjs'
import { lint } from './lint.mjs'
import { ensureInstalled, filesBelow, projectNode, run } from './toolbox.mjs'

/**
 * `npm test [-- --only PATTERN]`: everything, on a fresh clone. The last line is the sum over all runners; with
 * LATHE_REQUIRE_PARTS=1 a skipped test counts as failed, because then every real part is there.
 */
const onlyAt = process.argv.indexOf('--only')
const only = onlyAt > 0 ? process.argv[onlyAt + 1] : undefined
const requireParts = process.env.LATHE_REQUIRE_PARTS === '1'
const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const skips = []
const reports = mkdtempSync(join(tmpdir(), 'lathe-test-'))

function count(status, name) {
  if (status === 'skipped') skips.push(name)
  const counted = status === 'skipped' && requireParts ? 'failed' : status
  total[counted] += 1
  if (counted === 'failed') failures.push(status === 'skipped' ? `${name} (skipped, but its part must be up)` : name)
}

/** A step that is no test of its own: passes, or fails with its message. */
async function step(name, work) {
  try {
    await work()
    count('passed', name)
  } catch (error) {
    console.error(error.message)
    count('failed', name)
  }
}

async function vitest(name, config) {
  const file = join(reports, `${name}.json`)
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  if (only) args.push('--passWithNoTests', only)
  const { code } = await run(projectNode(), ['node_modules/vitest/vitest.mjs', ...args], { stdoutToStderr: true })
  if (!existsSync(file)) return count('failed', `${name}: the test runner ended with ${code}`)
  const failedBefore = failures.length
  for (const suite of JSON.parse(readFileSync(file, 'utf8')).testResults) {
    for (const test of suite.assertionResults) {
      const status = { passed: 'passed', failed: 'failed' }[test.status] ?? 'skipped'
      count(status, `${suite.name}: ${test.fullName}`)
    }
    // A file that does not load, or whose hooks fail, has no test that says so.
    const saysSo = suite.assertionResults.some(test => test.status === 'failed')
    if (suite.status === 'failed' && !saysSo) count('failed', `${suite.name}: ${suite.message}`)
  }
  if (code !== 0 && failures.length === failedBefore) count('failed', `${name}: an error outside every test`)
}

async function inBrowser() {
  const browser = await ensureBrowser()
  if (browser) return playwright('window', { CHROMIUM_PATH: browser })
  const specs = filesBelow(['e2e/specs']).filter(file => file.endsWith('.spec.ts'))
  for (const spec of specs) count('skipped', `${spec}: there is no browser here (set CHROMIUM_PATH)`)
}

/** The same specs in the desktop app, wherever Electron's binary is. */
async function inDesktopApp() {
  const electron = findElectron()
  if (electron) await playwright('desktop', { LATHE_RUNNER: 'electron', ELECTRON_PATH: electron })
}

async function playwright(title, env) {
  const file = join(reports, `${title}.json`)
  const args = ['test', '--reporter=list,json', ...(only ? ['--pass-with-no-tests', only] : [])]
  const { code } = await run(projectNode(), ['node_modules/@playwright/test/cli.js', ...args], {
    stdoutToStderr: true,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  })
  if (!existsSync(file)) return count('failed', `${title}: the test runner ended with ${code}`)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const failedBefore = failures.length
  const visit = (suite, above) => {
    const name = [...above, suite.title]
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const status = { expected: 'passed', flaky: 'passed', skipped: 'skipped' }[test.status] ?? 'failed'
        count(status, [...name, spec.title].join(' › '))
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, name)
  }
  for (const suite of report.suites) visit(suite, [title])
  if (code !== 0 && failures.length === failedBefore) count('failed', `${title}: an error outside every test`)
}

await step('install', ensureInstalled)
if (total.failed === 0) {
  await step('build', () => build())
  if (!only) {
    const { failed, total: steps } = await lint()
    for (const name of failed) count('failed', name)
    total.passed += steps - failed.length
  }
  await ensureBaseLayers()
  await vitest('tests', 'vitest.config.ts')
  await vitest('journeys', 'e2e/vitest.config.ts')
  await inBrowser()
  await inDesktopApp()
}
rmSync(reports, { recursive: true, force: true })
if (skips.length > 0 && !requireParts) {
  console.error(
    '\nSkipped for want of a part (Docker: DOCKER_HOST; registry: LATHE_TEST_REGISTRY; cluster: KUBECONFIG):',
  )
  for (const name of skips) console.error(`  ${name}`)
}
if (failures.length > 0) {
  console.error('\nFailed:')
  for (const name of failures) console.error(`  ${name}`)
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
