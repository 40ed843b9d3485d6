import ipaddr from 'ipaddr.js';

/** What may be reached though it is not public: `OUTBOUND_ALLOW`, as written by an operator. */
export type Allowed = {
  readonly names: ReadonlySet<string>;
  readonly ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
};

/** The deprecated `::a.b.c.d`: some systems still take it for the IPv4 address. */
const COMPATIBLE = ipaddr.parseCIDR('::/96') as [ipaddr.IPv6, number];

/**
 * Reads names, addresses and CIDR ranges with commas between them. Throws a sentence for an entry
 * that is none.
 */
export function allowedOf(text: string | undefined): Allowed {
  const names = new Set<string>();
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const entry of (text ?? '').split(',').map((it) => it.trim().toLowerCase())) {
    if (entry === '') continue;
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (ipaddr.isValid(entry)) {
      const address = ipaddr.process(entry);
      ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
    } else if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(entry)) names.add(entry);
    else throw new Error(`OUTBOUND_ALLOW names “${entry}”, which is no name, address or range`);
  }
  return { names, ranges };
}

/**
 * Whether the house may connect to this address: public unicast only. Loopback, private, link-local
 * (cloud metadata among them), shared, unique-local, multicast, translated and reserved ranges are
 * shut unless allowed. An IPv4 address inside IPv6 is judged as what it is.
 */
export function mayReach(text: string, allowed: Allowed): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const isListed = allowed.ranges.some(
    ([range, bits]) => range.kind() === address.kind() && address.match(range, bits),
  );
  if (isListed) return true;
  if (address.kind() === 'ipv6' && address.match(...COMPATIBLE)) return false;
  return address.range() === 'unicast';
}
