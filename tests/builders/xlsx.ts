import { crc32, deflateRawSync } from 'node:zlib';

/** A zip of parts, stored or deflated; `declared` lies about the size of what unfolds. */
export function zipOf(
  parts: Readonly<Record<string, string | Buffer>>,
  options: { deflate?: boolean; declared?: number } = {},
): Buffer {
  const bodies: Buffer[] = [];
  const heads: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content as string);
    const data = options.deflate ? deflateRawSync(plain) : plain;
    const path = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(options.deflate ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(plain), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(options.declared ?? plain.length, 18);
    shared.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), shared, path, data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    heads.push(Buffer.concat([Buffer.from('PK\u0001\u0002', 'latin1'), made, shared, place, path]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(heads.length, 8);
  end.writeUInt16LE(heads.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** A cell: text (shared), a number, or its XML type by hand. */
export type Cell =
  | string
  | number
  | null
  | { readonly t?: string; readonly v?: string; readonly s?: number; readonly f?: string };
export type SheetOf = {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
  readonly state?: 'hidden' | 'veryHidden';
  readonly merges?: readonly string[];
};

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const letters = (at: number): string =>
  (at >= 26 ? letters(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26));

/** Styles: 0 general · 1 day (built-in 14) · 2 `yyyy"年"m"月"d"日"` · 3 `yyyy-mm-dd hh:mm` · 4 `0.00`. */
const STYLES = `${HEAD}<styleSheet ${MAIN}><numFmts count="2">
<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>
<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>
<xf numFmtId="2"/></cellXfs></styleSheet>`;

/** A small workbook as Excel would save it. `extra` adds or replaces parts. */
export function xlsxOf(
  sheets: readonly SheetOf[],
  options: { date1904?: boolean; deflate?: boolean; extra?: Record<string, string> } = {},
): Buffer {
  const strings: string[] = [];
  const cellXml = (cell: Cell, ref: string): string => {
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${ref}"><v>${cell}</v></c>`;
    if (typeof cell === 'string') return `<c r="${ref}" t="s"><v>${strings.push(cell) - 1}</v></c>`;
    const { t, v, s, f } = cell;
    const inner = t === 'inlineStr' ? `<is><t>${xml(v ?? '')}</t></is>` : `<v>${xml(v ?? '')}</v>`;
    const formula = f === undefined ? '' : `<f>${xml(f)}</f>`;
    return `<c r="${ref}"${t ? ` t="${t}"` : ''}${s ? ` s="${s}"` : ''}>${formula}${inner}</c>`;
  };
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="x"/>`,
    '_rels/.rels': `${HEAD}<Relationships ${PACKAGE}><Relationship Id="rId1"
      Type="${RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  };
  sheets.forEach((sheet, at) => {
    const rows = sheet.rows.map((cells, row) => {
      const inner = cells.map((it, column) => cellXml(it, `${letters(column)}${row + 1}`)).join('');
      return `<row r="${row + 1}">${inner}</row>`;
    });
    const merges = (sheet.merges ?? []).map((it) => `<mergeCell ref="${it}"/>`).join('');
    parts[`xl/worksheets/sheet${at + 1}.xml`] =
      `${HEAD}<worksheet ${MAIN}><sheetData>${rows.join('\n')}</sheetData>` +
      `${merges && `<mergeCells>${merges}</mergeCells>`}</worksheet>`;
  });
  const tabs = sheets.map(
    ({ name, state }, at) =>
      `<sheet name="${xml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"${state ? ` state="${state}"` : ''}/>`,
  );
  parts['xl/workbook.xml'] = `${HEAD}<workbook ${MAIN} xmlns:r="${RELS}">
    <workbookPr${options.date1904 ? ' date1904="1"' : ''}/><sheets>${tabs.join('')}</sheets></workbook>`;
  const targets = sheets.map(
    (_, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`,
  );
  parts['xl/_rels/workbook.xml.rels'] =
    `${HEAD}<Relationships ${PACKAGE}>${targets.join('')}</Relationships>`;
  parts['xl/styles.xml'] = STYLES;
  const items = strings.map((it) => `<si><t xml:space="preserve">${xml(it)}</t></si>`).join('');
  parts['xl/sharedStrings.xml'] = `${HEAD}<sst ${MAIN}>${items}</sst>`;
  return zipOf({ ...parts, ...options.extra }, { deflate: options.deflate ?? true });
}
