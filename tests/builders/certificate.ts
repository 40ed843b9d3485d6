import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/**
 * A self-made certificate for 127.0.0.1 and localhost, fresh for every test: Node signs but writes no
 * X.509, so its few DER lines (RFC 5280 §4.1) stand here. For tests only.
 */
export function selfMadeCertificate(commonName = 'fenghuo test'): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(spki).digest().subarray(0, 8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and not led by a zero
  const year = new Date().getUTCFullYear();
  const tbs = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    nameOf(commonName),
    sequence(time(`${year - 1}0101000000Z`), time(`${year + 1}0101000000Z`)),
    nameOf(commonName),
    spki,
    der(0xa3, sequence(SUBJECT_ALT_NAME)),
  );
  const signature = sign('sha256', tbs, privateKey);
  const whole = sequence(tbs, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** One value of DER: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
const time = (text: string): Buffer => der(0x18, Buffer.from(text));
/** An object identifier, its bytes as X.690 §8.19 packs them. */
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const SUBJECT_ALT_NAME = sequence(
  oid('551d11'),
  der(0x04, sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
);
