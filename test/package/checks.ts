/** Runs checks one after the other, prints a line for each, and counts. */
export class Checks {
  #passed = 0
  #failed = 0

  /** A check passes when its work doesn't throw. What the work gives is handed on; `undefined` where it failed. */
  async check<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await work()
      this.#passed++
      console.log(`ok ${name}`)
      return result
    } catch (error) {
      this.#failed++
      console.log(`not ok ${name}\n${indent(error instanceof Error ? error.message : String(error))}`)
      return undefined
    }
  }

  /** Prints the last line, and sets the exit code. */
  finish(): void {
    console.log(`${this.#passed} passed, ${this.#failed} failed`)
    if (this.#failed > 0 || this.#passed === 0) process.exitCode = 1
  }
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ')
}
