const SEED_BASE = 161_803_398
const MAX = 0x7fff_ffff

/** Where the generator's two positions start again. In .NET it is 55. */
const TURN = 54

/**
 * The pseudo-random bytes that DocSpace derives its symmetric keys from: .NET's classic subtractive generator,
 * of which each sample gives one byte (`sample % 256`).
 *
 * Every sum wraps at signed 32 bits, as in .NET. Without the wrap the bytes look just as random and are wrong. And
 * DocSpace's copy never comes back to the last of the 55 numbers that it starts from, so that its bytes are no longer
 * .NET's from the 34th on.
 *
 * @param seed a signed 32-bit integer
 * @param length how many bytes
 */
export function ascRandomBytes(seed: number, length: number): Buffer {
  const next = subtractiveGenerator(seed)
  return Buffer.from(Array.from({ length }, () => next() % 256))
}

function subtractiveGenerator(seed: number): () => number {
  const state = initialState(seed)
  let lead = 0
  let trail = 21
  return () => {
    lead = (lead % TURN) + 1
    trail = (trail % TURN) + 1
    let sample = (at(state, lead) - at(state, trail)) | 0
    if (sample === MAX) sample--
    if (sample < 0) sample = (sample + MAX) | 0
    state[lead] = sample
    return sample
  }
}

function initialState(seed: number): Int32Array {
  const state = new Int32Array(56)
  let previous = (SEED_BASE - Math.min(Math.abs(seed), MAX)) | 0
  let current = 1
  state[55] = previous
  for (let i = 1; i < 55; i++) {
    const slot = (21 * i) % 55
    state[slot] = current
    current = (previous - current) | 0
    if (current < 0) current = (current + MAX) | 0
    previous = at(state, slot)
  }
  for (let round = 0; round < 4; round++) {
    for (let i = 1; i < 56; i++) {
      let value = (at(state, i) - at(state, 1 + ((i + 30) % 55))) | 0
      if (value < 0) value = (value + MAX) | 0
      state[i] = value
    }
  }
  return state
}

const at = (state: Int32Array, index: number): number => state[index] as number
