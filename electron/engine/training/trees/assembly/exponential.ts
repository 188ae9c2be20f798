// Four float32 at a time. Cephes' reduction and polynomial for e^x; log(1 + x) by the series of atanh. Relative error below 3e-7.

/** e^x for x ≤ 0; 0 below −87. */
export function exp4(x: v128): v128 {
  const low = f32x4.splat(-87)
  const clamped = f32x4.max(x, low)
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(Mathf.LOG2E)))
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)))
  let p = f32x4.splat(1.98756915e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return v128.bitselect(f32x4.mul(p, power), f32x4.splat(0), f32x4.gt(x, low))
}

/** log(1 + x) for 0 ≤ x ≤ 1. */
export function log1p4(x: v128): v128 {
  const z = f32x4.div(x, f32x4.add(x, f32x4.splat(2)))
  const s = f32x4.mul(z, z)
  let p = f32x4.splat(<f32>(1.0 / 13))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(<f32>(1.0 / 11)))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(<f32>(1.0 / 9)))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(<f32>(1.0 / 7)))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(<f32>(1.0 / 5)))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(<f32>(1.0 / 3)))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(1))
  return f32x4.mul(f32x4.mul(z, f32x4.splat(2)), p)
}

/** e^x of one number. */
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0)
}
