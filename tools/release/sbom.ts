import { createHash } from 'node:crypto';
import { type Lock, type Locked, nameOf, whereIs } from './lock.ts';

type Json = Record<string, unknown>;

const purlOf = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** `sha512-…` in base64, as npm writes it, in hex, as CycloneDX does. */
const hashesOf = (integrity: string | undefined): Json[] => {
  const [, content = ''] = /^sha512-(\S+)/.exec(integrity ?? '') ?? [];
  return content
    ? [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }]
    : [];
};

const licencesOf = (licence: string | undefined): Json[] => {
  if (!licence) return [];
  return / (OR|AND) /.test(licence) ? [{ expression: licence }] : [{ license: { id: licence } }];
};

function componentOf(path: string, it: Locked): Json {
  const name = nameOf(path);
  const [first = '', second] = name.split('/');
  return {
    type: 'library',
    'bom-ref': path,
    ...(second ? { group: first, name: second } : { name: first }),
    version: it.version ?? '',
    scope: it.optional ? 'optional' : 'required',
    purl: purlOf(name, it.version ?? ''),
    hashes: hashesOf(it.integrity),
    licenses: licencesOf(it.license),
  };
}

const needsOf = (lock: Lock, path: string, it: Locked): string[] =>
  Object.keys({ ...it.dependencies, ...it.optionalDependencies, ...it.peerDependencies })
    .map((name) => whereIs(lock, path, name))
    .filter((at): at is string => at !== undefined && !lock.packages[at]?.dev);

/**
 * What the product is made of, as CycloneDX 1.5: every package it runs with, its hash, its licence
 * and what it needs. Development tools are left out. The same lock file gives the same bytes.
 */
export function sbomOf(lock: Lock): Json {
  const parts = Object.entries(lock.packages).filter(([path, it]) => path !== '' && !it.dev);
  const self = lock.packages[''] ?? {};
  const digest = createHash('sha256').update(JSON.stringify(lock)).digest('hex');
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const main = {
    type: 'application',
    'bom-ref': 'fenghuo',
    name: 'fenghuo',
    version: self.version ?? '',
    purl: purlOf('fenghuo', self.version ?? ''),
    licenses: licencesOf(self.license),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: { component: main },
    components: parts.map(([path, it]) => componentOf(path, it)),
    dependencies: [
      { ref: 'fenghuo', dependsOn: needsOf(lock, '', { ...self, peerDependencies: {} }) },
      ...parts.map(([path, it]) => ({ ref: path, dependsOn: needsOf(lock, path, it) })),
    ],
  };
}
