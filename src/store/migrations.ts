/**
 * The steps that made the database what it is, oldest first. They only go forward: a step that has been released is
 * never changed, a new one is added at the end. How many have been applied stands in the file (`user_version`).
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE portal (
    tenant_id   INTEGER PRIMARY KEY CHECK (tenant_id > 0),
    alias       TEXT NOT NULL CHECK (alias <> ''),
    machine_key TEXT NOT NULL,
    owner_id    TEXT NOT NULL,
    token_index INTEGER NOT NULL DEFAULT 0,
    settings    TEXT NOT NULL CHECK (json_valid(settings))
  ) STRICT;

  CREATE TABLE users (
    id            TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36 AND id = lower(id)),
    email         TEXT NOT NULL COLLATE NOCASE,
    user_name     TEXT NOT NULL,
    type          INTEGER NOT NULL CHECK (type BETWEEN 1 AND 4),
    status        INTEGER NOT NULL CHECK (status IN (1, 2, 4)),
    culture       TEXT,
    sid           TEXT,
    token_index   INTEGER NOT NULL DEFAULT 0,
    seed_password TEXT,
    password_hash TEXT,
    removed       INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    info          TEXT NOT NULL CHECK (json_valid(info)),
    counted       INTEGER AS (removed = 0 AND status = 1 AND user_name <> '')
  ) STRICT;
  CREATE UNIQUE INDEX users_by_email ON users (email) WHERE removed = 0;

  CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO counters VALUES ('users', 0);
  CREATE TRIGGER count_inserted AFTER INSERT ON users WHEN NEW.counted BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'users';
  END;
  CREATE TRIGGER count_deleted AFTER DELETE ON users WHEN OLD.counted BEGIN
    UPDATE counters SET value = value - 1 WHERE name = 'users';
  END;
  CREATE TRIGGER count_updated AFTER UPDATE ON users WHEN NEW.counted <> OLD.counted BEGIN
    UPDATE counters SET value = value + NEW.counted - OLD.counted WHERE name = 'users';
  END;

  CREATE TABLE invited_guests (
    inviter_id TEXT NOT NULL REFERENCES users,
    guest_id   TEXT NOT NULL REFERENCES users,
    PRIMARY KEY (inviter_id, guest_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE login_events (
    id      INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users,
    at      INTEGER NOT NULL,
    active  INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
  ) STRICT;

  CREATE TABLE api_keys (
    hash        TEXT PRIMARY KEY NOT NULL CHECK (length(hash) = 64),
    postfix     TEXT NOT NULL,
    user_id     TEXT NOT NULL REFERENCES users,
    name        TEXT NOT NULL,
    permissions TEXT NOT NULL CHECK (json_type(permissions) = 'array'),
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    last_used   INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE short_links (key TEXT PRIMARY KEY NOT NULL, link TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;

  -- DocSpace's own table of settings; those of the whole portal belong to the empty GUID
  CREATE TABLE webstudio_settings (
    id      TEXT NOT NULL,
    user_id TEXT NOT NULL,
    data    TEXT NOT NULL CHECK (json_valid(data)),
    PRIMARY KEY (id, user_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    user_id TEXT NOT NULL,
    email   TEXT NOT NULL,
    subject TEXT NOT NULL
  ) STRICT;

  CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    alg TEXT NOT NULL UNIQUE,
    jwk TEXT NOT NULL CHECK (json_valid(jwk))
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE invitation_links (
    id                TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36 AND id = lower(id)),
    employee_type     INTEGER NOT NULL UNIQUE CHECK (employee_type IN (1, 3, 4)),
    expires_at        INTEGER,
    max_use_count     INTEGER CHECK (max_use_count BETWEEN 1 AND 1000),
    current_use_count INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE second_factors (
    user_id   TEXT PRIMARY KEY NOT NULL REFERENCES users,
    type      TEXT NOT NULL CHECK (type IN ('app', 'sms')),
    secret    TEXT NOT NULL,
    activated INTEGER NOT NULL CHECK (activated IN (0, 1))
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- the first half of the hash, as a GUID: keys that were there before have an id too
  ALTER TABLE api_keys ADD COLUMN id TEXT AS (
    substr(hash, 1, 8) || '-' || substr(hash, 9, 4) || '-' || substr(hash, 13, 4) || '-' || substr(hash, 17, 4) || '-'
      || substr(hash, 21, 12)
  ) VIRTUAL;
  CREATE UNIQUE INDEX api_keys_by_id ON api_keys (id);
  `,
  `
  ALTER TABLE outbox ADD COLUMN sender TEXT NOT NULL DEFAULT '';
  -- what it says; text and HTML are laid out when it is looked at: a load test leaves a hundred thousand of them
  ALTER TABLE outbox ADD COLUMN message TEXT NOT NULL DEFAULT '{"paragraphs":[],"button":null,"portalUrl":""}'
    CHECK (json_valid(message));
  ALTER TABLE outbox ADD COLUMN delivery TEXT NOT NULL DEFAULT 'none'
    CHECK (delivery IN ('none', 'pending', 'delivered', 'failed'));
  ALTER TABLE outbox ADD COLUMN delivery_error TEXT;

  CREATE TABLE audit_events (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    user_id TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_events_by_user ON audit_events (user_id, action, id);
  `,
  `
  CREATE TABLE oauth2_clients (
    client_id            TEXT PRIMARY KEY NOT NULL CHECK (length(client_id) = 36 AND client_id = lower(client_id)),
    client_secret        TEXT NOT NULL CHECK (client_secret <> ''),
    name                 TEXT NOT NULL,
    description          TEXT NOT NULL,
    logo                 TEXT NOT NULL,
    website_url          TEXT NOT NULL,
    terms_url            TEXT NOT NULL,
    policy_url           TEXT NOT NULL,
    redirect_uris        TEXT NOT NULL CHECK (json_type(redirect_uris) = 'array'),
    allowed_origins      TEXT NOT NULL CHECK (json_type(allowed_origins) = 'array'),
    logout_redirect_uris TEXT NOT NULL CHECK (json_type(logout_redirect_uris) = 'array'),
    scopes               TEXT NOT NULL CHECK (json_type(scopes) = 'array'),
    allow_pkce           INTEGER NOT NULL CHECK (allow_pkce IN (0, 1)),
    is_public            INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    enabled              INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_by           TEXT NOT NULL REFERENCES users,
    created_at           INTEGER NOT NULL,
    modified_by          TEXT NOT NULL REFERENCES users,
    modified_at          INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth2_clients_by_age ON oauth2_clients (created_at, client_id);
  `,
  `
  -- what the authorization server has begun or given: interactions, sessions, grants, codes, refresh tokens
  CREATE TABLE oauth2_artifacts (
    model       TEXT NOT NULL,
    id          TEXT NOT NULL,
    grant_id    TEXT,
    uid         TEXT,
    payload     TEXT NOT NULL CHECK (json_valid(payload)),
    expires_at  INTEGER NOT NULL,
    consumed_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth2_artifacts_by_grant ON oauth2_artifacts (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX oauth2_artifacts_by_uid ON oauth2_artifacts (uid) WHERE uid IS NOT NULL;
  CREATE INDEX oauth2_artifacts_by_end ON oauth2_artifacts (expires_at);

  -- access tokens carry what they say themselves; of them it is only kept what came of which grant, and what was revoked
  CREATE TABLE oauth2_access_tokens (
    jti        TEXT PRIMARY KEY NOT NULL,
    grant_id   TEXT,
    expires_at INTEGER NOT NULL,
    revoked    INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1))
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth2_access_tokens_by_grant ON oauth2_access_tokens (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX oauth2_access_tokens_by_end ON oauth2_access_tokens (expires_at);
  `,
  `
  -- the key itself where whoever tests has chosen it; of those that clients make only the hash is kept
  ALTER TABLE api_keys ADD COLUMN key TEXT;
  `,
  `
  -- portals that were copies of another had a REAL there, such as 42.0
  UPDATE users SET info = json_set(info, '$.tenantId', (SELECT tenant_id FROM portal))
    WHERE json_type(info, '$.tenantId') = 'real';
  `,
  `
  -- the same half of the hash, with the version and variant of a random GUID, which strict clients check
  DROP INDEX api_keys_by_id;
  ALTER TABLE api_keys DROP COLUMN id;
  ALTER TABLE api_keys ADD COLUMN id TEXT AS (
    substr(hash, 1, 8) || '-' || substr(hash, 9, 4) || '-4' || substr(hash, 14, 3) || '-'
      || substr('89ab', 1 + unicode(substr(hash, 17, 1)) % 4, 1) || substr(hash, 18, 3) || '-' || substr(hash, 21, 12)
  ) VIRTUAL;
  CREATE UNIQUE INDEX api_keys_by_id ON api_keys (id);
  `,
  `
  -- AUTOINCREMENT: an id that was given is never given again, though its row is gone
  CREATE TABLE new_login_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    TEXT NOT NULL REFERENCES users,
    at         INTEGER NOT NULL,
    -- when the token ends: it says so too, and no token of another portal of the same name says the same
    expires_at INTEGER NOT NULL,
    active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
  ) STRICT;
  INSERT INTO new_login_events SELECT id, user_id, at, at + 31536000000, active FROM login_events;
  DROP TABLE login_events;
  ALTER TABLE new_login_events RENAME TO login_events;

  CREATE TABLE new_outbox (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    at             INTEGER NOT NULL,
    action         TEXT NOT NULL,
    user_id        TEXT NOT NULL,
    email          TEXT NOT NULL,
    subject        TEXT NOT NULL,
    sender         TEXT NOT NULL DEFAULT '',
    message        TEXT NOT NULL DEFAULT '{"paragraphs":[],"button":null,"portalUrl":""}' CHECK (json_valid(message)),
    delivery       TEXT NOT NULL DEFAULT 'none' CHECK (delivery IN ('none', 'pending', 'delivered', 'failed')),
    delivery_error TEXT
  ) STRICT;
  INSERT INTO new_outbox SELECT * FROM outbox;
  DROP TABLE outbox;
  ALTER TABLE new_outbox RENAME TO outbox;

  CREATE TABLE new_audit_events (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    user_id TEXT NOT NULL
  ) STRICT;
  INSERT INTO new_audit_events SELECT * FROM audit_events;
  DROP TABLE audit_events;
  ALTER TABLE new_audit_events RENAME TO audit_events;
  CREATE INDEX audit_events_by_user ON audit_events (user_id, action, id);

  -- those that have no end have the last millisecond of the year 9999
  ALTER TABLE short_links ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 253402300799999;

  -- how many users were added with POST people
  INSERT INTO counters VALUES ('members', 0);
  `,
  `
  -- what a portal with 100,000 rows of a kind is asked for by control calls, lists and sign-ins
  CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at, id);
  CREATE INDEX api_keys_by_age ON api_keys (created_at, id);
  CREATE INDEX invited_guests_by_guest ON invited_guests (guest_id);
  CREATE INDEX oauth2_clients_by_maker ON oauth2_clients (created_by, created_at, client_id);
  CREATE INDEX users_by_user_name ON users (user_name) WHERE removed = 0;
  CREATE INDEX users_by_full_name ON users (info ->> '$.firstName' || ' ' || (info ->> '$.lastName'))
    WHERE removed = 0;
  `,
]
