export {
  type Accepted,
  type AuthGuard,
  accept,
  type PortalRequest,
  type Refused,
  refuse,
  type SecurityScheme,
  type Verdict,
  type Verdicts,
} from './auth/guard.ts'
export { GUARD_NAMES, type GuardName } from './auth/guards.ts'
export {
  type ApiKeyOptions,
  type InvitationOptions,
  mintApiKey,
  mintConfirmationKey,
  mintInvitationLink,
  mintSessionToken,
} from './auth/mint.ts'
export type { Person } from './conformance/case.ts'
export type { OperationReport, Outcome, Report } from './conformance/report.ts'
export type { KnownPerson } from './conformance/subject.ts'
export type { Verification, VerifyOptions } from './conformance/verify.ts'
export { VerifyError } from './conformance/verify-error.ts'
export type { Clock } from './domain/clock.ts'
export { EmployeeType } from './domain/employee-type.ts'
export type { DateForm, ProfileName } from './domain/profile.ts'
export type { RandomBytes } from './domain/random.ts'
export { defaultRateLimits, type RateLimits } from './domain/rate-limit.ts'
export type { PortalSettings, TenantStatus } from './domain/settings.ts'
export { EmployeeActivationStatus, EmployeeStatus, type User } from './domain/user.ts'
export { OAuth2OptionError, type OAuth2Options } from './identity/options.ts'
export { type AccessTokenOptions, mintAccessToken } from './oauth2/access-token.ts'
export type { IdentityService } from './oauth2/identity-service.ts'
export type { SigningAlgorithm } from './oauth2/signing-keys.ts'
export { createServer, type ServerOptions } from './server.ts'
export { defaultFixture, type RunningServer, type StartOptions, start } from './start.ts'
export type { KnownApiKey, StoredApiKey } from './store/api-keys.ts'
export { DataFileError } from './store/data-file-error.ts'
export { exportFixture } from './store/export-fixture.ts'
export { checkFixture, type Fixture, FixtureError, readFixture } from './store/fixture.ts'
export type { Delivery, Mail } from './store/outbox.ts'
export type { Portal, PortalOptions } from './store/portal.ts'
export { openPortal, PortalSlot } from './store/portal-slot.ts'
export type { StoredUser } from './store/users.ts'
export { verify } from './verify.ts'
