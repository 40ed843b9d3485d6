import { listRuns, type RunView, showCertificate } from '#registers/retention/contract.ts';
import { call } from '../../../kit/api.ts';
import { usePages } from '../../../kit/query.ts';
import { fullTime } from '../../../kit/time.ts';
import { At } from '../../../kit/ui/clock.tsx';
import { useAct } from '../../frame/act.ts';
import { type Column, Table } from '../../frame/table.tsx';
import { useDeskWords } from '../../words.ts';

const REFRESH_MS = 5_000;
const CHIP: Record<RunView['state'], string> = {
  asked: 'chip warn',
  running: 'chip warn',
  done: 'chip good',
  failed: 'chip bad',
};

/** Runs of the removal, newest first, each with its signed certificate. */
export function Runs() {
  const { t, say, lang } = useDeskWords();
  const list = usePages(listRuns, {}, { refreshMs: REFRESH_MS });
  const gone = (row: RunView): string =>
    row.fields
      .filter((it) => it.rows > 0)
      .map((it) =>
        t('retention.gone', { name: say(it.words), count: it.rows.toLocaleString(lang) }),
      )
      .join(lang === 'zh' ? '，' : ', ') || t('retention.none');
  const columns: Column<RunView>[] = [
    {
      head: t('retention.at'),
      text: (row) => fullTime(row.askedAt),
      render: (row) => <At at={row.askedAt} />,
    },
    {
      head: t('retention.state'),
      text: (row) => t(`retention.state.${row.state}`),
      render: (row) => <span className={CHIP[row.state]}>{t(`retention.state.${row.state}`)}</span>,
    },
    { head: t('retention.by'), text: (row) => row.by },
    { head: t('retention.rows'), text: (row) => row.rows, isNumber: true },
    { head: t('retention.what'), text: gone },
    {
      head: t('retention.certificate'),
      text: () => null,
      render: (row) => (row.hasCertificate ? <Certificate id={row.id} /> : '–'),
    },
  ];
  return (
    <section className="col" aria-labelledby="retention-runs">
      <h2 id="retention-runs">{t('retention.runs')}</h2>
      <Table
        name="retention-runs"
        list={list}
        columns={columns}
        keyOf={(row) => row.id}
        empty={t('retention.noRuns')}
      />
    </section>
  );
}

function Certificate({ id }: { id: number }) {
  const { t } = useDeskWords();
  const { isBusy, act } = useAct();
  const fetchIt = async (): Promise<void> => {
    const answer = await act(() => call(showCertificate, { params: { id } }));
    if (answer) saveJson(`retention-${id}.json`, answer.certificate);
  };
  return (
    <button type="button" className="btn" disabled={isBusy} onClick={() => void fetchIt()}>
      {t('retention.download')}
    </button>
  );
}

function saveJson(name: string, value: unknown): void {
  const blob = new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
