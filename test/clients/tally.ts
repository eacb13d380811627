/** Counts tests, and prints a line for each. */
export class Tally {
  passed = 0
  failed = 0
  skipped = 0

  pass(name: string): void {
    this.passed++
    console.log(`passed   ${name}`)
  }

  fail(name: string, reason = ''): void {
    this.failed++
    console.log(`FAILED   ${name}${reason && `: ${reason}`}`)
  }

  skip(name: string, reason: string): void {
    this.skipped++
    console.log(`skipped  ${name}: ${reason}`)
  }

  /** Says what ran, for those who read no line for each test. */
  ran(what: string): void {
    console.log(`ran      ${what}`)
  }

  /** Runs a check that throws where something is wrong. */
  check(name: string, work: () => void): void {
    try {
      work()
      this.pass(name)
    } catch (error) {
      this.fail(name, (error as Error).message)
    }
  }

  /** Prints the last line. */
  finish(): void {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : ''
    console.log(`${this.passed} passed, ${this.failed} failed${skipped}`)
  }
}
