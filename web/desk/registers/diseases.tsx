import {
  type Disease,
  listDiseases,
  listProfiles,
  listThresholds,
  type Threshold,
} from '#registers/diseases/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { useView } from '../../kit/view.ts';
import { type Column, Page, Table, wholeOf } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

/** The dated catalogue: which diseases, of which class, with which clocks, by which norm. */
export function Diseases() {
  const { t, say } = useDeskWords();
  const [view, change] = useView();
  const profiles = useAnswer(listProfiles);
  const profile = view['profile'];
  const answer = useAnswer(listDiseases, { query: { profile } });
  const columns: Column<Disease>[] = [
    { head: t('disease.name'), text: (row) => say(row.words) },
    {
      head: t('disease.class'),
      text: (row) => row.class + (row.managedAs ? ` → ${row.managedAs}` : ''),
      render: (row) => (
        <span>
          {t(`class.${row.class}`)}{' '}
          {row.managedAs && <span className="chip warn">{t('disease.asA')}</span>}
        </span>
      ),
    },
    {
      head: 'ICD-10',
      text: (row) =>
        row.icd10
          .map((one) => (one.from === one.until ? one.from : `${one.from}–${one.until}`))
          .join(' '),
    },
    { head: t('disease.report'), text: (row) => row.reportHours, isNumber: true },
    { head: t('disease.incubation'), text: (row) => row.incubation.text },
    { head: t('disease.threshold'), text: (row) => row.eventThreshold },
    { head: t('disease.source'), text: (row) => row.source },
  ];
  return (
    <Page title={t('nav.diseases')}>
      <search className="filter-bar">
        <label className="field">
          <span>{t('disease.profile')}</span>
          <select
            className="input"
            value={profile ?? ''}
            onChange={(e) => change({ profile: e.target.value || undefined }, { push: true })}
          >
            <option value="">{t('disease.today')}</option>
            {profiles.data?.rows.map((one) => (
              <option key={one.code} value={one.code}>
                {say(one.words)}
              </option>
            ))}
          </select>
        </label>
      </search>
      <Table
        name="diseases"
        list={wholeOf(answer)}
        columns={columns}
        keyOf={(row) => `${row.profile}-${row.code}`}
        filters={profile ? [t('disease.profile')] : []}
      />
      <Thresholds />
    </Page>
  );
}

function Thresholds() {
  const { t } = useDeskWords();
  const answer = useAnswer(listThresholds);
  const columns: Column<Threshold>[] = [
    { head: t('threshold.code'), text: (row) => row.code },
    { head: t('nav.diseases'), text: (row) => row.diseases.join(' ') },
    { head: t('threshold.count'), text: (row) => row.minCount, isNumber: true },
    { head: t('threshold.unit'), text: (row) => row.unit },
    { head: t('threshold.hours'), text: (row) => row.windowHours, isNumber: true },
    { head: t('threshold.scope'), text: (row) => row.placeScope },
    {
      head: t('disease.source'),
      text: (row) => row.source,
      render: (row) => (
        <span>
          {row.source} {!row.found && <span className="chip warn">{t('threshold.unsure')}</span>}
        </span>
      ),
    },
  ];
  return (
    <section className="col">
      <h2>{t('threshold.title')}</h2>
      <Table name="thresholds" list={wholeOf(answer)} columns={columns} keyOf={(row) => row.code} />
    </section>
  );
}
