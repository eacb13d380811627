import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { askedBy } from './asked.ts'

const consentedUnasked = new WeakSet<KoaContextWithOIDC>()

/** Lets a request have what it asks for without anybody's being asked. */
export function consentUnasked(context: KoaContextWithOIDC): void {
  consentedUnasked.add(context)
}

/**
 * Stores which scopes a user grants a client.
 *
 * @param resource the name of the portal's API in grants
 */
export async function createGrant(
  provider: Provider,
  {
    accountId,
    clientId,
    scopes,
    resource,
  }: { accountId: string; clientId: string; scopes: string[]; resource: string },
): Promise<Grant> {
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope(scopes.join(' '))
  grant.addResourceScope(resource, scopes.join(' '))
  await grant.save()
  return grant
}

/**
 * What an authorization request is granted without a page. Consent is remembered as long as somebody is signed in; each
 * code still gets a grant of its own, so that revoking what came of one leaves the others alone.
 */
export async function existingGrant(context: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { account, client, result, session, requestParamScopes } = context.oidc
  const provider = context.oidc.provider
  if (account === undefined || client === undefined) return undefined
  const { resource } = askedBy(context)
  const scopes = [...requestParamScopes]
  const granting = { accountId: account.accountId, clientId: client.clientId, scopes, resource }
  if (consentedUnasked.has(context)) return createGrant(provider, granting)
  const given = await findGrant(provider, result?.consent?.grantId)
  if (given !== undefined) return given
  const remembered = await findGrant(provider, session?.grantIdFor(client.clientId))
  if (remembered?.accountId !== account.accountId) return undefined
  const covers = remembered.getResourceScopeFiltered(resource, scopes).split(' ').length === scopes.length
  return covers ? createGrant(provider, granting) : undefined
}

async function findGrant(provider: Provider, id: string | undefined): Promise<Grant | undefined> {
  return id === undefined ? undefined : provider.Grant.find(id)
}
