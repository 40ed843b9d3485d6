import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { COMMUNITY, smallCity, T0 } from '../../../../tests/builders/loop.ts';
import { personsAssigned } from './lists.ts';

let city: Awaited<ReturnType<typeof smallCity>>;
before(async () => {
  city = await smallCity();
  await city.signal([{ personId: 1, areaCode: COMMUNITY }]);
  await city.hear();
});
after(() => city.drop());

const assigned = (login: string): Promise<number[]> =>
  city.db.read((tx) => personsAssigned(tx, city.actor(login).id));

test('a task opens the person to its holder and to its post, until it is closed', async () => {
  const at = await city.db.read((tx) =>
    tx.row<{ postId: number; id: number }>('select id, post_id as "postId" from tasks.task'),
  );
  const post = await city.db.read((tx) =>
    tx.row<{ id: number }>(`select id from agencies.post where area_code = $1`, [COMMUNITY]),
  );
  await city.db.tx((tx) =>
    tx.run('update tasks.task set post_id = $2, holder_id = $3 where id = $1', [
      at?.id,
      post?.id,
      city.actor('worker').id,
    ]),
  );
  assert.deepEqual(await assigned('worker'), [1]);
  assert.deepEqual(await assigned('second'), [1], 'a colleague at the post');
  assert.deepEqual(await assigned('neighbour'), []);
  await city.db.tx((tx) => tx.run('update tasks.task set post_id = null where id = $1', [at?.id]));
  assert.deepEqual(await assigned('worker'), [1], 'held without a post');
  assert.deepEqual(await assigned('second'), []);
  await city.db.tx((tx) =>
    tx.run(`update tasks.task set status = 'closed', closed_at = $2 where id = $1`, [
      at?.id,
      new Date(T0),
    ]),
  );
  assert.deepEqual(await assigned('worker'), []);
});
