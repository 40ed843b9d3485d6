import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { textOf } from './files.ts';

export type Import = { from: string; to: string; typeOnly: boolean; line: number };

/** Where an import points, as a path from the root; undefined for packages and node: modules. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (!specifier.startsWith('.')) return undefined;
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

/** Every import of one file, static, re-exported or dynamic, read by a real parser. */
export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const found: { specifier: string; start: number; typeOnly: boolean }[] = [];
  for (const it of module.staticImports) {
    const typeOnly = it.entries.length > 0 && it.entries.every((e) => e.isType);
    found.push({ specifier: it.moduleRequest.value, start: it.start, typeOnly });
  }
  for (const it of module.staticExports)
    for (const entry of it.entries)
      if (entry.moduleRequest)
        found.push({
          specifier: entry.moduleRequest.value,
          start: it.start,
          typeOnly: entry.isType,
        });
  for (const it of module.dynamicImports) {
    const quoted = /^['"](.+)['"]$/.exec(text.slice(it.moduleRequest.start, it.moduleRequest.end));
    if (quoted?.[1]) found.push({ specifier: quoted[1], start: it.start, typeOnly: false });
  }
  return found.flatMap(({ specifier, start, typeOnly }) => {
    const to = targetOf(file, specifier);
    const line = text.slice(0, start).split('\n').length;
    return to ? [{ from: file, to, typeOnly, line }] : [];
  });
}
