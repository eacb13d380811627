import { GIFT_MESSAGE } from '../../store/webstudio-settings.ts'
import type { TableChanges } from './comparison.ts'
import type { Row, RowChange } from './row.ts'

/** Something that can happen in a portal. */
interface Occurrence {
  /** The table in which it shows. */
  table: string
  /** What it was about: rows, or rows before and after. */
  find: (changes: TableChanges) => Row[]
  description: string
}

/** Everything that has a name, by that name. What else a table shows are its rows. */
export const occurrences: Readonly<Record<string, Occurrence>> = {
  mailsSent: { table: 'outbox', find: added, description: 'E-mails that a portal would have sent.' },
  shortLinksMade: { table: 'short_links', find: added, description: 'Short links, and where they lead.' },
  invitationLinksMade: { table: 'invitation_links', find: added, description: 'Invitation links of roles.' },
  invitationLinksChanged: {
    table: 'invitation_links',
    find: changedBesides('currentUseCount'),
    description: 'Invitation links with another end or number of uses.',
  },
  invitationLinksUsed: {
    table: 'invitation_links',
    find: nowWhere('currentUseCount'),
    description: 'Invitation links by which somebody has joined.',
  },
  invitationLinksDeleted: { table: 'invitation_links', find: removed, description: 'Invitation links that were.' },
  signIns: { table: 'login_events', find: added, description: 'Sign-ins with a password.' },
  signOuts: { table: 'login_events', find: nowWhere('active', false), description: 'Sign-ins that were ended.' },
  apiKeysMade: { table: 'api_keys', find: added, description: 'API keys, without the keys themselves.' },
  apiKeysChanged: {
    table: 'api_keys',
    find: changedBesides('lastUsed'),
    description: 'API keys with another name, other permissions, or that were revoked or allowed again.',
  },
  apiKeysRevoked: { table: 'api_keys', find: nowWhere('active', false), description: 'API keys that were revoked.' },
  apiKeysUsed: { table: 'api_keys', find: nowWhere('lastUsed'), description: 'API keys that were used.' },
  apiKeysDeleted: { table: 'api_keys', find: removed, description: 'API keys that were.' },
  usersJoined: { table: 'users', find: joined, description: 'People who are there now and were not.' },
  usersChanged: {
    table: 'users',
    find: changedBesides('removed', 'counted'),
    description: 'People of whom something is another: role, status, name, password, …',
  },
  usersRemoved: { table: 'users', find: left, description: 'People who are no longer there.' },
  userRelationsMade: { table: 'invited_guests', find: added, description: 'Who was invited, and by whom.' },
  secondFactorsChanged: {
    table: 'second_factors',
    find: saved,
    description: 'What signing in asks somebody for besides the password.',
  },
  giftMessagesRead: {
    table: 'webstudio_settings',
    find: (changes) => saved(changes).filter(({ id }) => id === GIFT_MESSAGE),
    description: 'Settings of people who have read the gift message.',
  },
  webstudioSettingsSaved: {
    table: 'webstudio_settings',
    find: (changes) => saved(changes).filter(({ id }) => id !== GIFT_MESSAGE),
    description: 'Other settings that DocSpace keeps for people or, under the empty GUID, for the portal.',
  },
  auditEventsLogged: { table: 'audit_events', find: added, description: 'What the portal put on record.' },
  settingsChanged: { table: 'portal', find: settingsOf, description: 'Settings of the portal, before and after.' },
  oauth2ClientsMade: { table: 'oauth2_clients', find: added, description: 'OAuth2 clients, without their secrets.' },
  oauth2ClientsChanged: { table: 'oauth2_clients', find: changed, description: 'OAuth2 clients that are others.' },
  oauth2ClientsDeleted: { table: 'oauth2_clients', find: removed, description: 'OAuth2 clients that were.' },
  consentsGiven: {
    table: 'oauth2_artifacts',
    find: addedOf('Grant'),
    description: 'Who let which OAuth2 client do what.',
  },
  authorizationCodesIssued: {
    table: 'oauth2_artifacts',
    find: addedOf('AuthorizationCode'),
    description: 'Codes that OAuth2 gave, without the codes themselves.',
  },
  refreshTokensIssued: {
    table: 'oauth2_artifacts',
    find: addedOf('RefreshToken'),
    description: 'Refresh tokens that OAuth2 gave, without the tokens themselves.',
  },
  accessTokensIssued: {
    table: 'oauth2_access_tokens',
    // those without a grant were minted, and are there since they were revoked
    find: ({ added }) => added.filter(({ grantId }) => grantId !== null),
    description: 'Access tokens that OAuth2 gave.',
  },
  accessTokensRevoked: {
    table: 'oauth2_access_tokens',
    find: (changes) => [
      ...changes.added.filter(({ revoked }) => revoked === true),
      ...nowWhere('revoked', true)(changes),
    ],
    description: 'Access tokens that were revoked, given by OAuth2 or minted.',
  },
}

/** What has happened, by its name. What hasn't is not there. */
export function happened(changes: ReadonlyMap<string, TableChanges>): Record<string, Row[]> {
  const found = Object.entries(occurrences).map(([name, { table, find }]) => {
    const inTable = changes.get(table)
    return [name, inTable === undefined ? [] : find(inTable)] as const
  })
  return Object.fromEntries(found.filter(([, things]) => things.length > 0))
}

function added({ added }: TableChanges): Row[] {
  return added
}

/** Those of what the authorization server remembers that are of one kind. */
function addedOf(model: string) {
  return ({ added }: TableChanges): Row[] => added.filter((row) => row.model === model)
}

function changed({ changed }: TableChanges): RowChange[] {
  return changed
}

function removed({ removed }: TableChanges): Row[] {
  return removed
}

/** Rows of a table that has one for each setting, as they are now. */
function saved({ added, changed }: TableChanges): Row[] {
  return [...added, ...changed.map(({ after }) => after)]
}

/** Those in which another member has changed than these. */
function changedBesides(...ignored: string[]) {
  return ({ changed }: TableChanges): RowChange[] =>
    changed.filter(({ members }) => members.some((member) => !ignored.includes(member)))
}

/** The rows, as they are now, in which a member has changed, to a value where one is given. */
function nowWhere(member: string, value?: unknown) {
  return ({ changed }: TableChanges): Row[] =>
    changed
      .filter(({ members, after }) => members.includes(member) && (value === undefined || after[member] === value))
      .map(({ after }) => after)
}

/** Removed people stay in the table, and can come back. */
function joined(changes: TableChanges): Row[] {
  return [...changes.added.filter(({ removed }) => removed !== true), ...nowWhere('removed', false)(changes)]
}

function left(changes: TableChanges): Row[] {
  return [...changes.removed.filter(({ removed }) => removed !== true), ...nowWhere('removed', true)(changes)]
}

function settingsOf({ changed }: TableChanges): Row[] {
  return changed.flatMap(({ before, after, members }) => {
    const paths = members.map((member) => member.split('.')).filter(([column]) => column === 'settings')
    const names = new Set(paths.map(([, name = '']) => name))
    const [old, now] = [Object(before.settings), Object(after.settings)]
    return [...names].map((setting) => ({ setting, before: old[setting], after: now[setting] }))
  })
}
