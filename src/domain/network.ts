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

/** Whether an address is in one of several networks. Texts that are no networks hold nobody. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const allowed = new BlockList()
  for (const network of networks.map(parseNetwork)) {
    if (network !== null) allowed.addSubnet(network.address, network.bits, network.family)
  }
  return allowed.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
