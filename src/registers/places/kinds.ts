import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Actor } from '#base/access.ts';
import { type Refusal, refuse } from '#base/refusal.ts';
import { day, words } from '#base/schemas.ts';
import type { Tx } from '#platform/db/index.ts';
import type { PlaceKind } from './contract.ts';

/** data/places/kinds.json: the categories from a day on. */
export const kindPack = z.object({
  validFrom: day,
  families: z.record(z.string(), words),
  kinds: z.array(
    z.object({
      code: z.string().regex(/^[a-z][a-z_]{1,39}$/),
      words,
      family: z.string(),
      source: z.string(),
    }),
  ),
});
export type KindPack = z.infer<typeof kindPack>;

const SHIPPED = join(import.meta.dirname, '../../../data/places/kinds.json');

/** The categories the house ships with. Throws when the file is not what it should be. */
export const shippedKinds = (file: string = SHIPPED): KindPack =>
  kindPack.parse(JSON.parse(readFileSync(file, 'utf8')));

/**
 * Puts a pack in force from its day on. Categories of an earlier pack that it does not name end the
 * day it begins. Loading the same pack again changes nothing.
 */
export async function loadPlaceKinds(
  tx: Tx,
  _actor: Actor,
  pack: KindPack,
  _now: number,
): Promise<{ kinds: number } | Refusal> {
  const homeless = pack.kinds.filter((kind) => !pack.families[kind.family]);
  if (homeless.length > 0) {
    const codes = homeless.map((kind) => kind.code).join(', ');
    return refuse('invalid', 'unknown-family', {
      zh: `这些类别的归类不存在：${codes}`,
      en: `These categories name an unknown family: ${codes}`,
    });
  }
  await tx.run(
    'update places.kind set valid_until = $1 where valid_from < $1 and valid_until is null',
    [pack.validFrom],
  );
  await tx.run(
    `insert into places.kind (code, words, family, family_words, source, valid_from)
     select * from unnest($1::text[], $2::jsonb[], $3::text[], $4::jsonb[], $5::text[]),
       (select $6::date) d
     on conflict (code, valid_from) do update set words = excluded.words,
       family = excluded.family, family_words = excluded.family_words, source = excluded.source`,
    [
      pack.kinds.map((kind) => kind.code),
      pack.kinds.map((kind) => JSON.stringify(kind.words)),
      pack.kinds.map((kind) => kind.family),
      pack.kinds.map((kind) => JSON.stringify(pack.families[kind.family])),
      pack.kinds.map((kind) => kind.source),
      pack.validFrom,
    ],
  );
  return { kinds: pack.kinds.length };
}

/** The categories in force on a day; without one, the newest of every code. */
export const placeKinds = (tx: Tx, on?: string): Promise<PlaceKind[]> =>
  tx.rows<PlaceKind>(
    `select distinct on (code) code, words, family, family_words as "familyWords", source
     from places.kind
     where $1::date is null or (valid_from <= $1 and (valid_until is null or valid_until > $1))
     order by code, valid_from desc`,
    [on ?? null],
  );
