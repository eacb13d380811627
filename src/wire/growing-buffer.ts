const EMPTY = Buffer.alloc(0)

/** Collects chunks in one buffer, so that many small ones take no more memory than a large one. */
export class GrowingBuffer {
  #bytes: Buffer = EMPTY
  #size = 0

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  append(chunk: Buffer): void {
    const size = this.#size + chunk.length
    // most bodies come in one chunk, which needs no copy
    if (this.#size === 0) this.#bytes = chunk
    else {
      if (size > this.#bytes.length) this.#grow(Math.max(size, 2 * this.#bytes.length))
      chunk.copy(this.#bytes, this.#size)
    }
    this.#size = size
  }

  get content(): Buffer {
    return this.#size === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#size)
  }

  #grow(capacity: number): void {
    const bytes = Buffer.allocUnsafeSlow(capacity)
    this.#bytes.copy(bytes, 0, 0, this.#size)
    this.#bytes = bytes
  }
}
