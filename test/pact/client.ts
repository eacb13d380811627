/** A client of the kind that users write: what it needs of the API, and no more. */
export class PortalClient {
  readonly #root: string
  readonly #authorization: string | undefined

  constructor(root: string, authorization?: string) {
    this.#root = root
    this.#authorization = authorization
  }

  async invitationLink(employeeType: string): Promise<string> {
    return this.#call('GET', `users/invite/${employeeType}`)
  }

  async usersCount(): Promise<number> {
    return this.#call('GET', 'userscount')
  }

  async user(id: string): Promise<{ id: string; email: string; createDate: string }> {
    return this.#call('GET', `users/${id}`)
  }

  async markGiftMessageAsRead(): Promise<void> {
    await this.#call('POST', 'present/mark')
  }

  async sendCongratulations(userId: string, key: string): Promise<void> {
    await this.#call('POST', `sendcongratulations?${new URLSearchParams({ Userid: userId, Key: key })}`)
  }

  async #call<Value>(method: string, path: string): Promise<Value> {
    const headers = this.#authorization === undefined ? {} : { Authorization: this.#authorization }
    const answer = await fetch(`${this.#root}/api/2.0/portal/${path}`, { method, headers })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status} ${text && JSON.parse(text).error.message}`.trim())
    return JSON.parse(text).response
  }
}
