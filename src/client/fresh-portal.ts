import { randomUUID } from 'node:crypto'
import { control, type PortalControl } from './control.ts'

/** What a portal of one's own is made of. */
export interface FreshPortalOptions {
  /** Of the server; the variable `DOCSPACE_MOCK_URL`, or `http://localhost:8092`, unless given. */
  url?: string
  /** The server's `--control-token`; the variable `DOCSPACE_MOCK_CONTROL_TOKEN` unless given. */
  token?: string
}

/**
 * A portal that nobody else has. It is made when it is first used, and gone when it is dropped.
 *
 * @param options where the server is
 */
export function freshPortal({ url, token }: FreshPortalOptions = {}): PortalControl {
  return control(url, { portal: `t-${randomUUID()}`, ...(token !== undefined && { token }) })
}

/**
 * A portal for the tests of a file: it is dropped after the last of them.
 *
 * @param afterAll what the test runner runs things with at the end: `afterAll` of vitest and jest, `after` of node:test
 *   and mocha, `t.teardown` of tap
 * @param options where the server is
 */
export function usePortal(
  afterAll: (drop: () => Promise<void>) => unknown,
  options: FreshPortalOptions = {},
): PortalControl {
  const portal = freshPortal(options)
  afterAll(() => portal.drop())
  return portal
}
