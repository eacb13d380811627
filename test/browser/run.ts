import assert from 'node:assert/strict'
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import {
  type AuthGuard,
  accept,
  mintAccessToken,
  mintSessionToken,
  type Portal,
  type ServerOptions,
  start,
} from '../../src/index.ts'
import { apiKey, oauth2Clients, people } from '../helper.ts'
import { authorizeUrl, CALLBACK } from '../identity/visitor.ts'
import { strippingProxy } from '../openapi/stripping-proxy.ts'

/**
 * Opens the pages of a running mock in a browser, as a person would: `npm run test:browser`. Needs Chromium, from
 * Debian's package or any other; CHROMIUM names it where it has an unusual name or place. Pictures of the pages are left
 * in a temporary directory.
 */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // hosts that browsers don't trust as they trust localhost, ours and another's; no other name leads anywhere
  '--host-resolver-rules=MAP portal.test 127.0.0.1, MAP evil.test 127.0.0.1, MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

/** How many active users the shipped portal has. */
const COUNT = 6

/** A guard as a user of the package would write one. */
const passphraseGuard: AuthGuard = {
  name: 'Passphrase',
  securityScheme: { type: 'apiKey', in: 'cookie', name: 'passphrase' },
  authenticate({ headers, portal }) {
    const owner = portal.store.users.find(people.owner)
    return owner && headers.cookie?.includes('passphrase=open-sesame') ? accept(owner) : null
  },
}

/** Attacks of a page of another site on a mock: expressions whose promises should be rejected. */
const ATTACKS: Record<string, (url: string) => string> = {
  'reads the start page': (url) => `fetch('${url}/').then((answer) => answer.text())`,
  'reads the journal': (url) => `fetch('${url}/__mock/journal').then((answer) => answer.text())`,
  'resets the portal': (url) =>
    `fetch('${url}/__mock/reset', { method: 'POST', body: '{}' }).then((answer) => answer.text())`,
  'resets it without looking': (url) =>
    `fetch('${url}/__mock/reset', { method: 'POST', body: '{}', mode: 'no-cors' }).then(() => Promise.reject('opaque'))`,
  'follows the journal': (url) => `new Promise((resolve, reject) => {
    Object.assign(new EventSource('${url}/__mock/journal/stream'), { onopen: () => resolve('open'), onerror: () => reject('closed') })
  })`,
  'opens a socket': (url) => `new Promise((resolve, reject) => {
    Object.assign(new WebSocket('${url.replace('http', 'ws')}/__mock/journal/stream'), { onopen: () => resolve('open'), onerror: () => reject('closed') })
  })`,
  'loads the journal as a script': (url) => `new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement('script'), { src: '${url}/__mock/journal', onload: () => resolve('loaded'), onerror: () => reject('refused') }))
  })`,
  'gets a code by another host': (url) =>
    `fetch('${authorizeUrl(url, { client_id: oauth2Clients.pkce.clientId, prompt: 'none', login_hint: people.owner, redirect_uri: 'http://evil.test/docs/static/oauth2-redirect.html' })}', { headers: { 'x-forwarded-host': 'evil.test' } }).then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status))`,
}

let pictures = ''
let passed = 0
let failed = 0

const executablePath = findChromium()
if (executablePath === undefined) {
  console.log(
    'skipped: there is no Chromium. Install one (Debian: apt-get install chromium), or set CHROMIUM to its path',
  )
} else {
  pictures = mkdtempSync(join(tmpdir(), 'docspace-mock-browser-'))
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  try {
    await checkPages(browser)
    await checkSwaggerUi(browser)
    await checkOAuth2(browser)
    await checkForeignPages(browser)
  } finally {
    await browser.close()
  }
  console.log(`pictures: ${pictures}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const found = PATH.split(delimiter).flatMap((directory) => names.map((name) => join(directory, name)))
  return (CHROMIUM ? [CHROMIUM] : found).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function checkPages(browser: Browser): Promise<void> {
  await withPortal({}, async ({ url, portal }) => {
    portal.changeSettings({ mappedDomain: 'portal.test' })
    const authorization = `Bearer ${apiKey('1')}`
    const invitation = await fetch(`${url}/api/2.0/portal/users/invite/User`, { headers: { authorization } })
    const { response: shortLink } = (await invitation.json()) as { response: string }
    const pages = {
      start: url,
      confirm: shortLink,
      'confirm-bad': `${url}/confirm/LinkInvite?key=1.x`,
      docs: `${url}/docs`,
    }
    for (const [name, address] of Object.entries(pages)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await check(`${name} page, ${colorScheme}`, browser, { colorScheme }, async (page) => {
          await page.goto(address, { waitUntil: 'networkidle' })
          await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true })
          const [needed, given] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]')
          assert.ok(needed !== undefined && given !== undefined && needed <= given, `${needed} px wide`)
          const [red = 0, green = 0, blue = 0] = await page.evaluate<number[]>(
            `getComputedStyle(document.querySelector('html.dark-mode') ?? document.body).backgroundColor.match(/\\d+/g).map(Number)`,
          )
          assert.equal(red + green + blue < 384, colorScheme === 'dark', `background ${red},${green},${blue}`)
        })
      }
    }

    await check('the start page copies a whole API key', browser, {}, async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.goto(url)
      await page.getByText(apiKey('4'), { exact: true }).click()
      await page.locator('.copied').waitFor()
      assert.equal(await page.evaluate('navigator.clipboard.readText()'), apiKey('4'))
    })

    await check('the start page copies where the browser has no clipboard', browser, {}, async (page) => {
      await page.goto(url.replace('localhost', 'portal.test'))
      await page.getByText('winfield-password', { exact: true }).click()
      await page.locator('.copied').waitFor()
      assert.equal(await page.evaluate('getSelection().toString()'), 'winfield-password')
    })
  })
}

async function checkSwaggerUi(browser: Browser): Promise<void> {
  await withPortal({}, async ({ url, portal }) => {
    const byAddress = url.replace('localhost', '127.0.0.1')
    const byName = url.replace('localhost', 'portal.test')
    await tryOut(browser, `${url}/docs`, await credentialsOf(portal, url))
    await tryOut(browser, `${byName}/docs`, await credentialsOf(portal, byName))
    const { asc_auth_key } = await credentialsOf(portal, url)
    for (const address of [`${url}/docs/`, `${byName}/docs/`, `${byAddress}/docs`]) {
      await tryOut(browser, address, { asc_auth_key })
    }
  })
  await withPortal({ profile: 'server' }, async ({ url, portal }) => {
    // the real server never looks at the header that its document promises
    const { ApiKeyBearer, ...credentials } = await credentialsOf(portal, url)
    await tryOut(browser, `${url}/docs`, { ...credentials, Bearer: ApiKeyBearer }, ', profile server')
  })
  await withPortal({}, async ({ url }) => {
    const proxy = await strippingProxy(url)
    for (const path of ['/docs', '/docs/', '/@x/docs']) {
      await tryOut(browser, `${proxy.url}${path}`, { ApiKeyBearer: [apiKey('1')] })
    }
    await proxy.close()
  })
  await withPortal({ guards: ['Basic', passphraseGuard] }, async ({ url }) => {
    await tryOut(browser, `${url}/docs`, { Passphrase: ['open-sesame'] })
  })
}

/** What is filled into the dialog to be the owner, by the names of the security schemes. */
async function credentialsOf(portal: Portal, root: string) {
  return {
    asc_auth_key: [mintSessionToken(portal, people.owner)],
    Bearer: [await mintAccessToken(portal, { userId: people.owner, scopes: ['*:read'], root })],
    ApiKeyBearer: [apiKey('1')],
    Basic: ['owner@example.com', 'owner-password'],
  }
}

/** Signs in and consents on the pages, by themselves and out of Swagger UI. */
async function checkOAuth2(browser: Browser): Promise<void> {
  await withPortal({}, async ({ url, portal }) => {
    portal.changeSettings({ mappedDomain: 'portal.test' })
    for (const colorScheme of ['light', 'dark'] as const) {
      await check(`sign-in and consent, ${colorScheme}`, browser, { colorScheme }, (page) =>
        walkThroughPages(page, url, colorScheme),
      )
    }
    await check('a request that goes nowhere', browser, {}, async (page) => {
      await page.goto(authorizeUrl(url, { redirect_uri: 'https://evil.example.com' }))
      await page.getByText('invalid_redirect_uri').waitFor()
      await page.screenshot({ path: join(pictures, 'error.png'), fullPage: true })
    })
    await check('the sign-in page on a telephone', browser, { viewport: { width: 360, height: 640 } }, async (page) => {
      await page.goto(authorizeUrl(url))
      await page.screenshot({ path: join(pictures, 'sign-in-narrow.png'), fullPage: true })
      const [needed, given] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]')
      assert.ok(needed !== undefined && given !== undefined && needed <= given, `${needed} px wide`)
    })
    const hosts = ['localhost', '127.0.0.1', 'portal.test', 'x.localhost']
    for (const root of hosts.map((host) => url.replace('localhost', host))) {
      await check(`OAuth2 at ${new URL(root).hostname}`, browser, {}, (page) => authorizeInSwaggerUi(page, root))
    }
    await check('OpenId', browser, {}, (page) => authorizeInSwaggerUi(page, url, 'OpenId'))
    for (const scheme of ['OAuth2', 'OpenId']) {
      await check(`${scheme} below /@x`, browser, {}, (page) => authorizeInSwaggerUi(page, `${url}/@x`, scheme))
    }
  })
  await withPortal({ profile: 'server' }, async ({ url }) => {
    // the scopes that the document promises are none of the real server's
    await check('OAuth2, profile server', browser, {}, async (page) => {
      await page.goto(`${url}/docs`)
      const popup = await openPopup(page, 'OAuth2', false)
      // there is nothing to see in it, and it may be gone already
      if (!popup.isClosed()) await popup.waitForEvent('close')
      await schemeForm(page, 'OAuth2').getByText('[invalid_scope]').waitFor()
    })
  })
}

/** Attacks a mock from the page of another site in the same browser. */
async function checkForeignPages(browser: Browser): Promise<void> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>'))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const home = `http://evil.test:${(site.address() as AddressInfo).port}`
  await withPortal({ control: { remote: true } }, async ({ url, portal }) => {
    portal.store.users.remove(people.guest)
    const count = portal.store.users.count()
    for (const [name, attack] of Object.entries(ATTACKS)) {
      await check(`a foreign page: ${name}`, browser, { isHostile: true }, async (page) => {
        await page.goto(home)
        const got = await page.evaluate<string>(
          `(${attack(url)}).then((text) => 'got ' + text, (error) => 'refused: ' + error)`,
        )
        assert.match(got, /^refused: /)
        assert.equal(portal.store.users.count(), count)
      })
    }
    for (const path of ['/', '/docs']) {
      await check(`a foreign page: frames ${path}`, browser, { isHostile: true }, async (page) => {
        await page.goto(home)
        await page.evaluate(
          `document.body.append(Object.assign(document.createElement('iframe'), { src: '${url}${path}' }))`,
        )
        const frame = await page.waitForSelector('iframe').then((element) => element.contentFrame())
        await frame?.waitForLoadState()
        assert.doesNotMatch(frame?.url() ?? '', /^http/)
      })
    }
    await check('a foreign page: sends the form of the sign-in', browser, { isHostile: true }, async (page) => {
      await page.goto(authorizeUrl(url))
      const action = page.url()
      for (const query of ['', `?origin=${home}`]) {
        await page.goto(home)
        await page.setContent(
          `<form method="post" action="${action}${query}"><input name="person" value="${people.owner}"></form>`,
        )
        await Promise.all([page.waitForURL(`${action}**`), page.evaluate('document.forms[0].submit()')])
        await page.getByText('The form was sent by a page of another site.').waitFor()
      }
    })
  })
  site.close()
  await withPortal({}, async ({ url }) => {
    // the name of the site now resolves to the mock, so the browser treats it as the same origin
    const rebound = url.replace('localhost', 'evil.test')
    for (const path of ['/', '/__mock/credentials', '/__mock/journal']) {
      await check(`a rebound name: ${path}`, browser, { isHostile: true }, async (page) => {
        const answer = await page.goto(rebound + path)
        assert.equal(answer?.status(), 403)
        assert.doesNotMatch((await answer?.text()) ?? '', /password|sk-\w/)
      })
    }
  })
}

async function walkThroughPages(page: Page, url: string, note: string): Promise<void> {
  await page.goto(authorizeUrl(url, { login_hint: 'admin@example.com', scope: 'openid accounts:read files:read read' }))
  await page.screenshot({ path: join(pictures, `sign-in-${note}.png`), fullPage: true })
  await page.getByLabel('Another user').fill('nobody@example.com')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.screenshot({ path: join(pictures, `sign-in-nobody-${note}.png`), fullPage: true })
  await page.getByRole('button', { name: /^admin@example/ }).click()
  await page.getByRole('button', { name: 'Allow' }).waitFor()
  await page.screenshot({ path: join(pictures, `consent-${note}.png`), fullPage: true })
  await page.getByRole('link', { name: 'Sign in as another user' }).click()
  await page.getByRole('button', { name: /^guest@example/ }).click()
  const answered = page.waitForRequest((request) => request.url().startsWith(CALLBACK))
  await page.route(`${CALLBACK}**`, (route) => route.fulfill({ body: 'signed in' }))
  await page.getByRole('button', { name: 'Allow' }).click()
  assert.match(new URL((await answered).url()).search, /^\?code=/)
}

/** Goes through the whole flow behind «Authorize», and executes an operation with what it has given. */
async function authorizeInSwaggerUi(page: Page, root: string, scheme = 'OAuth2'): Promise<void> {
  await page.goto(`${root}/docs`)
  await expectAnswer(page, 401)
  const popup = await openPopup(page, scheme)
  await popup.getByRole('button', { name: 'owner@example.com' }).click()
  await popup.getByRole('button', { name: 'Allow' }).waitFor()
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()])
  await schemeForm(page, scheme).getByRole('button', { name: 'Remove authorization' }).first().waitFor()
  await page.screenshot({ path: join(pictures, `${scheme}-authorized.png`) })
  await page.locator('.modal-ux .close-modal').click()
  await expectAnswer(page, 200)
}

async function openPopup(page: Page, scheme: string, isToStay = true): Promise<Page> {
  await page.locator('.scheme-container .btn.authorize').click()
  const form = schemeForm(page, scheme)
  for (const scope of ['read', 'write']) {
    const box = form.locator(`input[type=checkbox][data-value="${scope}"]`).first()
    if (!(await box.isChecked()))
      await form
        .locator('label', { hasText: new RegExp(`^\\s*${scope}`) })
        .first()
        .click()
  }
  const opened = page.waitForEvent('popup')
  await page.screenshot({ path: join(pictures, `${scheme}-dialog.png`), fullPage: true })
  await form
    .getByRole('button', { name: 'Apply given OAuth2 credentials' })
    .or(form.locator('.btn.authorize'))
    .first()
    .click()
  const popup = await opened
  if (isToStay) await popup.waitForLoadState()
  return popup
}

/** Executes an operation without a credential, with each in turn, with it on the page loaded anew, and without it. */
async function tryOut(
  browser: Browser,
  address: string,
  credentials: Record<string, string[]>,
  note = '',
): Promise<void> {
  for (const [name, values] of Object.entries(credentials)) {
    await check(
      `${name} at ${new URL(address).hostname}${new URL(address).pathname}${note}`,
      browser,
      {},
      async (page) => {
        await page.goto(address)
        await expectAnswer(page, 401)
        await authorize(page, name, values)
        await expectAnswer(page, 200)
        await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
        await page.reload()
        await expectAnswer(page, 200)
        await logOut(page, name)
        await expectAnswer(page, 401)
      },
    )
  }
}

/** Fills in the dialog behind «Authorize». */
async function authorize(page: Page, name: string, values: string[]): Promise<void> {
  await page.locator('.scheme-container .btn.authorize').click()
  const form = schemeForm(page, name)
  for (const [i, value] of values.entries()) await form.locator('input').nth(i).fill(value)
  await form.getByRole('button', { name: 'Apply credentials' }).click()
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await page.locator('.modal-ux .close-modal').click()
}

async function logOut(page: Page, name: string): Promise<void> {
  await page.locator('.scheme-container .btn.authorize').click()
  await schemeForm(page, name).getByRole('button', { name: 'Remove authorization' }).click()
  await page.locator('.modal-ux .close-modal').click()
}

function schemeForm(page: Page, name: string) {
  return page
    .locator('.modal-ux .auth-container')
    .filter({ has: page.locator('h4', { hasText: new RegExp(`^${name}\\s`) }) })
}

/** Executes getPortalUsersCount, and looks at the answer that the page shows. */
async function expectAnswer(page: Page, status: number): Promise<void> {
  const operation = page.locator('.opblock', { has: page.locator('[data-path="/api/2.0/portal/userscount"]') })
  await operation.waitFor()
  if ((await operation.locator('.opblock-body').count()) === 0) await operation.locator('.opblock-summary').click()
  const clear = operation.getByRole('button', { name: 'Clear' })
  if ((await clear.count()) > 0) await clear.click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  const answer = operation.locator('.live-responses-table .response')
  await answer.waitFor()
  assert.match(await answer.locator('.response-col_status').innerText(), new RegExp(`^${status}`))
  if (status !== 200) return
  const body = JSON.parse(await answer.locator('.highlight-code code, .highlight-code pre').first().innerText())
  assert.equal(body.response, COUNT)
}

async function withPortal(
  options: Omit<ServerOptions, 'portals'>,
  work: (running: { url: string; portal: Portal }) => Promise<void>,
): Promise<void> {
  const { url, portals, close } = await start({ ...options, port: 0 })
  const [portal] = portals
  try {
    assert.ok(portal)
    await work({ url, portal })
  } finally {
    await close()
  }
}

/**
 * Runs a check on a page of its own. Requests to other hosts and messages of the browser fail it, unless the page is a
 * hostile one.
 */
async function check(
  name: string,
  browser: Browser,
  options: { colorScheme?: 'light' | 'dark'; viewport?: { width: number; height: number }; isHostile?: boolean },
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const { isHostile = false, ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    const wanted = /\/(api\/2\.0|oauth2)\//.test(message.location().url)
    if (message.type() === 'error' && !wanted) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol === 'http:' && host !== new URL(page.url()).host && page.url() !== 'about:blank') {
      if (!request.url().startsWith(CALLBACK)) complaints.push(request.url())
    }
  })
  try {
    await work(page)
    if (!isHostile) assert.deepEqual(complaints, [])
    passed++
    console.log(`passed  ${name}`)
  } catch (error) {
    failed++
    await page.screenshot({ path: join(pictures, `failed-${failed}.png`) }).catch(() => {})
    console.log(`FAILED  ${name}: ${(error as Error).message}`)
  } finally {
    await context.close()
  }
}
