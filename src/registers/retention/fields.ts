import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { day } from '#base/schemas.ts';
import { DAY, dayOf } from '#base/time.ts';
import type { Words } from '#base/words.ts';
import { CLOCKS, KEEPING } from './contract.ts';

const FOLDER = join(import.meta.dirname, '../../../data/retention');

/** A class of data, as data/retention/fields.csv tells it, in force on the days it names. */
export type Field = {
  readonly code: string;
  readonly words: Words;
  readonly basis: Words;
  readonly clock: (typeof CLOCKS)[number];
  /** Null: kept without an end of its own (the reason stands in the basis). */
  readonly days: number | null;
  readonly action: (typeof KEEPING)[number];
  /** `pg:schema.table`, `lake:table`, `files:folder`. */
  readonly stores: readonly string[];
  readonly source: string;
  readonly isOn: boolean;
  readonly validFrom: string;
  readonly validUntil: string | null;
};

/** A table that holds nothing about a person, and why that is so. */
export type NoPerson = { readonly store: string; readonly reason: string };

/** Cells of a CSV as this room writes them: quotes around what has a comma, no line break inside. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  return cells;
}

export function rowsOfCsv(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const names = cellsOf(head);
  return lines.map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

const fieldRow = z
  .object({
    code: z.string().regex(/^[a-z]+(\.[a-z-]+)+$/),
    valid_from: day,
    valid_until: z.union([day, z.literal('')]),
    zh: z.string().min(1),
    en: z.string().min(1),
    stores: z.string().min(1),
    basis_zh: z.string().min(1),
    basis_en: z.string().min(1),
    clock: z.enum(CLOCKS),
    days: z.union([z.literal(''), z.coerce.number().int().min(1)]),
    action: z.enum(KEEPING),
    on: z.enum(['yes', 'no']),
    source: z.string().min(1),
  })
  .transform(
    (row): Field => ({
      code: row.code,
      words: { zh: row.zh, en: row.en },
      basis: { zh: row.basis_zh, en: row.basis_en },
      clock: row.clock,
      days: row.days === '' ? null : row.days,
      action: row.action,
      stores: row.stores.split(' '),
      source: row.source,
      isOn: row.on === 'yes',
      validFrom: row.valid_from,
      validUntil: row.valid_until || null,
    }),
  );

/** Every class that ever was in force. Throws when a row is not what it should be. */
export const shippedFields = (): Field[] =>
  rowsOfCsv(readFileSync(join(FOLDER, 'fields.csv'), 'utf8')).map((row) => fieldRow.parse(row));

/** Tables without personal data, each with its reason. */
export const shippedNone = (): NoPerson[] =>
  rowsOfCsv(readFileSync(join(FOLDER, 'none.csv'), 'utf8')).map((row) => ({
    store: row.store ?? '',
    reason: row.reason ?? '',
  }));

/** The classes in force at an instant, in the order of the file. */
export const fieldsAt = (fields: readonly Field[], now: number): Field[] => {
  const today = dayOf(now);
  return fields.filter(
    (it) => it.validFrom <= today && (it.validUntil === null || today < it.validUntil),
  );
};

/** Everything of the class older than this has outlived its purpose; undefined: it has no end. */
export const beforeOf = (field: Field, now: number): number | undefined =>
  field.days === null || field.action === 'keep' ? undefined : now - field.days * DAY;
