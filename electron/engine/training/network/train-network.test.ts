import { expect, test, vi } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import { optimizers } from '../optimizers/index.ts'
import type { StateHandle, Stepper } from './stepper.ts'
import { trainNetwork } from './train-network.ts'

const schedule = {
  optimizer: optimizers.get('adam'),
  learningRate: 0.1,
  weightDecay: 0,
  rows: 10,
  batch: 4,
  epochs: 8,
  patience: 8,
}
const events = {
  signal: new AbortController().signal,
  finish: new AbortController().signal,
  progress() {},
  metric() {},
}

/** Takes notes; its "parameters" are the number of the epoch, its validation losses those given. */
function notingStepper(losses: number[]) {
  const seen: number[] = []
  const scalarsSeen: number[] = []
  const held = new Set<StateHandle>()
  let epoch = 0
  const stepper: Stepper = {
    plan: remaining => Math.min(remaining, 2),
    async run(rows, scalars, steps) {
      seen.push(...rows)
      scalarsSeen.push(...scalars)
      return new Float32Array(steps).fill(1)
    },
    async validationLoss() {
      epoch += 1
      return losses[epoch - 1]!
    },
    capture() {
      const handle = { state: [epoch] }
      held.add(handle)
      return handle
    },
    release: handle => void held.delete(handle),
    read: async handle => [Float32Array.from(handle.state as number[])],
    state: async () => [],
    placement: async () => [],
    bytesPerStep: () => null,
    close: async () => {},
  }
  return { stepper, seen, scalarsSeen, held }
}

test('every row counts the same, also where the batch does not divide their number', async () => {
  const { stepper, seen } = notingStepper([8, 7, 6, 5, 4, 3, 2, 1])
  await trainNetwork(stepper, { ...schedule, batch: 5 }, new Pcg32(1), events)
  const odd = notingStepper([8, 7, 6, 5, 4, 3, 2, 1])
  await trainNetwork(odd.stepper, schedule, new Pcg32(1), events)
  // 8 epochs of round(10 / 5) and round(10 / 4) steps; 10 / 4 rounds to 3.
  expect(seen.length).toBe(80)
  expect(odd.seen.length).toBe(96)
  for (let row = 0; row < 10; row += 1) {
    expect(seen.filter(one => one === row).length).toBe(8)
    expect(Math.abs(odd.seen.filter(one => one === row).length - 9.6)).toBeLessThan(1)
  }
})

test('what a device waits for its rows is told as a share of the time of its steps', async () => {
  const { stepper } = notingStepper([2, 1])
  let nowMs = 0
  // Each look at the clock comes a millisecond after the last, and each call takes two more.
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++nowMs)
  const run: typeof stepper.run = (...call) => {
    nowMs += 2
    return stepper.run(...call)
  }
  const { waitingShare } = await trainNetwork({ ...stepper, run }, { ...schedule, epochs: 2 }, new Pcg32(1), events)
  clock.mockRestore()
  expect(waitingShare).toBe(1 / 4)
})

test('the optimizer gets the scalars of each step, counted from 1 over all epochs', async () => {
  const { stepper, scalarsSeen } = notingStepper([2, 1])
  await trainNetwork(stepper, { ...schedule, epochs: 2 }, new Pcg32(1), events)
  const expected = [1, 2, 3, 4, 5, 6].map(step => Math.fround(schedule.optimizer.scalars(step, schedule)[0]!))
  expect(scalarsSeen).toEqual(expected)
})

test('only the best parameters are kept, and given back', async () => {
  const { stepper, held } = notingStepper([5, 3, 4, 2, 6, 7, 8, 9])
  const trained = await trainNetwork(stepper, schedule, new Pcg32(1), events)
  expect([trained.bestEpoch, trained.validationLoss, trained.epochs]).toEqual([4, 2, 8])
  expect(trained.parameters[0]![0]).toBe(4)
  expect(held.size).toBe(1)
})

test('stops when patience is at its end', async () => {
  const { stepper } = notingStepper([5, 3, 4, 4, 6, 7, 8, 9])
  const trained = await trainNetwork(stepper, { ...schedule, patience: 2 }, new Pcg32(1), events)
  expect([trained.bestEpoch, trained.epochs]).toEqual([2, 4])
})

test('stopped by hand it ends at the next step and keeps the best epoch, or the first as far as it came', async () => {
  const stopAfter = (calls: number) => {
    const { stepper, held } = notingStepper([5, 3, 4, 2])
    const finish = new AbortController()
    let count = 0
    const run = stepper.run.bind(stepper)
    const stopping = {
      ...stepper,
      run: (...args: Parameters<typeof run>) => {
        count += 1
        if (count === calls) finish.abort()
        return run(...args)
      },
    }
    return { stepper: stopping, held, signals: { ...events, finish: finish.signal } }
  }
  const first = stopAfter(1)
  const early = await trainNetwork(first.stepper, schedule, new Pcg32(1), first.signals)
  expect([early.bestEpoch, early.epochs]).toEqual([1, 1])
  const perEpoch = Math.ceil(Math.max(1, Math.round(schedule.rows / schedule.batch)))
  const third = stopAfter(2 * perEpoch + 1)
  const later = await trainNetwork(third.stepper, schedule, new Pcg32(1), third.signals)
  expect([later.bestEpoch, later.validationLoss]).toEqual([2, 3])
})
