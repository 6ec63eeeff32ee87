import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are nobody's on the public internet: IANA's registries of special-purpose addresses (RFC 6890), with
 * multicast. Of IPv6 only 2000::/3 is given out to anybody at all, so everything beside it is refused: loopback, private
 * (fc00::/7), link-local, site-local, IPv4 within IPv6, and both ranges through which a NAT64 would lead back to IPv4.
 */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, where clouds serve their metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const;
const SPECIAL_IPV6 = [
  ['::', 3], // also 64:ff9b::/96, 64:ff9b:1::/48, ::ffff:0:0/96
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23], // Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which carries an IPv4 address
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const;

// Two lists: a list takes an IPv4 address for its mapped IPv6 one too.
const ipv4 = new BlockList();
const ipv6 = new BlockList();
for (const [network, bits] of SPECIAL_IPV4) ipv4.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of SPECIAL_IPV6) ipv6.addSubnet(network, bits, 'ipv6');

/** Whether an IP address, without brackets, is one that anybody on the internet could have. */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) belongs to a link, and nothing on a link is public.
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !ipv4.check(address, 'ipv4');
    case 6:
      return !ipv6.check(address, 'ipv6');
    default:
      return false;
  }
}
