import type { PortalOptions } from './portal.ts'
import { createImage, openState } from './portal-state.ts'

/** What portals are made from: a fixture, read once. The portals themselves are copies. */
export class PortalTemplate {
  readonly options: PortalOptions
  #image: Buffer | undefined

  constructor(options: PortalOptions) {
    this.options = options
  }

  /**
   * A new portal, as the bytes of a database.
   *
   * @throws FixtureError
   */
  get image(): Buffer {
    this.#image ??= imageOf(inMemory(this.options))
    return this.#image
  }

  /** About how many bytes it takes: the image, and the fixture as objects. As measured. */
  get size(): number {
    return Math.ceil(1.5 * (this.#image?.length ?? 0))
  }

  /** Sets the image, which a new portal that has had no request already has. */
  set image(image: Buffer) {
    this.#image = image
  }

  /**
   * Creates the image, letting other requests be answered in between.
   *
   * @throws FixtureError
   */
  async prepare(): Promise<void> {
    this.#image ??= await createImage(inMemory(this.options))
  }
}

function inMemory({ dataDirectory: _, onProgress: __, ...options }: PortalOptions): PortalOptions {
  return options
}

function imageOf(options: PortalOptions): Buffer {
  const state = openState(options)
  try {
    return state.image()
  } finally {
    state.close()
  }
}
