import type { FastifyRequest } from 'fastify'
import { saltOf } from '../../auth/passwords.ts'
import { EMPTY_GUID } from '../../domain/guid.ts'
import { PASSWORD_ITERATIONS } from '../../domain/password.ts'
import { toJson } from '../../wire/json.ts'
import { queryOf } from '../../wire/query.ts'
import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { anonymousResponses, success } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getPortalSettings',
  summary: 'Get the portal settings',
  description:
    'Returns the settings of the portal: a few to everybody, the parameters of password hashes among them, and more to those who are signed in.',
  tags: [TAG],
  querystring: {
    type: 'object',
    properties: {
      withpassword: {
        type: 'boolean',
        description: 'Whether to show the parameters of password hashes to callers who are signed in.',
      },
    },
  },
  response: { ...anonymousResponses, 200: success('Settings', 'SettingsWrapper') },
} as const

/** `GET settings`. */
export const getPortalSettings: Operation = (app) => {
  app.get('/settings', { schema, config: { answersUnpaid: true } }, async (request, reply) =>
    sendSuccess(request, reply, toJson(await settingsOf(request))),
  )
}

const TENANT_STATUS = {
  active: 0,
  suspended: 1,
  removePending: 2,
  transfering: 3,
  restoring: 4,
  encryption: 6,
} as const

const FIREBASE = [
  'apiKey',
  'authDomain',
  'projectId',
  'storageBucket',
  'messagingSenderId',
  'appId',
  'measurementId',
  'databaseURL',
]
const FORM_GALLERY = ['path', 'domain', 'ext', 'uploadPath', 'uploadDomain', 'uploadExt', 'uploadDashboard']
const RESOURCES = [
  'api',
  'common',
  'forum',
  'helpcenter',
  'integrations',
  'site',
  'socialNetworks',
  'support',
  'videoguides',
]

/** The members in the order of the real server. What isn't shown is `undefined`, which no answer has. */
async function settingsOf(request: FastifyRequest) {
  const { portal, caller } = request
  const { alias, ownerId, settings } = portal
  const isKnown = caller !== null
  const known = <Value>(value: Value) => (isKnown ? value : undefined)
  const unknown = <Value>(value: Value) => (isKnown ? undefined : value)
  const withPassword = !isKnown || queryOf(request).first('withpassword')?.toLowerCase() === 'true'
  return {
    timezone: known('UTC'),
    trustedDomains: known([]),
    trustedDomainsType: 0,
    culture: settings.culture,
    utcOffset: '00:00:00',
    utcHoursOffset: 0,
    greetingSettings: 'Web Office',
    ownerId: isKnown ? ownerId : EMPTY_GUID,
    nameSchemaId: known('Common'),
    enabledJoin: unknown(false),
    enableAdmMess: false,
    thirdpartyEnable: unknown(false),
    docSpace: true,
    standalone: settings.edition !== 'saas',
    isAmi: false,
    baseDomain: 'localhost',
    passwordHash: withPassword ? { size: 256, iterations: PASSWORD_ITERATIONS, salt: await saltOf(portal) } : undefined,
    firebase: known(empty(FIREBASE)),
    version: '3.1.0',
    recaptchaType: 0,
    recaptchaPublicKey: unknown(''),
    debugInfo: isKnown,
    socketUrl: known('/socket.io'),
    tenantStatus: TENANT_STATUS[settings.tenantStatus],
    tenantAlias: alias,
    displayAbout: true,
    domainValidator: known({ regex: '^[a-z0-9]([a-z0-9-]){1,61}[a-z0-9]$', minLength: 3, maxLength: 63 }),
    zendeskKey: known(''),
    tagManagerId: known(''),
    cookieSettingsEnabled: false,
    limitedAccessSpace: false,
    limitedAccessDevToolsForUsers: false,
    displayBanners: isKnown,
    aiEnabled: isKnown,
    userNameRegex: "^[\\p{L}\\p{M}' \\-]+$",
    invitationLimit: known(2_147_483_647),
    plugins: known({ enabled: true, upload: true, delete: true }),
    deepLink: { androidPackageName: '', url: '', iosPackageId: '' },
    formGallery: known(empty(FORM_GALLERY)),
    maxImageUploadSize: isKnown ? 5_242_880 : 0,
    logoText: 'ONLYOFFICE',
    externalResources: Object.fromEntries(RESOURCES.map((name) => [name, {}])),
    defaultFolderType: isKnown ? 14 : 0,
    externalDbEnabled: false,
  }
}

function empty(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, '']))
}
