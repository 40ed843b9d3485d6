import { KIND_BY_NAME, type KindName } from '#base/kinds.ts';
import { type DryVerdict, dryRun } from '#intake/records/index.ts';
import {
  CHARSETS,
  type Charset,
  type Mapping,
  mappingInForce,
  READER_NAMES,
  sourceDirectory,
} from '#intake/sources/index.ts';
import { placeDirectory } from '#registers/places/index.ts';
import { type Asked, type Command, textOption } from '../../command.ts';
import { readConfig } from '../../config.ts';
import { clock, openForCommand } from '../../open.ts';
import { openFile, UnreadableFile } from './file.ts';

type Setting = Omit<Parameters<typeof dryRun>[0], 'salt'> & {
  readonly charset: Charset;
  /** By which the source's columns become our fields. */
  readonly mapping?: Mapping | undefined;
};

export const command: Command = {
  summary: 'Try files of rows or messages: what would be admitted, and why not; nothing is written',
  usage: '--dry-run FILE… (- is stdin; .gz is unfolded) [options]',
  options: {
    'dry-run': { type: 'boolean', words: 'one line of JSON for each row: its verdict and errors' },
    format: {
      type: 'string',
      words: `${READER_NAMES.join(', ')}; told by content and name without`,
    },
    source: {
      type: 'string',
      words:
        'as this source of the house: its kind, place, charset and mapping, and the places of the house',
    },
    charset: { type: 'string', words: `${CHARSETS.join(', ')}: of files that do not say` },
    kind: { type: 'string', words: 'kind of rows that name none' },
    place: { type: 'string', words: 'place code of rows that name none' },
    at: {
      type: 'string',
      words:
        'weigh as if received now (“now”) or at a time (ISO 8601); without, when each happened',
    },
  },
  async run(asked) {
    if (asked.values['dry-run'] !== true || asked.positionals.length === 0)
      throw new Error(`usage: fenghuo intake ${command.usage}`);
    const setting = await settingOf(asked);
    const weigh = dryRun({ ...setting, salt: '' }, textOption(asked, 'at') === undefined);
    const tally = new Tally();
    for (const file of asked.positionals) {
      try {
        await oneFile(
          file,
          textOption(asked, 'format'),
          setting,
          (verdict) => {
            tally.add(verdict);
            return writeLine(file, verdict);
          },
          weigh,
        );
      } catch (cause) {
        if (!(cause instanceof UnreadableFile)) throw cause;
        tally.unreadable++;
        console.error(`${file}: ${cause.message}`);
      }
    }
    console.error(tally.sentence(asked.positionals.length));
    return tally.unreadable > 0 ? 1 : 0;
  },
};

async function oneFile(
  file: string,
  format: string | undefined,
  { charset, mapping }: Setting,
  tell: (verdict: DryVerdict) => Promise<void>,
  weigh: ReturnType<typeof dryRun>,
): Promise<void> {
  const { reader, bytes } = await openFile(file, format);
  for await (const found of reader.decode(bytes, charset, mapping)) await tell(weigh(found));
}

/** A line of JSON; waits when whoever reads is slower. */
async function writeLine(file: string, it: DryVerdict): Promise<void> {
  const errors = it.errors.map(({ path, value, code, allowed, text }) => ({
    path,
    value: value ?? null,
    code,
    allowed: allowed ?? null,
    text,
  }));
  const { position, kind, verdict } = it;
  const line = `${JSON.stringify({ file, position, kind, verdict, errors })}\n`;
  if (process.stdout.write(line)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
}

class Tally {
  #counts = { admitted: 0, quarantined: 0, duplicate: 0 };
  #codes = new Map<string, number>();
  unreadable = 0;

  add(it: DryVerdict): void {
    this.#counts[it.verdict]++;
    for (const code of new Set(it.errors.map((error) => error.code)))
      this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }

  sentence(files: number): string {
    const { admitted, quarantined, duplicate } = this.#counts;
    const codes = [...this.#codes].sort((a, b) => b[1] - a[1]);
    const why = codes.map(([code, rows]) => `${code} ${rows}`).join(', ');
    const rows = admitted + quarantined + duplicate;
    const unread = this.unreadable > 0 ? `; ${this.unreadable} unreadable · 无法读取` : '';
    return (
      `${files} files, ${rows} rows: ${admitted} admitted · 可入库, ` +
      `${quarantined} quarantined · 隔离${why && ` (${why})`}, ${duplicate} duplicate · 重复${unread}`
    );
  }
}

function kindOption(asked: Asked): KindName | null {
  const kind = textOption(asked, 'kind');
  if (kind === undefined) return null;
  if (!KIND_BY_NAME[kind]) throw new Error(`--kind: ${kind} is no kind of row`);
  return kind as KindName;
}

function charsetOption(asked: Asked): Charset | undefined {
  const said = textOption(asked, 'charset');
  const charset = CHARSETS.find((it) => it === said);
  if (said !== undefined && !charset) throw new Error(`--charset: one of ${CHARSETS.join(', ')}`);
  return charset;
}

/** Without a source no database is asked, so any place code passes. */
async function settingOf(asked: Asked): Promise<Setting> {
  const said = textOption(asked, 'at');
  const now = said === undefined || said === 'now' ? clock() : Date.parse(said);
  if (!Number.isFinite(now)) throw new Error('--at takes now, or a time as ISO 8601');
  const code = textOption(asked, 'source');
  const kind = kindOption(asked);
  const placeCode = textOption(asked, 'place') ?? null;
  const charset = charsetOption(asked);
  if (code === undefined) {
    const anyPlace = { id: 1, areaCode: '' };
    const placeOf = (): typeof anyPlace => anyPlace;
    return { sourceId: 0, kind, placeCode, charset: charset ?? 'utf-8', placeOf, now };
  }
  const db = openForCommand(readConfig(asked.env));
  try {
    const sources = [...(await sourceDirectory(db)).byId.values()];
    const source = sources.find((it) => it.code === code);
    if (!source) throw new Error(`there is no source ${code}; npm run -s fenghuo -- source`);
    const places = await placeDirectory(db);
    const inForce = await db.read((tx) => mappingInForce(tx, source.id));
    return {
      sourceId: source.id,
      kind: kind ?? source.kind,
      placeCode: placeCode ?? source.placeCode,
      charset: charset ?? source.charset,
      placeOf: (it) => places.byCode.get(it),
      mapping: inForce?.mapping,
      now,
    };
  } finally {
    await db.close();
  }
}
