import { shorten } from '../../../shared/lib/shorten.ts'

const short = (name: string) => shorten(name, 18)

/** All words of this room. */
export const texts = {
  title: 'Compare',
  question: 'Which one is truly better?',
  command: { label: 'Compare runs', description: 'which one is truly better' },
  asking: 'Asking the engine…',
  runs: 'Runs',
  runsTable: 'Runs: table',
  status: 'Status',
  noRuns: 'No run yet. Train something on a dataset, then compare it here.',
  toOverview: 'Go to the runs',
  noneMatches: 'No run matches the filter.',
  filter: 'Filter',
  filterExample: "metrics.auc > 0.9 and algorithm = 'linear'; Enter applies it",
  allColumns: 'All columns',
  choose: (name: string) => `Compare ${name}`,
  baseline: 'baseline',
  pin: 'Pin',
  pinTitle: (name: string) => `Make ${name} the baseline`,
  clear: 'Choose none',
  chooseRuns: 'Choose one run to look into it, two or more to compare them; the first is the baseline.',
  sortBy: (name: string) => `Best ${name} first`,

  verdict: 'Verdict',
  comparedOf: (compared: number, all: number) =>
    `Of the ${all} chosen runs the first ${compared} have a verdict: pin another as the baseline, or choose fewer.`,
  comparing: 'Comparing them on the same test rows…',
  compareAgain: 'Compare again',
  compareHint:
    'Resamples the test rows of both runs together: what is left is the difference, not the luck of the rows.',
  noVerdict: {
    notDone: 'A verdict needs runs that are done: it comes by itself at the end of those that still go on.',
    unlabelled:
      'Anomalies without labels have no measure by which one run could be better. Train with a target that labels them; the scores are never learned from it.',
  },
  unalike:
    'There is no verdict between runs that were not asked the same of the very same test rows: their scores say nothing about each other. Those within a line can be compared.',
  tasks: {
    binary: 'two classes',
    multiclass: 'classes',
    regression: 'a number',
    anomaly: 'anomalies',
    clusters: 'clusters',
  },
  asked: (of: {
    what: string
    target: string | null
    positive: string | null
    data: string
    testRows: string | null
    seed: number
  }) => {
    const target = of.target === null ? '' : `“${short(of.target)}” (`
    const positive = of.positive === null ? '' : `, positive ${short(of.positive)}`
    const rows = of.testRows === null ? '' : `, ${of.testRows} test rows`
    return `${target}${of.what}${positive}${target && ')'} in ${of.data}${rows}, seed ${of.seed}`
  },
  moreRuns: (count: number) => `and ${count} more`,
  only: (count: number) => (count === 1 ? 'Only this one' : `Only these ${count}`),
  unalikePoints:
    'Not all of these runs were asked the same of the very same test rows: a higher score of one is not better than a lower one of another.',
  pointsOf: (shown: number, all: number) => `${shown} of ${all} runs have both.`,
  drawnOf: (drawn: number, all: number) =>
    `Of the ${all} chosen runs the first ${drawn} are drawn below: more lines would look alike. Settings, metrics and the two metrics against each other show all of them.`,
  measuredAlone: 'What they found stands with each run.',
  words: {
    better: (run: string, baseline: string) => `“${run}” is truly better than “${baseline}”.`,
    worse: (run: string, baseline: string) => `“${run}” is truly worse than “${baseline}”.`,
    'within noise': (run: string, baseline: string) => `“${run}” and “${baseline}” are within noise of each other.`,
  },
  numbers: (difference: string, interval: string, rows: string) =>
    `${difference}, 95 % interval ${interval}, on the same ${rows} test rows.`,
  metric: 'Metric',
  difference: 'Difference',
  interval: '95 % interval',
  means: 'Verdict',
  verdicts: {
    better: 'truly better',
    worse: 'truly worse',
    'within noise': 'within noise: the rows do not tell them apart',
  },
  run: 'Run',

  settings: 'Settings that differ',
  setting: 'Setting',
  sameSettings: 'The chosen runs have the same settings.',
  curves: 'Curves',
  curve: 'Curve',
  step: 'Cursor at step',
  noStep: 'none',
  curveOf: (key: string, target: string | null, task: string | null) => `${key}, ${target ?? task ?? ''}`,
  noCurves: 'None of the chosen runs recorded a curve.',
  allCurves: (count: number) => `Show all ${count} curves`,
  fewerCurves: 'Show fewer curves',
  parallel: 'Settings and metrics',
  parallelHint:
    'Drag along an axis, or say below what to keep on it, to keep only the lines that pass there. Move an axis by dragging its name onto another, or by the arrow keys on it.',
  noAxes: 'The chosen runs differ in no setting and no metric that all of them have.',
  axisOrder: 'Order of the axes',
  axis: (name: string, place: number, count: number) => `${name}, axis ${place} of ${count}`,
  keepLines: 'Lines that are kept',
  keepOn: 'Keep on the axis',
  from: 'From',
  to: 'To',
  keepValue: 'What is',
  anyValue: 'any value',
  keepAll: 'Keep all',
  linesKept: (kept: number, all: number) => `${kept} of ${all} runs pass`,
  scatter: 'Two metrics',
  across: 'Across',
  up: 'Up',

  diagnostics: 'On the test rows',
  otherRows:
    'The runs were not asked the same of the very same test rows, so their curves would say nothing about each other: choose those that can be compared.',
  notMeasured: 'There is something to see here once every chosen run is done; one that failed was not measured.',
  threshold: 'Threshold',
  costs: 'What errors cost',
  others: 'another class',
  takenFor: (truth: string, taken: string) => `${short(truth)} taken for ${short(taken)} costs`,
  costNow: (rows: number) => `Cost of ${rows} rows now`,
  leastCost: 'Least cost',
  bestThreshold: 'At threshold',
  takeThreshold: 'Use',
  takeOver: 'Set it',
  thresholdOf: (name: string) => `Use the cheapest threshold of ${name}`,
  costHint:
    'In any unit. Told from the test rows: where the best threshold was looked for on them too, expect slightly more.',
  costTable: 'What each answer costs',
  costTableHint:
    'A row is a true class, a column what it is answered by, in any unit; below 0 is what an answer brings in. A table copied from a spreadsheet can be pasted into its first cell.',
  costOf: (truth: string, answer: string) => `${truth} answered by ${answer} costs`,
  noAmount: 'One of the costs is no number.',
  tooManyClasses: (count: number, most: number) =>
    `A table of costs takes at most ${most} classes, and these runs have ${count}: below, one class is held against the rest.`,
  numberCosts: {
    over: 'A unit too high costs',
    under: 'A unit too low costs',
    tolerance: 'Tolerance, in units',
    beyond: 'Being off by more costs, on top',
  },
  workOutCosts: 'Work it out on the test rows',
  reportHint:
    'Thresholds, shifts and constants are found on the validation rows only, and what is told comes from the test rows only. All of it stays with the run.',
  cheapestHint:
    'The class of the least expected cost is as good as the probabilities: where they are not calibrated, put them right first.',
  otherCosts: 'Below is what was worked out for other costs than those above.',
  costReport: 'What to answer',
  answerGiven: 'Answer',
  answers: {
    mostProbable: 'the most probable class',
    asItIs: 'as it is',
    cheapest: 'the class of the least expected cost',
    threshold: (label: string, at: string) => `${short(label)} from a probability of ${at} on`,
    shifted: (by: string) => `shifted by ${by}`,
    constant: (value: string) => `always ${short(value)}`,
    constantNumber: (value: string) => `always ${value}`,
  },
  costOfRows: (rows: number) => `Cost of ${rows} rows`,
  againstAsItIs: 'Against as it is',
  againstConstant: 'Against always the same',
  costVerdicts: { better: 'cheaper', worse: 'dearer', 'within noise': 'within noise' },
  class: 'Class against the rest',
  roc: 'ROC',
  falsePositiveRate: 'False positive rate',
  truePositiveRate: 'True positive rate',
  gain: 'Gain',
  lift: 'Lift',
  shareTaken: 'share of rows taken, highest scores first',
  captured: 'share of the class caught',
  timesChance: 'times what chance catches',
  quantiles: 'Q-Q of the residuals',
  normalQuantiles: 'normal distribution, in deviations',
  residualQuantiles: 'residuals, in deviations',
  precisionRecall: 'Precision and recall',
  precision: 'Precision',
  recall: 'Recall',
  calibration: 'Calibration',
  predicted: 'Mean predicted',
  observed: 'Observed share',
  learningCurve: 'Learning curve',
  learningHint:
    'Each run learned again from halves, quarters and so on of its training rows, and measured on its test rows: does the score still rise where the rows end?',
  learn: 'Work it out',
  learnOf: (run: string) => `Work out the learning curve of ${run}`,
  trainingRows: 'training rows',
  lowEnd: 'low end of 95 %',
  highEnd: 'high end of 95 %',
  recalibration: 'Recalibration',
  recalibrationHint:
    'Where the calibration leaves the diagonal, the probabilities can be put right on the validation rows. That makes a new run, whose one graph answers so from then on; the test rows tell whether it is better.',
  method: 'Method',
  methods: { isotonic: 'Isotonic', sigmoid: 'Sigmoid (Platt)', temperature: 'Temperature' },
  methodHelp: {
    isotonic: 'Steps that only rise: bends to anything, and wants a thousand validation rows.',
    sigmoid: 'A sigmoid of the log-odds: two numbers a class, for few rows.',
    temperature: 'One number for all classes: surer or less sure, never another class.',
  },
  recalibrate: 'Recalibrate',
  confusion: 'Confusion',
  trueClass: 'True',
  predictedAs: 'Predicted',
  predictedAgainstTrue: 'Predicted against true',
  trueValue: 'True value',
  predictedValue: 'Predicted value',
  residuals: 'Residuals (predicted − true)',
  shareOfRows: 'Share of rows',
}
