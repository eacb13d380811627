import type { PortalOptions } from './portal.ts'
import { openState } from './portal-state.ts'

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
    this.#image ??= createImage(this.options)
    return this.#image
  }
}

function createImage({ dataDirectory: _, onProgress: __, ...options }: PortalOptions): Buffer {
  const state = openState(options)
  try {
    return state.image()
  } finally {
    state.close()
  }
}
