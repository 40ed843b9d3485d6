import { ID_TYPES, type IdType } from '#base/kinds.ts';
import type { Tx } from '#platform/db/index.ts';
import { normaliseIdNo, type Vault } from '#platform/secrets/index.ts';
import { ATTRIBUTES, normalisePhone } from '../model.ts';

/** Who is meant: an id, a document or a phone number. */
export type Meant = { id: number } | { idType: IdType; idNo: string } | { phone: string };
export type Anybody = { readonly id: number; readonly areaCode: string };

/**
 * The persons meant, anywhere, at most two: whoever asks wants one. Needs a transaction in the
 * house's sight, and a caller who answers nothing but whether there was one.
 */
export function findAnywhere(tx: Tx, vault: Vault, meant: Meant): Promise<Anybody[]> {
  const who = 'select p.id, p.area_code as "areaCode" from people.person p';
  if ('id' in meant) return tx.rows<Anybody>(`${who} where p.id = $1`, [meant.id]);
  if ('idNo' in meant) {
    const blinds = vault.blindIndexes(`document ${meant.idType}`, normaliseIdNo(meant.idNo));
    return tx.rows<Anybody>(
      `${who} where p.id in
         (select person from people.handle where kind = $1 and blind = any($2::bytea[])) limit 2`,
      [ID_TYPES.indexOf(meant.idType) + 1, blinds],
    );
  }
  const marks = vault.blindIndexes('phone', normalisePhone(meant.phone));
  return tx.rows<Anybody>(
    `${who} where p.id in
       (select person from people.search where attribute = $1 and mark = any($2::bytea[])) limit 2`,
    [ATTRIBUTES.phone, marks],
  );
}
