// as much of Node.js as the test uses: what is generated needs no types of it
declare module 'node:test' {
  export function test(name: string, run: () => Promise<void>): void
}
declare module 'node:assert/strict' {
  const assert: {
    equal(actual: unknown, expected: unknown, message?: string): void
    match(actual: string, pattern: RegExp): void
    deepEqual(actual: unknown, expected: unknown, message?: string): void
    ok(value: unknown, message?: string): asserts value
    rejects(promise: Promise<unknown>, error: RegExp): Promise<void>
  }
  export default assert
}
declare module 'node:fs' {
  export function readFileSync(file: string, encoding: 'utf8'): string
}
declare const process: { env: Record<string, string> }
