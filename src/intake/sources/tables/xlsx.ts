import { posix } from 'node:path';
import { REFUSED, type SheetRow, TABLE_LIMITS, TableRefused } from './model.ts';
import { fillDown, runsOf } from './merges.ts';
import { type NumberSort, sortOfFormat } from './values.ts';
import { sheetRows, type Workbook } from './sheet.ts';
import { readXml } from './xml.ts';
import { type Archive, openArchive } from './zip.ts';

type SheetEntry = { readonly name: string; readonly id: string; readonly isHidden: boolean };

/** Targets of a part's relations by id, as paths of the archive. */
async function relationsOf(zip: Archive, part: string): Promise<Map<string, string>> {
  const path = `${posix.dirname(part)}/_rels/${posix.basename(part)}.rels`.replace(/^\.\//, '');
  const found = new Map<string, string>();
  if (!zip.has(path)) return found;
  await readXml(zip.read(path), {
    open(name, { Id, Target, TargetMode }) {
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      const target = Target.startsWith('/')
        ? Target.slice(1)
        : posix.normalize(posix.join(posix.dirname(part), Target));
      found.set(Id, target);
    },
  });
  return found;
}

async function sharedStrings(zip: Archive, path: string): Promise<string[]> {
  const strings: string[] = [];
  if (!zip.has(path)) return strings;
  let text = '';
  let isText = false;
  let isPhonetic = false;
  let chars = 0;
  await readXml(zip.read(path), {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') isPhonetic = true;
      else if (name === 't') isText = !isPhonetic;
    },
    text(more) {
      if (isText && text.length < TABLE_LIMITS.cellCharsMax) text += more;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'si') {
        chars += text.length;
        const isOver =
          strings.length >= TABLE_LIMITS.sharedStringsMax || chars > TABLE_LIMITS.sharedCharsMax;
        if (isOver) throw new TableRefused(REFUSED.tooWide);
        strings.push(text.slice(0, TABLE_LIMITS.cellCharsMax));
      }
    },
  });
  return strings;
}

/** What each cell style makes of a number. */
async function stylesOf(zip: Archive, path: string): Promise<NumberSort[]> {
  const codes = new Map<number, string>();
  const sorts: NumberSort[] = [];
  let isCells = false;
  if (!zip.has(path)) return sorts;
  await readXml(zip.read(path), {
    open(name, { numFmtId, formatCode }) {
      if (name === 'numFmt' && formatCode) codes.set(Number(numFmtId), formatCode);
      else if (name === 'cellXfs') isCells = true;
      else if (name === 'xf' && isCells)
        sorts.push(sortOfFormat(Number(numFmtId ?? 0), codes.get(Number(numFmtId))));
    },
    close(name) {
      if (name === 'cellXfs') isCells = false;
    },
  });
  return sorts;
}

async function workbookOf(zip: Archive, path: string) {
  const sheets: SheetEntry[] = [];
  let is1904 = false;
  await readXml(zip.read(path), {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([it]) => it.endsWith(':id'))?.[1] ?? '';
      const isHidden = (attributes.state ?? 'visible') !== 'visible';
      sheets.push({ name: attributes.name ?? '', id, isHidden });
    },
  });
  if (sheets.length > TABLE_LIMITS.sheetsMax) throw new TableRefused(REFUSED.tooWide);
  return { sheets, is1904 };
}

const isPart = (name: string, part: string): boolean => name.endsWith(`/${part}`) || name === part;

/**
 * Rows of an XLSX, sheet by sheet as its tabs stand; `sheet` alone when it is named, else all that
 * are not hidden. Formulas are never evaluated: what Excel kept as their value is read. Throws
 * TableRefused.
 */
export async function* readXlsx(bytes: Buffer, sheet?: string): AsyncGenerator<SheetRow> {
  const zip = await openArchive(bytes);
  const root = await relationsOf(zip, '');
  const book =
    [...root.values()].find((it) => isPart(it, 'workbook.xml')) ??
    zip.names.find((it) => isPart(it, 'workbook.xml'));
  if (!book || !zip.has(book)) throw new TableRefused(REFUSED.notXlsx);
  const targets = await relationsOf(zip, book);
  const partOf = (part: string): string =>
    [...targets.values()].find((it) => isPart(it, part)) ?? `xl/${part}`;
  const { sheets, is1904 } = await workbookOf(zip, book);
  const known: Workbook = {
    strings: await sharedStrings(zip, partOf('sharedStrings.xml')),
    styles: await stylesOf(zip, partOf('styles.xml')),
    is1904,
    cells: 0,
  };
  const wanted = sheets.filter((it) => (sheet === undefined ? !it.isHidden : it.name === sheet));
  if (wanted.length === 0) throw new TableRefused(REFUSED.noSheet);
  for (const { name, id } of wanted) {
    const target = targets.get(id);
    if (!target || !zip.has(target)) throw new TableRefused(REFUSED.notXlsx);
    if (!isPart(posix.dirname(target), 'worksheets')) continue;
    const fill = fillDown(await runsOf(zip.read(target)));
    for await (const row of sheetRows(zip.read(target), known, fill)) yield { sheet: name, ...row };
  }
}
