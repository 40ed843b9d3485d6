import { ancestorOf, TIERS, tierOf } from '#base/areas.ts';
import { type Area, readArea } from '#registers/areas/contract.ts';
import { readSummary } from '#views/command/contract.ts';
import { useIsLive } from '../kit/live.ts';
import { useAnswer } from '../kit/query.ts';
import { useMe } from '../kit/session.ts';
import { Chrome } from '../kit/ui/chrome.tsx';
import { AsOf } from '../kit/ui/clock.tsx';
import { useView } from '../kit/view.ts';
import { type Figure, useFigureText } from './figures.tsx';
import { viewOfRows } from './filter.ts';
import { useCommandWords } from './words.ts';

/** Figures that stand in the header of every screen; the rest is a click away in the queue. */
const SHOWN: readonly Figure['id'][] = [
  'alertsRaised24h',
  'alertsUnacknowledged',
  'tasksOverdue',
  'answeredInTime7d',
  'records24h',
];

export function Header() {
  const { t } = useCommandWords();
  const [view] = useView();
  const isLive = useIsLive();
  const area = view['area'];
  const summary = useAnswer(readSummary, { query: area ? { areaCode: area } : {} });
  const figures = SHOWN.flatMap((id) => summary.data?.figures.filter((one) => one.id === id) ?? []);
  return (
    <header className="head">
      <div className="head-name">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <strong>{t('command.title')}</strong>
      </div>
      <Crumbs />
      <dl className="figures">
        {figures.map((figure) => (
          <FigureCell key={figure.id} figure={figure} />
        ))}
      </dl>
      <div className="live">
        <span className={isLive ? 'chip good' : 'chip bad'}>
          {t(isLive ? 'live.on' : 'live.off')}
        </span>
        <AsOf at={summary.data?.asOf} />
      </div>
      <Chrome face="command" />
    </header>
  );
}

function FigureCell({ figure }: { figure: Figure }) {
  const { t, say } = useCommandWords();
  const [, change] = useView();
  const textOf = useFigureText();
  const { rows } = figure;
  const text = textOf(figure);
  return (
    <div className="figure" title={say(figure.definition)}>
      <dt>{say(figure.words)}</dt>
      <dd>
        {rows ? (
          <button
            type="button"
            title={`${say(figure.definition)} ${t('figure.rows')}`}
            onClick={() => change({ ...viewOfRows(rows), alert: undefined }, { push: true })}
          >
            {text}
          </button>
        ) : (
          text
        )}
      </dd>
    </div>
  );
}

/** City / district / street / community: each step up is a click, each step down a click on map or list. */
function Crumbs() {
  const { t, say } = useCommandWords();
  const [view, change] = useView();
  const me = useMe();
  const code = view['area'] ?? me?.areaCode ?? '';
  const here = useAnswer(readArea, { params: { code } }, { enabled: code !== '' });
  const path: Pick<Area, 'code' | 'name'>[] = here.data ? [...here.data.path, here.data] : [];
  const top = me?.areaCode ? tierOf(me.areaCode) : 'city';
  const open = path.filter(
    (area) => TIERS.indexOf(tierOf(area.code) ?? 'city') >= TIERS.indexOf(top ?? 'city'),
  );
  const isTop = (area: { code: string }): boolean =>
    me !== undefined && ancestorOf(me.areaCode, top ?? 'city') === area.code;
  return (
    <nav className="crumbs" aria-label={t('crumb.label')}>
      <ol>
        {open.map((area) => (
          <li key={area.code}>
            {area.code === code ? (
              <span aria-current="page">{say(area.name)}</span>
            ) : (
              <button
                type="button"
                className="link"
                onClick={() =>
                  change(
                    { area: isTop(area) ? undefined : area.code, alert: undefined },
                    { push: true },
                  )
                }
              >
                {say(area.name)}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
