import { mkdirSync } from 'node:fs';
import { openLoader, openSegments, runIntake } from '#intake/records/index.ts';
import { readLog } from '#platform/files/index.ts';
import { runReactions } from '#platform/outbox/index.ts';
import { newResolver } from '#registers/people/index.ts';
import { type PlaceDirectory, placeDirectory } from '#registers/places/index.ts';
import { hostMatching } from '#watch/signals/index.ts';
import type { Config } from './config.ts';
import { senderOf } from './doors/signin.ts';
import { faultWriter } from './faults.ts';
import { keepingDuties } from './keeping/duties.ts';
import { keepKeys } from './keeping/vault.ts';
import { clock, openAll, placesOf } from './open.ts';
import { reactionsOf } from './reactions.ts';
import { dutiesOf, runSchedule, signinDuties, sunsetDuty, traceDuties } from './schedule.ts';

/** One per reaction loop, the intake, its loader, the schedule, and a few to spare. */
const CONNECTIONS_MAX = 24;
const REFRESH_MS = 2_000;

/** Opens the worker: intake from the log, matching, reactions, clocks. Answers how to stop. */
export async function openWorker(config: Config) {
  const opened = await openAll(config, 'worker', CONNECTIONS_MAX);
  const { db, lake, vault, mandateKeys } = opened;
  const { log: logFolder, segments: segmentFolder } = placesOf(config.home);
  mkdirSync(logFolder, { recursive: true });
  const log = readLog(logFolder, { vault });
  const segments = openSegments(segmentFolder, db, lake);
  const places = await placeDirectory(db);
  const resolver = newResolver(vault, { places });
  const loader = openLoader({ db, lake, segments, clock, onFault: faultWriter('lake loader') });
  await loader.recover();
  const matching = await hostMatching({ db, segments, places, lake, mandateKeys });

  const ending = new AbortController();
  const { signal } = ending;
  const refreshing = keepFresh(places);
  const stopKeys = keepKeys(vault, faultWriter('keys'));
  await matching.start(clock());
  const loops = Promise.all([
    runIntake(
      {
        db,
        segments,
        vault,
        log,
        clock,
        onFault: faultWriter('intake'),
        placeOf: (code) => places.byCode.get(code),
        resolve: resolver.resolve,
      },
      signal,
    ),
    loader.run(signal),
    runReactions(db, reactionsOf(matching), {
      clock,
      signal,
      onError: (fault) => faultWriter('reactions')(fault),
    }),
    runSchedule(
      [
        ...dutiesOf(db, matching),
        sunsetDuty(opened),
        ...traceDuties(opened, config.home),
        ...keepingDuties(opened, config.home, reactionsOf(matching)),
        ...signinDuties(opened, senderOf(config.signin, config.home)),
      ],
      {
        clock,
        signal,
        onFault: faultWriter('schedule'),
      },
    ),
  ]);
  loops.catch((fault: unknown) => {
    faultWriter('worker')(fault);
    process.exit(1);
  });
  const stop = async (): Promise<void> => {
    ending.abort();
    clearInterval(refreshing);
    stopKeys();
    await loops;
    await matching.rest(clock());
    await Promise.all([lake.stop(), db.close()]);
  };
  return { stop };
}

const keepFresh = (places: PlaceDirectory): NodeJS.Timeout =>
  setInterval(() => void places.refresh().catch(faultWriter('registers')), REFRESH_MS);
