import type { Draw } from './draw.ts'

/** How a number is distributed: exactly one of these. */
export interface Distribution {
  /** All between two bounds are equally likely. */
  uniform?: { min: number; max: number } | undefined
  /** A bell around the median; sigma is in the unit of the median. */
  normal?: { median: number; sigma: number } | undefined
  /** A long tail behind the median: what times over a network look like. Sigma is that of the logarithm. */
  lognormal?: { median: number; sigma: number } | undefined
}

/** Draws a number. */
export function sample({ uniform, normal, lognormal }: Distribution, draw: Draw): number {
  if (uniform !== undefined) return uniform.min + (uniform.max - uniform.min) * draw('uniform')
  if (normal !== undefined) return normal.median + normal.sigma * standardNormal(draw)
  if (lognormal !== undefined) return lognormal.median * Math.exp(lognormal.sigma * standardNormal(draw))
  throw new TypeError('a distribution is uniform, normal or lognormal')
}

/** By the transform of Box and Muller. */
function standardNormal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw('radius'))) * Math.cos(2 * Math.PI * draw('angle'))
}
