import type { Case, Person } from './case.ts'
import { accessTokens, credentials, publicValues } from './credentials.ts'
import type { ProviderStates } from './provider-states.ts'
import { type Redact, redaction } from './redaction.ts'
import type { Subject } from './subject.ts'

/** The values of the names that cases have in double braces. */
export class Values {
  readonly #public: ReadonlyMap<string, string>
  readonly #secrets: Map<string, string>
  readonly #states: ProviderStates | null
  /** Made when it is first needed, and again when there is more to hide. */
  #redact: Redact | null = null

  /**
   * @param states signs access tokens; `null`: nobody does
   * @param now ms since 1970
   */
  constructor(subject: Subject, states: ProviderStates | null, now: number) {
    this.#public = new Map(Object.entries(publicValues(subject, now)))
    this.#secrets = new Map(Object.entries(credentials(subject, now)))
    this.#states = states
  }

  /** Takes everything that must not be shown out of a text, and puts its name in its place. */
  redact(text: string): string {
    this.#redact ??= redaction(this.#secrets)
    return this.#redact(text)
  }

  /** Whoever is calling, in a form that works in both profiles. */
  authorization(person: Person): string | undefined {
    const token = this.#secrets.get(`token.${person}`)
    const key = this.#secrets.get(`key.${person}`)
    const login = this.#secrets.get(`basic.${person}`)
    return token ?? (key && `Bearer ${key}`) ?? (login && `Basic ${login}`)
  }

  /** The names in a case that nothing is known for. Access tokens are signed now. */
  async missing(row: Case): Promise<string[]> {
    const names = [...JSON.stringify(row).matchAll(/{{([^}]+)}}/g)].map(([, name = '']) => name)
    if (names.some((name) => name.startsWith('jwt.'))) await this.#signAccessTokens()
    return names.filter((name) => this.#find(name) === undefined)
  }

  /** A case with values in the place of names. */
  fill(row: Case): Case {
    return JSON.parse(JSON.stringify(row), (_, value) =>
      typeof value === 'string' ? value.replace(/{{([^}]+)}}/g, (_, name) => this.#find(name) ?? '') : value,
    )
  }

  /** Keeps what an answer gave, for later cases. It may be a secret. */
  keep(name: string, value: string): void {
    this.#hide(name, value)
  }

  #hide(name: string, value: string): void {
    this.#secrets.set(name, value)
    this.#redact = null
  }

  #find(name: string): string | undefined {
    return this.#public.get(name) ?? this.#secrets.get(name)
  }

  async #signAccessTokens(): Promise<void> {
    if (this.#states === null || this.#secrets.has('jwt.allRead')) return
    for (const [name, request] of Object.entries(accessTokens)) {
      const token = await this.#states.accessToken(request)
      if (token === undefined) return
      this.#hide(name, token)
    }
    // to sign is to change a state, and would leave a mark to which somebody's teardown came back
    await this.#states.undo()
    const whole = this.#secrets.get('jwt.allRead') ?? ''
    this.#hide('jwt.forged', `${whole.slice(0, -8)}AAAAAAAA`)
  }
}
