/**
 * Counts of two samples of 2,000 rows (synthetic columns) and what other libraries say of them. Distances and the KS,
 * Wasserstein and total-variation numbers: Evidently 0.7.23 over SciPy 1.17.1; two-sample chi-square: SciPy 1.17.1,
 * `chi2_contingency(correction=False)`.
 */
export interface GoldenPair {
  name: string
  reference: number[]
  current: number[]
  /** Each bin is one distinct value: what ordered statistics need to be exact. */
  values?: number[]
  expected: Record<string, number>
}

export const goldenPairs: GoldenPair[] = [
  {
    name: 'normal, one standard deviation, shifted by 4 %, 13 equal-width bins',
    reference: [6, 14, 59, 138, 231, 375, 398, 362, 220, 128, 52, 13, 4],
    current: [3, 18, 41, 124, 205, 372, 393, 376, 251, 131, 62, 18, 6],
    expected: { psi: 0.011604930747612726, 'jensen-shannon': 0.03800508647839627 },
  },
  {
    name: 'four integers, shifted',
    reference: [839, 569, 383, 209],
    current: [676, 571, 458, 295],
    values: [0, 1, 2, 3],
    expected: { psi: 0.039134795453238475, 'jensen-shannon': 0.0698380377214651, wasserstein: 0.20212608675111898 },
  },
  {
    name: 'fifteen integers, Poisson 4 against 4.6',
    reference: [33, 159, 283, 392, 389, 306, 216, 129, 57, 19, 8, 4, 3, 2, 0],
    current: [22, 93, 193, 352, 371, 325, 294, 174, 94, 48, 22, 10, 1, 0, 1],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
    expected: { ks: 0.1125, wasserstein: 0.29303660082991617 },
  },
  {
    name: 'five categories, shifted',
    reference: [800, 470, 404, 204, 122],
    current: [617, 558, 467, 233, 125],
    expected: {
      psi: 0.0378465728376786,
      'jensen-shannon': 0.06870709994018068,
      hellinger: 0.06874398878343436,
      'total-variation': 0.0915,
      'chi-square': 1.301646888138059e-7,
    },
  },
  {
    name: 'five categories, the same',
    reference: [809, 507, 370, 203, 111],
    current: [823, 449, 419, 217, 92],
    expected: {
      psi: 0.008940655296895732,
      'jensen-shannon': 0.03341748293942099,
      hellinger: 0.03342386568474028,
      'total-variation': 0.0385,
      'chi-square': 0.06294998209903287,
    },
  },
  {
    name: 'a category that the reference lacks',
    reference: [0, 979, 606, 415],
    current: [43, 952, 629, 376],
    expected: { 'jensen-shannon': 0.08827529491045479, hellinger: 0.10531498750121324, 'total-variation': 0.033 },
  },
  {
    name: 'two values, shifted',
    reference: [1410, 590],
    current: [1282, 718],
    expected: {
      psi: 0.018656984194563686,
      'jensen-shannon': 0.048263003365572134,
      hellinger: 0.048277520798820694,
      'total-variation': 0.064,
      'chi-square': 1.6019419512473856e-5,
    },
  },
]
