import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Whether a hospital may speak from this address; undefined where the socket is gone already. */
export type MllpFrom = (address: string | undefined) => boolean;

/**
 * Reads `MLLP_FROM`: addresses and CIDR ranges with commas between them; from anywhere without. HL7
 * has no login: who reaches the port may take the name of each registered hospital. Throws a
 * sentence for an entry that is no address.
 */
export function mllpFromOf(text: string | undefined): MllpFrom {
  const entries = (text ?? '').split(',').map((it) => it.trim());
  const ranges = entries.filter((it) => it !== '').map(rangeOf);
  if (ranges.length === 0) return () => true;
  return (address) => {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const from = ipaddr.process(address);
    return ranges.some(([range, bits]) => range.kind() === from.kind() && from.match(range, bits));
  };
}

function rangeOf(entry: string): Range {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (!ipaddr.isValid(entry))
    throw new Error(`MLLP_FROM names “${entry}”, which is no address or range`);
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
