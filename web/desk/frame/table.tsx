import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import { saveCsv } from '../../kit/csv.ts';
import { AsOf } from '../../kit/ui/clock.tsx';
import { ExportAsk, type ExportOf } from '../../kit/ui/export-ask.tsx';
import { KeyHelp, type Keys, useKeys } from '../../kit/ui/keys.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { useDeskWords } from '../words.ts';

/** One column: `text` goes into the CSV, `render` onto the screen where words are not enough. */
export type Column<R> = {
  head: string;
  text: (row: R) => string | number | null;
  render?: (row: R) => ReactNode;
  isNumber?: boolean;
};

/** What a list needs of its pages; `usePages` gives it, and so does a whole answer without pages. */
export type Rows<R> = {
  rows: R[];
  asOf?: number;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
  hasMore?: boolean;
  readMore?: () => void;
  isReadingMore?: boolean;
};

type Props<R> = {
  name: string;
  list: Rows<R>;
  columns: Column<R>[];
  keyOf: (row: R) => string | number;
  /** Filters that are on, by name; an empty list says which to drop. */
  filters?: readonly string[];
  empty?: string;
  /** A list about people: its file is asked for, or there is none (null). */
  exportOf?: ExportOf | null;
};

/** The one table of the desk: skeleton, empty, error, more, as-of, CSV and print of what is on screen. */
export function Table<R>({ name, list, columns, keyOf, filters = [], empty, exportOf }: Props<R>) {
  const { t } = useDeskWords();
  const drop = useDropFilters();
  const { box, help } = useRowKeys();
  const save = (): void => {
    const rows = list.rows.map((row) => columns.map((column) => column.text(row)));
    saveCsv(
      `${name}.csv`,
      columns.map((column) => column.head),
      rows,
    );
  };
  if (list.isLoading) return <Skeleton lines={10} />;
  if (list.error) return <Sorry error={list.error} onRetry={list.retry} />;
  if (list.rows.length === 0) {
    return (
      <Empty filters={filters} onDrop={drop}>
        {empty ?? t('state.empty')}
      </Empty>
    );
  }
  return (
    <>
      <ScrollBox label={name} box={box}>
        <table className="table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.head} scope="col" className={column.isNumber ? 'num' : undefined}>
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column) => (
                  <td key={column.head} className={column.isNumber ? 'num' : undefined}>
                    {column.render ? column.render(row) : (column.text(row) ?? '–')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <div className="table-foot">
        {list.hasMore && (
          <button
            type="button"
            className="btn"
            disabled={list.isReadingMore}
            onClick={list.readMore}
          >
            {t('more')}
          </button>
        )}
        <span className="dim small">{t('list.shown', { count: list.rows.length })}</span>
        <span className="grow" />
        <AsOf at={list.asOf} />
        {exportOf && <ExportAsk {...exportOf} />}
        {exportOf === undefined && (
          <button type="button" className="btn quiet" onClick={save}>
            {t('export')}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={() => print()}>
          {t('print')}
        </button>
      </div>
      {help}
    </>
  );
}

type BoxProps = { label: string; box?: Ref<HTMLElement>; children: ReactNode };

/** What scrolls must be reachable by keyboard, though nothing in it may be pressed. */
const REACHABLE = { tabIndex: 0 } as const;

/** A table wider than the screen scrolls in its own box. */
export function ScrollBox({ label, box, children }: BoxProps) {
  return (
    <section ref={box} className="table-box" aria-label={label} {...REACHABLE}>
      {children}
    </section>
  );
}

/** J and K go from row to row, to the first thing that can be pressed; Enter is the browser's. */
function useRowKeys() {
  const { t } = useDeskWords();
  const box = useRef<HTMLElement>(null);
  const [isHelp, setHelp] = useState(false);
  const step = (by: number): void => {
    const all = [...(box.current?.querySelectorAll('tbody tr') ?? [])];
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
    next?.querySelector<HTMLElement>('a, button')?.focus();
  };
  const keys: Keys = {
    j: { text: t('key.down'), run: () => step(1) },
    k: { text: t('key.up'), run: () => step(-1) },
    '?': { text: t('key.help'), run: () => setHelp(true) },
  };
  useKeys(keys);
  return { box, help: isHelp && <KeyHelp keys={keys} onClose={() => setHelp(false)} /> };
}

function useDropFilters(): () => void {
  const [view, change] = useView();
  return () => change(Object.fromEntries(Object.keys(view).map((name) => [name, undefined])));
}

/** Turns an answer without pages into rows for the table. */
export function wholeOf<R>(answer: {
  data: { rows: R[] } | undefined;
  dataUpdatedAt: number;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}): Rows<R> {
  return {
    rows: answer.data?.rows ?? [],
    asOf: answer.dataUpdatedAt,
    isLoading: answer.isPending,
    error: answer.error,
    retry: () => void answer.refetch(),
  };
}

type PageProps = { title: string; crumbs?: ReactNode; actions?: ReactNode; children: ReactNode };

/** A page of the desk: the title is the h1 and the tab's name. */
export function Page({ title, crumbs, actions, children }: PageProps) {
  const { t } = useDeskWords();
  useEffect(() => {
    document.title = `${title} · ${t('menu.desk')} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <>
      <header className="page-head">
        <div className="grow">
          {crumbs && <nav className="small page-crumbs">{crumbs}</nav>}
          <h1>{title}</h1>
        </div>
        {actions}
      </header>
      {children}
    </>
  );
}
