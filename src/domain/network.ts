import { BlockList, isIP } from 'node:net'

/** An IP network: an address and how many of its leading bits all members share. */
export interface Network {
  address: string
  bits: number
  family: 'ipv4' | 'ipv6'
}

/**
 * Reads an address (`203.0.113.7`) or a network (`203.0.113.0/24`), of IPv4 or IPv6.
 *
 * @returns `null` where the text is neither
 */
export function parseNetwork(text: string): Network | null {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  const size = version === 6 ? 128 : 32
  const bits = prefix === undefined ? size : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (version === 0 || rest.length > 0 || !(bits <= size)) return null
  return { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' }
}

/** Whether a text is an address, or a network that isn't all of them. */
export function isNetwork(text: string): boolean {
  return (parseNetwork(text)?.bits ?? 0) > 0
}

/** Whether an address is in one of several networks. Texts that are no networks hold nobody. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  return membersOf(networks)(address)
}

/** What tells whether addresses are in one of several networks, which are read when it is first asked. */
export function membersOf(networks: readonly string[]): (address: string) => boolean {
  let list: BlockList | undefined
  return (address) => {
    list ??= listOf(networks)
    return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks.map(parseNetwork)) {
    if (network !== null) list.addSubnet(network.address, network.bits, network.family)
  }
  return list
}
