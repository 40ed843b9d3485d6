import { type ReactNode, useState } from 'react';
import type { AlertRow } from '#watch/alerts/contract.ts';
import { type Me, may } from '../kit/faces.ts';
import type { Pages } from '../kit/query.ts';
import { switchLang } from '../kit/i18n.ts';
import { switchTheme } from '../kit/theme.ts';
import { KeyHelp, type Keys, useKeys, usePaletteKey } from '../kit/ui/keys.tsx';
import { type Command, Palette } from '../kit/ui/palette.tsx';
import { useView } from '../kit/view.ts';
import { AssignSheet } from './detail/assign-sheet.tsx';
import { CloseSheet, ReasonSheet } from './detail/close-sheet.tsx';
import { BulkSheet } from './queue/bulk-sheet.tsx';
import { useTriage } from './triage.ts';
import { FiguresSheet } from './figures.tsx';
import { type CommandKey, useCommandWords } from './words.ts';

export type Act = 'acknowledge' | 'start' | 'assign' | 'close' | 'reopen' | 'comment' | 'bulk';
export type Start = (act: Act, alert?: AlertRow) => void;

/** The action that each act needs; who may not do it is not offered it. */
export const NEEDS: Record<Act, string> = {
  acknowledge: 'alert.acknowledge',
  start: 'alert.acknowledge',
  comment: 'alert.acknowledge',
  assign: 'alert.assign',
  bulk: 'alert.assign',
  close: 'alert.close',
  reopen: 'alert.close',
};

type Hold = {
  list: Pages<AlertRow>;
  cursor: number | null;
  setCursor: (id: number | null) => void;
  marked: ReadonlySet<number>;
  setMarked: (marked: ReadonlySet<number>) => void;
  chosenId: number | null;
  me: Me | undefined;
};

/** Triage by keyboard, and the sheets that its verbs open. One table feeds keys, help and palette. */
export function useKeyboard(hold: Hold): { sheets: ReactNode; start: Start } {
  const { t } = useCommandWords();
  const [view, change] = useView();
  const triage = useTriage();
  const [sheet, setSheet] = useState<{ act: Act | 'help' | 'figures'; alert?: AlertRow }>();
  const [isPalette, setPalette] = usePaletteKey();
  const { list, cursor, setCursor, marked, setMarked, chosenId } = hold;
  const at = list.rows.findIndex((row) => row.id === cursor);
  const current = list.rows[at];
  const step = (by: number): void => {
    const next = list.rows[Math.max(0, Math.min(list.rows.length - 1, at < 0 ? 0 : at + by))];
    if (!next) return;
    setCursor(next.id);
    if (chosenId !== null) change({ alert: String(next.id) });
  };
  const start: Start = (act, alert) => {
    if (!may(hold.me, NEEDS[act])) return;
    if (act === 'acknowledge' && alert) void triage.acknowledge(alert.id);
    else if (act === 'start' && alert) void triage.start(alert.id);
    else setSheet(alert ? { act, alert } : { act });
  };
  const acknowledge = (): void => {
    if (marked.size === 0) {
      if (current?.status === 'open') start('acknowledge', current);
      return;
    }
    const open = list.rows.filter((row) => marked.has(row.id) && row.status === 'open');
    void triage.acknowledgeAll(open.map((row) => row.id));
    setMarked(new Set());
  };
  const mark = (): void => {
    if (!current) return;
    const next = new Set(marked);
    if (!next.delete(current.id)) next.add(current.id);
    setMarked(next);
  };
  const back = (): void => {
    if (chosenId !== null) change({ alert: undefined });
    else setMarked(new Set());
  };
  const keys: Keys = {
    j: { text: t('key.down'), run: () => step(1) },
    k: { text: t('key.up'), run: () => step(-1) },
    x: { text: t('key.mark'), run: mark },
    Enter: {
      text: t('key.open'),
      run: () => current && change({ alert: String(current.id) }, { push: true }),
    },
    e: { text: t('act.acknowledge'), run: acknowledge },
    a: { text: t('act.assign'), run: () => current && start('assign', current) },
    c: { text: t('act.close'), run: () => current && start('close', current) },
    Escape: { text: t('key.back'), run: back },
    d: { text: t('figures.title'), run: () => setSheet({ act: 'figures' }) },
    '?': { text: t('key.help'), run: () => setSheet({ act: 'help' }) },
  };
  for (const [key, act] of [
    ['e', 'acknowledge'],
    ['a', 'assign'],
    ['c', 'close'],
  ] as const) {
    if (!may(hold.me, NEEDS[act])) delete keys[key];
  }
  useKeys(keys);
  const close = (): void => setSheet(undefined);
  const sheets = (
    <>
      {sheet?.act === 'help' && <KeyHelp keys={keys} onClose={close} />}
      {sheet?.act === 'figures' && <FiguresSheet onClose={close} />}
      {sheet?.act === 'bulk' && <BulkSheet me={hold.me} onClose={close} />}
      {sheet?.alert && (
        <OneSheet act={sheet.act} alert={sheet.alert} me={hold.me} onClose={close} />
      )}
      {isPalette && (
        <Palette
          onClose={() => setPalette(false)}
          commands={commandsOf(t, view['kiosk'] === '1', change, (act) => setSheet({ act }))}
        />
      )}
    </>
  );
  return { sheets, start };
}

type SheetProps = {
  act: Act | 'help' | 'figures';
  alert: AlertRow;
  me: Me | undefined;
  onClose: () => void;
};

function OneSheet({ act, alert, me, onClose }: SheetProps) {
  if (act === 'assign') return <AssignSheet alert={alert} me={me} onClose={onClose} />;
  if (act === 'close') return <CloseSheet alert={alert} onClose={onClose} />;
  if (act === 'reopen' || act === 'comment') {
    return <ReasonSheet act={act} alert={alert} onClose={onClose} />;
  }
  return null;
}

type Speak = (key: CommandKey | 'menu.lang' | 'menu.theme' | 'menu.desk') => string;
type Change = ReturnType<typeof useView>[1];

function commandsOf(
  t: Speak,
  isKiosk: boolean,
  change: Change,
  show: (act: 'bulk' | 'figures') => void,
): Command[] {
  const status = (['live', 'open', 'acknowledged', 'working', 'closed'] as const).map((one) => ({
    id: `status-${one}`,
    text: t(`status.${one}`),
    hint: t('filter.status'),
    run: () => change({ status: one, alert: undefined }, { push: true }),
  }));
  const panels = (['trend', 'board', 'areas', 'sources'] as const).map((one) => ({
    id: `panel-${one}`,
    text: t(`panel.${one}`),
    run: () => change({ panel: one, alert: undefined }, { push: true }),
  }));
  return [
    ...panels,
    ...status,
    { id: 'bulk', text: t('bulk.title'), run: () => show('bulk') },
    { id: 'figures', text: t('figures.title'), run: () => show('figures') },
    {
      id: 'kiosk',
      text: t(isKiosk ? 'kiosk.off' : 'kiosk.on'),
      run: () => change({ kiosk: isKiosk ? undefined : '1' }, { push: true }),
    },
    { id: 'desk', text: t('menu.desk'), run: () => location.assign('/desk/') },
    { id: 'lang', text: t('menu.lang'), run: switchLang },
    { id: 'theme', text: t('menu.theme'), run: switchTheme },
  ];
}
