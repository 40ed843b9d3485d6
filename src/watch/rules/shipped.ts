import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '#base/access.ts';
import { isRefusal } from '#base/refusal.ts';
import type { RuleDoc } from '#base/rules.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import { activateRule, draftRule, reviewRule } from './authoring/author.ts';
import type { CodeSet, WatchList } from './lists/contract.ts';
import { putCodeRow, putCodeSet, putList } from './lists/store.ts';
import { bumpRevision, versionsOf } from './store.ts';

const DATA = join(import.meta.dirname, '../../../data');

/** Who wrote, read and switched on the shipped rules: three authorities, as for every rule. */
const AUTHOR: Actor = actorOf(-1, 'shipped-author', '市疾控中心规则组');
const REVIEWER: Actor = actorOf(-2, 'shipped-reviewer', '市疾控局规则审核组');
const ACTIVATOR: Actor = actorOf(-3, 'shipped-activator', '市个人信息保护负责人');

function actorOf(id: number, login: string, name: string): Actor {
  return { id, login, name, roles: ['house'], areaCode: '' };
}

/** Every rule of data/rules, as documents. Throws when a file is not JSON. */
export function shippedRules(folder: string = join(DATA, 'rules')): RuleDoc[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

type ShippedLists = {
  lists: Omit<WatchList, 'members' | 'changedAt'>[];
  codeSets: { id: string; words: Words; codes: CodeSet['codes'] }[];
};

/** Lists and code sets of data/codes. */
export function shippedLists(folder: string = join(DATA, 'codes')): ShippedLists {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return { lists: read('lists.json'), codeSets: read('code-sets.json') };
}

/** Opens the shipped lists and code sets; members and codes set by hand since then stay. */
export async function installShippedLists(tx: Tx, now: number): Promise<void> {
  const { lists, codeSets } = shippedLists();
  for (const list of lists) await putList(tx, list, now);
  for (const set of codeSets) {
    await putCodeSet(tx, set.id, set.words);
    const known = await tx.rows<{ code: string }>('select code from rules.code where set_id = $1', [
      set.id,
    ]);
    const old = new Set(known.map((row) => row.code));
    for (const code of set.codes) if (!old.has(code.code)) await putCodeRow(tx, set.id, code);
  }
  await bumpRevision(tx);
}

/**
 * Puts the shipped rules of a profile to work, through the verbs of every rule: drafted by one
 * authority, reviewed by another, activated by a third. A rule the house already has is left as it
 * is, so a second start changes nothing. Needs places and their kinds first. Throws when a shipped
 * rule is refused.
 */
export async function installShippedRules(
  tx: Tx,
  now: number,
  profile: string = 'law-2025',
): Promise<{ installed: number }> {
  await installShippedLists(tx, now);
  let installed = 0;
  for (const doc of shippedRules()) {
    if (doc.profile !== undefined && doc.profile !== profile) continue;
    if ((await versionsOf(tx, doc.id)).length > 0) continue;
    const drafted = await draftRule(tx, AUTHOR, { doc, note: '随系统发布' }, now);
    if (isRefusal(drafted)) {
      const why = drafted.errors?.map((e) => `${e.path}: ${e.text.en}`).join('; ');
      throw new Error(`shipped rule ${doc.id} is refused: ${drafted.text.en} ${why ?? ''}`);
    }
    const reviewed = await reviewRule(tx, REVIEWER, { ...drafted, note: '随系统发布' }, now);
    const active = isRefusal(reviewed) ? reviewed : await activateRule(tx, ACTIVATOR, drafted, now);
    if (isRefusal(active)) throw new Error(`shipped rule ${doc.id}: ${active.text.en}`);
    installed++;
  }
  return { installed };
}
