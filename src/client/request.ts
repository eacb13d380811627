/** A call of the control API that was refused. The message says which, and why. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** What is sent to the control API. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: object
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Sends calls to the control API of one portal. */
export class ControlRequests {
  readonly #url: string
  readonly #token: string | undefined

  /** @param url of the portal, without a slash at the end */
  constructor(url: string, token: string | undefined) {
    this.#url = url
    this.#token = token
  }

  /**
   * Makes a call and reads the JSON that it is answered with; `undefined` where that is nothing.
   *
   * @throws ControlError where it is refused
   */
  async json<Result>(path: string, call: Call = {}): Promise<Result> {
    const text = await (await this.send(path, call)).text()
    return (text === '' ? undefined : JSON.parse(text)) as Result
  }

  /**
   * Reads a list page by page, following the header Link.
   *
   * @throws ControlError if a page is refused
   */
  async *pages<Page>(path: string, query: object): AsyncGenerator<Page> {
    let next: string | undefined = path + queryOf(query)
    while (next !== undefined) {
      const response = await this.send(next)
      yield (await response.json()) as Page
      const [, reference] = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '') ?? []
      next = reference === undefined ? undefined : path + reference
    }
  }

  /**
   * Makes a call.
   *
   * @throws ControlError where it is refused, or nobody is there
   */
  async send(path: string, { method = 'GET', query = {}, body, headers = {}, signal }: Call = {}): Promise<Response> {
    const target = `${this.#url}/__mock/${path}${queryOf(query)}`
    const init: RequestInit = {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: bearer(this.#token) }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }
    const response = await fetch(target, init).catch((error: Error) => {
      if (signal?.aborted) throw error
      throw new ControlError(`${method} ${target}: nobody answers there (${reasonOf(error)}). Is docspace-mock up?`, 0)
    })
    if (response.ok) return response
    throw new ControlError(`${method} ${target}: ${await messageOf(response)}`, response.status)
  }
}

/** An Authorization header with a token in UTF-8: `fetch` expects one character per byte. */
function bearer(token: string): string {
  return `Bearer ${Buffer.from(token).toString('latin1')}`
}

function queryOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const texts = given.map(([name, value]): [string, string] => [name, textOf(value)])
  return texts.length === 0 ? '' : `?${new URLSearchParams(texts)}`
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return (JSON.parse(text) as { error: string }).error
  } catch {
    return `answered ${response.status}${text === '' ? '' : `, ${text.slice(0, 200)}`}`
  }
}

function reasonOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error
    ? cause.message || (cause as NodeJS.ErrnoException).code || error.message
    : error.message
}
