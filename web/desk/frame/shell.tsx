import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { switchLang } from '../../kit/i18n.ts';
import { type Me, may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { switchTheme } from '../../kit/theme.ts';
import { Chrome } from '../../kit/ui/chrome.tsx';
import { usePaletteKey } from '../../kit/ui/keys.tsx';
import { PrintMark } from '../../kit/ui/print-mark.tsx';
import { Palette } from '../../kit/ui/palette.tsx';
import { Toasts } from '../../kit/ui/toast.tsx';
import { type DeskKey, useDeskWords } from '../words.ts';
import { useDeskNews } from './news.ts';

/** The rooms of the desk, each with the action that opens it. */
const PLACES = [
  { to: '/tasks', key: 'nav.tasks', action: 'task.read', group: 'nav.response' },
  { to: '/sources', key: 'nav.sources', action: 'source.read', group: 'nav.intake' },
  { to: '/batches', key: 'nav.batches', action: 'batch.read', group: 'nav.intake' },
  { to: '/quarantine', key: 'nav.quarantine', action: 'quarantine.read', group: 'nav.intake' },
  { to: '/rules', key: 'nav.rules', action: 'rule.read', group: 'nav.watch' },
  { to: '/lists', key: 'nav.lists', action: 'list.read', group: 'nav.watch' },
  { to: '/codes', key: 'nav.codes', action: 'rule.read', group: 'nav.watch' },
  { to: '/people', key: 'nav.people', action: 'person.read', group: 'nav.registers' },
  { to: '/areas', key: 'nav.areas', action: 'area.read', group: 'nav.registers' },
  { to: '/places', key: 'nav.places', action: 'place.read', group: 'nav.registers' },
  { to: '/diseases', key: 'nav.diseases', action: 'disease.read', group: 'nav.registers' },
  { to: '/posts', key: 'nav.posts', action: 'post.read', group: 'nav.registers' },
  { to: '/orders', key: 'nav.orders', action: 'mandate.read', group: 'nav.trust' },
  { to: '/hand-overs', key: 'nav.handOvers', action: 'tie.propose', group: 'nav.trust' },
  {
    to: '/grants',
    key: 'nav.grants',
    action: ['glass.review', 'glass.break'],
    group: 'nav.trust',
  },
  {
    to: '/exports',
    key: 'nav.exports',
    action: ['export.ask', 'export.approve'],
    group: 'nav.trust',
  },
  { to: '/retention', key: 'nav.retention', action: 'retention.read', group: 'nav.trust' },
  { to: '/misuse', key: 'nav.misuse', action: 'misuse.read', group: 'nav.trust' },
  { to: '/entries', key: 'nav.entries', action: 'entry.read', group: 'nav.trust' },
  { to: '/actors', key: 'nav.actors', action: 'actor.manage', group: 'nav.order' },
  { to: '/account', key: 'nav.account', action: 'area.read', group: 'nav.order' },
] as const satisfies readonly {
  to: string;
  key: DeskKey;
  action: string | readonly string[];
  group: DeskKey;
}[];

const openTo = (me: Me | undefined) =>
  PLACES.filter(({ action }) => [action].flat().some((one) => may(me, one)));

export function Shell() {
  const { t } = useDeskWords();
  const me = useMe();
  const navigate = useNavigate();
  const [isPalette, setPalette] = usePaletteKey();
  const open = openTo(me);
  useDeskNews();
  const groups = [...new Set(open.map(({ group }) => group))];
  return (
    <div className="desk">
      <header className="desk-head">
        <a className="desk-name" href="/desk/">
          <img src="/icon.svg" alt="" width="26" height="26" />
          <strong>
            {t('app.name')} · {t('menu.desk')}
          </strong>
        </a>
        <span className="grow" />
        <Chrome face="desk" />
      </header>
      <nav className="desk-nav" aria-label={t('nav.label')}>
        {groups.map((group) => (
          <section key={group}>
            <h2>{t(group)}</h2>
            <ul>
              {open
                .filter((place) => place.group === group)
                .map((place) => (
                  <li key={place.to}>
                    <Link to={place.to} activeProps={{ className: 'here' }}>
                      {t(place.key)}
                    </Link>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </nav>
      <main className="desk-main">
        <Outlet />
      </main>
      {isPalette && (
        <Palette
          onClose={() => setPalette(false)}
          commands={[
            ...open.map((place) => ({
              id: place.to,
              text: t(place.key),
              hint: t(place.group),
              run: () => void navigate({ to: place.to }),
            })),
            { id: 'command', text: t('menu.command'), run: () => location.assign('/command/') },
            { id: 'lang', text: t('menu.lang'), run: switchLang },
            { id: 'theme', text: t('menu.theme'), run: switchTheme },
          ]}
        />
      )}
      <Toasts />
      <PrintMark />
    </div>
  );
}

/** The first page: the first room the reader may enter. */
export function Home() {
  const { t } = useDeskWords();
  const me = useMe();
  const open = openTo(me);
  return (
    <>
      <h1>{t('menu.desk')}</h1>
      <ul className="home">
        {open.map((place) => (
          <li key={place.to}>
            <Link className="card" to={place.to}>
              <strong>{t(place.key)}</strong>
              <span className="dim small">{t(place.group)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
