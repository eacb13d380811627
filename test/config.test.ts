import t, { type Test } from 'tap'
import { UsageError } from '../src/command-line.ts'
import { type Config, helpText, readCommand } from '../src/config.ts'

const defaults: Config = {
  port: 8092,
  host: 'localhost',
  profile: 'documented',
  auth: ['asc_auth_key', 'Basic', 'Bearer', 'ApiKeyBearer', 'OAuth2', 'OpenId'],
  fixture: [],
  users: undefined,
  data: undefined,
  portals: 'on-demand',
  'max-portals': 1000,
  'max-memory': 256,
  journal: 1000,
  control: true,
  'control-token': undefined,
  'control-remote': false,
  fault: undefined,
  'machine-key': undefined,
  'public-url': undefined,
  dates: undefined,
  cors: '*',
  'trust-proxy': ['127.0.0.1', '::1'],
  tls: false,
  'tls-cert': undefined,
  'tls-key': undefined,
  'smtp-url': undefined,
  'mail-from': 'DocSpace <noreply@example.com>',
  'rate-limit': false,
  'rate-limit-per-minute': 1500,
  'rate-limit-reads': 50,
  'rate-limit-writes': 15,
  'rate-limit-per-day': 10_000,
  'oauth2-sign-in': undefined,
  'access-token-lifetime': 3600,
  'refresh-token-lifetime': 5_184_000,
  'code-lifetime': 60,
  explain: false,
  banner: true,
  'log-level': 'warn',
  'log-format': undefined,
  'log-requests': false,
}

t.test('nothing set: the defaults', async (t) => {
  t.strictSame(readCommand([], {}), { kind: 'serve', config: defaults })
})

/** Settings whose silent absence would make a server less secure than intended. */
const neverEmpty: (keyof Config)[] = [
  'control-token',
  'data',
  'fixture',
  'machine-key',
  'public-url',
  'tls-cert',
  'tls-key',
]

/** Lists that may be empty. */
const emptyLists: (keyof Config)[] = ['cors', 'trust-proxy']

t.test('a variable that is empty is none', async (t) => {
  const others = Object.keys(defaults).filter((name) => ![...neverEmpty, ...emptyLists].includes(name as keyof Config))
  const empty = Object.fromEntries(others.map((name) => [variable(name), '']))
  t.strictSame(configOf([], empty), defaults)
})

t.test('settings that are refused if set but empty', async (t) => {
  for (const name of neverEmpty) {
    for (const text of ['', ' ', '\t']) {
      refuses(t, [], { [variable(name)]: text }, [
        `${variable(name)} is set but empty; give it a value, or leave it out`,
      ])
      refuses(t, [`--${name}=${text}`], {}, [`--${name} is set but empty`])
    }
    refuses(t, [`--${name}=`], { [variable(name)]: 'x' }, [`--${name} is set but empty`])
  }
})

t.test('an empty list stays empty, as a flag and as a variable', async (t) => {
  for (const name of emptyLists) {
    t.strictSame(configOf([], { [variable(name)]: '' }), { ...defaults, [name]: [] }, name)
    t.strictSame(configOf([`--${name}=`]), { ...defaults, [name]: [] }, name)
  }
})

t.test('a control token that no client could send is refused', async (t) => {
  for (const text of [' a', 'a ', 'a\n', 'a\r\nb', 'a\tb', 'a  b', '\u0000']) {
    refuses(t, [`--control-token=${text}`], {}, ['--control-token takes a token without line breaks'])
    t.throws(() => readCommand([`--control-token=${text}\nb`], {}), { message: /^((?!not ').)*$/ }, 'it is a secret')
  }
  for (const text of ['a', 'a b', 'tökén', '令牌', 'a=b&c;d"\'']) {
    t.equal(configOf([], { DOCSPACE_MOCK_CONTROL_TOKEN: text })['control-token'], text)
  }
})

/** Values that each setting takes, and what becomes of them. */
const good: { [Name in keyof Config]: [text: string, value: Config[Name]][] } = {
  port: [
    ['0', 0],
    ['65535', 65_535],
  ],
  host: [['0.0.0.0', '0.0.0.0']],
  profile: [
    ['server', 'server'],
    ['documented', 'documented'],
  ],
  auth: [
    ['Basic', ['Basic']],
    ['Basic, asc_auth_key', ['Basic', 'asc_auth_key']],
    ['./a.ts,Basic', [{ module: './a.ts' }, 'Basic']],
  ],
  fixture: [
    ['a.json', ['a.json']],
    ['a.json, b.json,', ['a.json', 'b.json']],
  ],
  users: [
    ['0', 0],
    ['10000000', 10_000_000],
  ],
  data: [['data', 'data']],
  portals: [['fixed', 'fixed']],
  'max-portals': [['7', 7]],
  'max-memory': [
    ['16', 16],
    ['256MB', 256],
    ['512 mb', 512],
    ['1GB', 1024],
  ],
  journal: [
    ['0', 0],
    ['100000', 100_000],
  ],
  control: [['false', false]],
  'control-token': [['a token', 'a token']],
  'control-remote': [['true', true]],
  fault: [['bad-gateway', 'bad-gateway']],
  'machine-key': [['ab$c d', 'ab$c d']],
  'public-url': [
    ['https://docs.example.com', 'https://docs.example.com'],
    ['http://Docs.Example.com:80/', 'http://docs.example.com'],
    ['http://[::1]:8092', 'http://[::1]:8092'],
  ],
  tls: [
    ['true', true],
    ['0', false],
  ],
  'tls-cert': [['cert.pem', 'cert.pem']],
  'tls-key': [['key.pem', 'key.pem']],
  dates: [
    ['mysql', 'mysql'],
    ['postgresql', 'postgresql'],
  ],
  cors: [
    ['*', '*'],
    ['https://a.example.com,http://localhost:3000', ['https://a.example.com', 'http://localhost:3000']],
  ],
  'trust-proxy': [
    ['10.0.0.0/8,::1', ['10.0.0.0/8', '::1']],
    ['2001:db8::/32', ['2001:db8::/32']],
  ],
  'smtp-url': [
    ['smtp://localhost:1025', 'smtp://localhost:1025'],
    ['smtps://user:p%40ss@mail.example.com?requireTLS=true', 'smtps://user:p%40ss@mail.example.com?requireTLS=true'],
  ],
  'mail-from': [
    ['portal@example.com', 'portal@example.com'],
    ['A portal <portal@example.com>', 'A portal <portal@example.com>'],
  ],
  'rate-limit': [
    ['true', true],
    ['false', false],
  ],
  'rate-limit-per-minute': [['1', 1]],
  'rate-limit-reads': [['2', 2]],
  'rate-limit-writes': [['3', 3]],
  'rate-limit-per-day': [['1000000000', 1_000_000_000]],
  'oauth2-sign-in': [['owner@example.com', 'owner@example.com']],
  'access-token-lifetime': [['1', 1]],
  'refresh-token-lifetime': [['86400', 86_400]],
  'code-lifetime': [['5', 5]],
  explain: [['true', true]],
  banner: [['false', false]],
  'log-level': [
    ['silent', 'silent'],
    ['debug', 'debug'],
  ],
  'log-format': [
    ['json', 'json'],
    ['pretty', 'pretty'],
  ],
  'log-requests': [['true', true]],
}

t.test('every setting is a flag and a variable', async (t) => {
  for (const [name, values] of Object.entries(good)) {
    for (const [text, value] of values) {
      t.strictSame(
        configOf([], { [variable(name)]: text }),
        { ...defaults, [name]: value },
        `${variable(name)}=${text}`,
      )
      t.strictSame(configOf(flag(name, text)), { ...defaults, [name]: value }, flag(name, text).join(' '))
    }
  }
})

t.test('a flag wins over its variable', async (t) => {
  for (const [name, [[text, value] = ['', undefined]]] of Object.entries(good)) {
    const config = configOf(flag(name, text), { [variable(name)]: 'what would be refused\n' })
    t.strictSame(config[name as keyof Config], value, name)
  }
})

t.test('a flag with an equals sign, the last of two, and lists in several', async (t) => {
  t.equal(configOf(['--port=1']).port, 1)
  t.equal(configOf(['--port', '1', '--port', '2']).port, 2)
  t.same(configOf(['--fixture', 'a.json', '--fixture', 'b.json,c.json']).fixture, ['a.json', 'b.json', 'c.json'])
})

/** Values that each setting refuses. */
const bad: Partial<Record<keyof Config, string[]>> = {
  port: ['abc', '65536', '1.5', '0x10', ' 1', '1e3', '-1'],
  host: [' ', 'a b'],
  profile: ['Documented', 'x'],
  auth: ['basic', 'Basic,x', 'toString'],
  users: ['x', '10000001', '-1', '1_000'],
  journal: ['x', '-1', '100001'],
  'max-memory': ['15', '0', '1.5GB', '1TB', 'MB', '-256', '1000001', '0.5'],
  'public-url': ['docs.example.com', 'ftp://a', 'http://a/b', 'http://a/?b', '/a'],
  dates: ['sqlite', 'MySQL'],
  cors: ['example.com', 'https://a.example.com/', '*,https://a.example.com', 'null'],
  'trust-proxy': ['localhost', '1.2.3', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.0/0', '127.0.0.1,x'],
  'mail-from': ['portal', '<portal@example.com', 'a@b@c', 'a@example.com, b@example.com'],
  'rate-limit': ['yes', '2', 'TRUE'],
  'rate-limit-per-minute': ['0', 'x'],
  'rate-limit-reads': ['0'],
  'rate-limit-writes': ['1000000001'],
  'rate-limit-per-day': ['-1'],
  'access-token-lifetime': ['0', '1h'],
  'refresh-token-lifetime': ['-5'],
  'code-lifetime': ['1.5'],
  explain: ['on'],
  banner: ['no'],
  'log-level': ['verbose', 'trace'],
  'log-format': ['text'],
  'log-requests': ['no'],
}

t.test('a bad value is refused in one line that names where it was given and what fits', async (t) => {
  for (const [name, texts] of Object.entries(bad)) {
    for (const text of texts) {
      refuses(t, [], { [variable(name)]: text }, [variable(name), ' takes ', `'${text}'`])
      if (typeof defaults[name as keyof Config] === 'boolean') continue
      refuses(t, [`--${name}=${text}`], {}, [`--${name}`, ' takes ', `'${text}'`])
    }
  }
})

t.test('the URL of an SMTP server isn’t repeated: it may have a password in it', async (t) => {
  for (const text of ['localhost:1025', 'http://u:secret@localhost', 'smtp://u:secret@host:x']) {
    for (const read of [
      () => readCommand([`--smtp-url=${text}`], {}),
      () => readCommand([], { DOCSPACE_MOCK_SMTP_URL: text }),
    ]) {
      t.throws(read, { name: 'UsageError', message: /^(--smtp-url|DOCSPACE_MOCK_SMTP_URL) takes a URL such as smtp:/ })
      t.throws(read, { message: /^((?!secret).)*$/ })
    }
  }
})

t.test('a flag that needs a value and has an empty one', async (t) => {
  for (const name of ['port', 'host', 'profile', 'log-level'] as const) refuses(t, [`--${name}`, ''], {}, [`--${name}`])
})

t.test('what is no flag is refused in one line', async (t) => {
  refuses(t, ['--nope'], {}, ["'--nope'"])
  refuses(t, ['-x'], {}, ["'-x'"])
  refuses(t, ['extra'], {}, ["'extra'"])
  refuses(t, ['--', '--port'], {}, ["'--port'"])
  refuses(t, ['--port'], {}, ["'--port"])
  refuses(t, ['--port', '-1'], {}, ["'--port'"])
  refuses(t, ['--users', '--explain'], {}, ["'--users'"])
  refuses(t, ['--explain=true'], {}, ["'--explain'"])
  refuses(t, ['--no-port'], {}, ["'--no-port'"])
  refuses(t, ['--help', '--nope'], {}, ["'--nope'"])
})

t.test('an unknown variable is none of ours', async (t) => {
  t.strictSame(configOf([], { DOCSPACE_MOCK_NOPE: 'x', PORT: 'x' }), defaults)
})

t.test('help and version win over everything that is set', async (t) => {
  t.same(readCommand(['--help', '--port', 'x'], {}), { kind: 'help' })
  t.same(readCommand(['-h'], { DOCSPACE_MOCK_PORT: 'x' }), { kind: 'help' })
  t.same(readCommand(['--version'], { DOCSPACE_MOCK_PORT: 'x' }), { kind: 'version' })
})

t.test('the help has every setting with its default, and no line too long', async (t) => {
  const help = helpText()
  for (const [name, value] of Object.entries(defaults)) {
    const line = help.split('\n').find((text) => text.startsWith(`  --${name} `))
    t.ok(line, name)
    if (typeof value === 'number') t.match(line, `[${value}]`)
  }
  for (const line of help.split('\n')) t.ok(line.length <= 120, line)
})

function configOf(args: readonly string[], env: Record<string, string> = {}): Config {
  const command = readCommand(args, env)
  if (command.kind !== 'serve') throw new Error(`asked for ${command.kind}`)
  return command.config
}

function refuses(t: Test, args: readonly string[], env: Record<string, string>, parts: readonly string[]): void {
  try {
    readCommand(args, env)
    t.fail(`${JSON.stringify({ args, env })} was taken`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const part of parts) t.ok(error.message.includes(part), `${error.message}: names ${part}`)
    t.notMatch(error.message, /\n/)
  }
}

function flag(name: string, text: string): string[] {
  if (typeof defaults[name as keyof Config] !== 'boolean') return [`--${name}`, text]
  return [text === 'true' ? `--${name}` : `--no-${name}`]
}

function variable(name: string): string {
  return `DOCSPACE_MOCK_${name.replaceAll('-', '_').toUpperCase()}`
}
