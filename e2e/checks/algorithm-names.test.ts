import { expect, test } from 'vitest'
import { buildProgram } from '../../electron/cli/program.ts'
import { algorithms } from '../../electron/engine/training/algorithms/index.ts'

const help = buildProgram(async () => {})
  .commands.find(command => command.name() === 'train')!
  .helpInformation()
  .replace(/\s+/g, ' ')

test('`lathe train --help` names every algorithm', () => {
  for (const { id } of algorithms.entries) expect(help).toContain(id)
})

/** What is shown of an algorithm in the window, and how people call it. */
test.each([
  ['linear', ['ridge', 'lasso', 'elastic net', 'logistic regression']],
  ['linear-svm', ['SVM']],
  ['gradient-boosting', ['GBDT', 'boosted trees']],
  ['neural-network', ['MLP', 'CNN', 'GRU']],
  ['nearest-neighbours', ['k-NN']],
  ['naive-bayes', ['Gaussian']],
  ['fine-tune', ['transfer learning']],
  ['isolation-forest', ['anomalies']],
  ['k-means', ['clusters']],
])('%s is found by its common names', (id, names) => {
  const { name, help: told } = algorithms.get(id)
  for (const each of names) expect(`${name} ${told}`.toLowerCase()).toContain(each.toLowerCase())
})

test('those that go by one name with a setting are named in `lathe train --help`', () => {
  for (const name of ['ridge', 'lasso', 'elastic net', 'logistic', 'MLP', 'CNN', 'GRU', 'k-NN'])
    expect(help).toContain(name)
})
