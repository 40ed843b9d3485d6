import { scopeFor } from '#registers/access/index.ts';
import { whoAsks } from './doors/who.ts';
import { traceNotes } from '#registers/trace/index.ts';
import { areaDirectory } from '#registers/areas/index.ts';
import { placeDirectory } from '#registers/places/index.ts';
import { mllpServer } from '#intake/sources/index.ts';
import { checkRow, recoverIntake } from '#intake/records/index.ts';
import { openLog } from '#platform/files/index.ts';
import { buildHttp } from '#platform/http/index.ts';
import { liveFeed } from '#views/command/index.ts';
import { type Config, VERSION } from './config.ts';
import { faultWriter } from './faults.ts';
import { mountHealth } from './doors/health.ts';
import { listenOn } from './doors/listen.ts';
import { keepKeys } from './keeping/vault.ts';
import { chance, clock, openAll, placesOf } from './open.ts';
import { mountPages } from './doors/pages.ts';
import { allRoutes } from './routes.ts';

const CONNECTIONS_MAX = 24;
const REFRESH_MS = 5_000;

/** Opens the server and listens; answers how to stop and where it listens. */
export async function openServer(config: Config) {
  const opened = await openAll(config, 'server', CONNECTIONS_MAX);
  const { db, vault } = opened;
  const log = await openLog(placesOf(config.home).log, { vault });
  await recoverIntake({ db, log, clock });
  const [areas, places] = await Promise.all([areaDirectory(db), placeDirectory(db)]);
  const refresh = setInterval(
    () => void Promise.all([areas.refresh(), places.refresh()]).catch(faultWriter('registers')),
    REFRESH_MS,
  );
  const stopKeys = keepKeys(vault, faultWriter('keys'));
  const live = liveFeed({ db, onError: faultWriter('live') });
  const logFolder = placesOf(config.home).log;
  const routes = allRoutes({
    ...opened,
    log,
    logFolder,
    areas,
    places,
    live,
    signin: config.signin,
  });
  const onFault = faultWriter('http');
  const { app, metrics } = await buildHttp({
    db,
    sealer: vault,
    clock,
    onFault,
    routes,
    trustProxy: config.trustProxy,
    rates: config.edges.rates,
    gate: {
      authenticate: (token, now) => whoAsks(db, token, now),
      scopeFor,
      ...traceNotes(db),
    },
  });
  mountHealth(app, opened, metrics, config.metricsToken);
  await mountPages(
    app,
    routes.map((it) => it.endpoint),
    placesOf(config.home).tiles,
    VERSION,
  );
  await app.ready();
  const mllp = mllpServer({
    db,
    log,
    clock,
    chance,
    check: (fields, source, now) =>
      checkRow(fields, source, (code) => places.byCode.get(code), now),
    onNote: (note) => console.error(`mllp: ${note}`),
  });
  const doors = await listenOn(config, app.server, mllp);
  const stop = async (): Promise<void> => {
    clearInterval(refresh);
    stopKeys();
    live.stop();
    await doors.close();
    await app.close();
    await log.close();
    await Promise.all([opened.lake.stop(), db.close()]);
  };
  return { stop, port: doors.port };
}
