/**
 * Where everything lies in the shared memory. The page that owns the memory writes the header before it starts the threads
 * (`kernel.ts` holds the same table); each thread reads it once into globals of its own.
 */
const header: usize = 65_536

/** Words that threads meet at, each on a cache line of its own. */
export const arrivedAt: usize = header
export const generationAt: usize = header + 64
export const commandAt: usize = header + 128
const itemAt: usize = header + 192

function word(index: i32): i32 {
  return load<i32>(header + 256 + ((<usize>index) << 2))
}

function place(index: i32): usize {
  return <usize>load<u32>(header + 256 + ((<usize>index) << 2))
}

function real(index: i32): f64 {
  return load<f64>(header + 1024 + ((<usize>index) << 3))
}

const slotBytes: usize = 512

/** What thread `t` publishes for the others. */
export function slotOf(t: i32): usize {
  return header + 4096 + <usize>t * slotBytes
}

// Offsets in a thread's slot.
export const slotLeftRows: usize = 0
export const slotRows: usize = 4
export const slotGradient: usize = 8
export const slotHessian: usize = 16
export const slotLoss: usize = 24
export const slotValidationLoss: usize = 32
export const slotBestLeft: usize = 64
export const slotBestRight: usize = 192

export let thread: i32 = 0
export let threads: i32 = 1
export let rows: i32 = 0
export let validationRows: i32 = 0
export let features: i32 = 0
/** Bytes from row to row of `rowBins`, and of `validationBins`. */
export let rowStride: i32 = 0
export let validationStride: i32 = 0
export let outputs: i32 = 1
/** 0: squared error; 1: logistic; 2: softmax; 3: quantile; 4: Poisson, whose scores are logarithms. */
export let objective: i32 = 0
export let mostLeaves: i32 = 0
export let minRows: i32 = 0
/**
 * Of each row its derivatives, i64: whole-number gradient in the high half, hessian in the low; then, from `rowBins` on, its bins, u8. A row's lie
 * side by side, so that both come with one cache miss.
 */
export let records: usize = 0
export let rowBins: usize = 0
/** u8 [features, rows]. */
export let columnBins: usize = 0
/** u8 [validationRows, validationStride]. */
export let validationBins: usize = 0
/** f32 [rows, outputs]: the gradient, or with softmax the probability. */
export let gradients: usize = 0
/** f32 [rows]: the hessian; unused with softmax. */
export let hessians: usize = 0
/** f32 [rows, outputs]. */
export let scores: usize = 0
export let validationScores: usize = 0
/** f32 [rows]: value, 0 or 1, or class index. */
export let target: usize = 0
export let validationTarget: usize = 0
/** u32 [rows]: each thread's rows in the order of its leaves, its part from `orderStart`. */
export let order: usize = 0
/** u32 [rows]. */
export let moved: usize = 0
export let pool: usize = 0
export let histogramBytes: usize = 0
export let poolSlots: i32 = 0
/** This thread's histogram of its own rows, and its counts (u32, at half the offsets). */
export let ownHistogram: usize = 0
export let privateHistograms: usize = 0
export let privateCounts: usize = 0
export let ownCounts: usize = 0
/** i32 [features]: thresholds of a column; bin `cuts + 1` is the missing one. */
export let cutCounts: usize = 0
/** i32 [features]: its place among the caller's columns. */
export let columns: usize = 0
export let groups: i32 = 0
/** i32 [groups]: byte offset in a histogram of four features, and bytes from each to the next. */
export let groupStarts: usize = 0
export let groupStrides: usize = 0
/** i32 [features]: byte offset in a histogram. */
export let histogramStarts: usize = 0
/** u8 [features]: 1 where this round may split on it. */
export let active: usize = 0
/** This thread's records of leaves. */
export let leaves: usize = 0
export let treesAt: usize = 0
/** f32 [features, 256]: thresholds, ascending. */
export let cuts: usize = 0
/** f64 [threads, outputs, 2]: Σ|g| and Σh of each thread. */
export let sums: usize = 0
export let l2: f64 = 0
export let learningRate: f64 = 0
export let leastHessian: f64 = 0
export let leastGain: f64 = 0
export let orderStart: i32 = 0
/** u8 [features]: 1 where the bins are categories. */
export let areSets: usize = 0
/** Fewest rows of each group of categories, and of what is left beside them. */
export let fewestGroupRows: i32 = 0
/** f32 [classes]: how much a row of each class counts. */
export let classWeights: usize = 0
/** True where a column is monotone, so that leaves have bounds. */
export let isBounded: bool = false
/** i32 [features]: 1 where the answer may only rise with the column, −1 where it may only fall, else 0. */
export let directions: usize = 0
/** The quantile that is learned, from 0 to 1. */
export let alpha: f64 = 0
/** This thread's counts for a sort, 24 KiB. */
export let sortCounts: usize = 0
/** This thread's room for an order of categories, 4 KiB; then u8 [256]: which bins of the split under way go left. */
export let setScratch: usize = 0
export let sides: usize = 0

export const leafBytes: usize = 128
/** Rows of one block; block b belongs to thread b mod threads. */
export const blockRows: i32 = 1024

export function attach(self: i32): void {
  thread = self
  threads = word(0)
  rows = word(1)
  validationRows = word(2)
  features = word(3)
  rowStride = word(4)
  outputs = word(5)
  objective = word(6)
  mostLeaves = word(7)
  minRows = word(8)
  records = place(9)
  rowBins = records + 8
  columnBins = place(10)
  validationBins = place(11)
  validationStride = word(12)
  gradients = place(13)
  hessians = place(14)
  scores = place(15)
  validationScores = place(16)
  target = place(17)
  validationTarget = place(18)
  order = place(19)
  moved = place(20)
  pool = place(21)
  histogramBytes = place(22)
  poolSlots = word(23)
  privateHistograms = place(24)
  privateCounts = place(25)
  cutCounts = place(26)
  columns = place(27)
  groups = word(28)
  groupStarts = place(29)
  groupStrides = place(30)
  histogramStarts = place(31)
  active = place(32)
  leaves = place(33) + <usize>self * <usize>mostLeaves * leafBytes
  treesAt = place(34)
  cuts = place(36)
  sums = place(37)
  areSets = place(38)
  setScratch = place(39) + <usize>self * 4352
  sides = setScratch + 4096
  fewestGroupRows = word(40)
  classWeights = place(41)
  isBounded = word(42) !== 0
  directions = place(43)
  sortCounts = place(44) + <usize>self * 24_576
  ownHistogram = privateHistograms + <usize>self * histogramBytes
  ownCounts = privateCounts + <usize>self * (histogramBytes >> 1)
  l2 = real(0)
  learningRate = real(1)
  leastHessian = real(2)
  leastGain = real(3)
  alpha = real(4)
  orderStart = 0
  for (let t = 0; t < self; t++) orderStart += ownedRows(t)
}

/** The next piece of the command's work that no thread has taken yet, from 0. */
export function takeItem(): i32 {
  return atomic.add<i32>(itemAt, 1)
}

export function resetItems(): void {
  atomic.store<i32>(itemAt, 0)
}

// Words that change from command to command.
export function stagedColumn(): i32 {
  return word(48)
}
export function stagesValidation(): bool {
  return word(49) !== 0
}
export function round(): u32 {
  return <u32>word(50)
}
export function seed(): u32 {
  return <u32>word(51)
}
/** A row is drawn when its hash is at most this. */
export function drawLimit(): u32 {
  return <u32>word(52)
}
/** Columns of samples, and how many rows each has. */
export function samples(): i32 {
  return word(53)
}
export function sampleRows(): i32 {
  return word(54)
}
export function samplesAt(): usize {
  return place(55)
}
/** f32 [rows or validationRows]: a column to put into bins; it lies where later the order of the rows does. */
export function stagedAt(): usize {
  return place(56)
}

/** How many rows thread `t` owns. */
export function ownedRows(t: i32): i32 {
  const whole = rows / blockRows
  let owned = (whole / threads + (t < whole % threads ? 1 : 0)) * blockRows
  if (whole % threads === t) owned += rows % blockRows
  return owned
}

// Of a forest.
export let mostDepth: i32 = 0
/** Columns that a branch draws. */
export let drawnColumns: i32 = 0
export let isBootstrapped: bool = false
/** True where a column is split at one place drawn at random. */
export let splitsAtRandom: bool = false
/** True where a split on categories costs more the more sets of them it was chosen from. */
export let pricesSets: bool = false
/** i32 [columns of the caller]: their places among the features. */
export let featuresOf: usize = 0
/** 0 where leaves hold a mean. */
export let classes: i32 = 0
export let mostNodes: i32 = 0
/** This thread's: [rows, 2] u32 rows of its tree and how often each was drawn, in the order of its nodes; room for as much. */
export let treeRows: usize = 0
export let movedRows: usize = 0
/** Nodes that wait, 4 KiB. */
export let waiting: usize = 0
/** f64 [256, 2]: by bin Σ weight · target and Σ weight; zeros between columns. */
export let binSums: usize = 0
/** u8 [256]: bins that have rows, ascending; then u32 [8]: a bit for each. */
export let usedBins: usize = 0
/** f64 [256]: what categories are put into an order by. */
export let binKeys: usize = 0
export let forestBest: usize = 0
/** i32 [features]: an order of them that is shuffled on and on. */
export let columnOrder: usize = 0
/** f64 [classes], each: Σ weight of the node's rows, and of those left of a split. */
export let classSums: usize = 0
export let classLeft: usize = 0
/** u32 [256, classes]: by bin Σ weight of each class; zeros between columns. */
export let classCells: usize = 0

export function attachForest(): void {
  mostDepth = word(70)
  drawnColumns = word(71)
  isBootstrapped = word(72) !== 0
  splitsAtRandom = word(73) !== 0
  classes = word(74)
  mostNodes = word(75)
  pricesSets = word(76) !== 0
  featuresOf = place(77)
  treeRows = place(68) + <usize>thread * <usize>word(69)
  movedRows = treeRows + ((<usize>rows) << 3)
  waiting = movedRows + ((<usize>rows) << 3)
  binSums = waiting + 4096
  usedBins = binSums + 4096
  binKeys = usedBins + 320
  forestBest = binKeys + 2048
  columnOrder = forestBest + 128
  classSums = columnOrder + (((<usize>features + 1) >> 1) << 3)
  classLeft = classSums + ((<usize>classes) << 3)
  classCells = classLeft + ((<usize>classes) << 3)
}
/** Trees of this command, and the number of the first of them. */
export function forestTrees(): i32 {
  return word(64)
}
export function firstTree(): i32 {
  return word(65)
}
/** i32 [rows]: of tree `item` the leaf of each row that it has not drawn, −1 of the others; 0 where none are asked for. */
export function outOfBag(item: i32): usize {
  return place(78) ? place(78) + <usize>item * ((<usize>rows) << 2) : 0
}
/** Where tree `item` of the command is written. */
export function forestArea(item: i32): usize {
  return place(66) + <usize>item * <usize>word(67)
}
