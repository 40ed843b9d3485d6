import { useState } from 'react';
import type { z } from 'zod';
import { DAY } from '#base/time.ts';
import type { Area } from '#registers/areas/contract.ts';
import { listDiseases } from '#registers/diseases/contract.ts';
import {
  listFunctions,
  type MandateFunction,
  proposeMandate,
  readLegalBasis,
} from '#registers/mandates/contract.ts';
import { call, CallError } from '../../../kit/api.ts';
import { useAnswer } from '../../../kit/query.ts';
import { AreaPick } from '../../../kit/ui/area-pick.tsx';
import { Sheet } from '../../../kit/ui/sheet.tsx';
import { Skeleton } from '../../../kit/ui/states.tsx';
import { useAct } from '../../frame/act.ts';
import { useDeskWords } from '../../words.ts';
import { instantOfInput, nowInput } from './instants.ts';

type RetentionClass = z.output<typeof readLegalBasis.answer>['retention'][number];

/** A new order: what for, by which law, where, how long. It begins nothing; another unit decides. */
export function Propose({ onClose }: { onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/mandates');
  const [functions, setFunctions] = useState<readonly MandateFunction[]>([]);
  const [articles, setArticles] = useState<readonly string[]>([]);
  const [areas, setAreas] = useState<readonly Area[]>([]);
  const [faults, setFaults] = useState<CallError['errors']>([]);
  const known = useAnswer(listFunctions);
  const law = useAnswer(readLegalBasis);
  const diseases = useAnswer(listDiseases);
  if (!known.data || !law.data) return <Skeleton />;
  const kept = law.data.retention;
  const fits = law.data.articles.filter((it) => it.functions.some((fn) => functions.includes(fn)));
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const at = (name: string): number => instantOfInput(text(name));
    const body = {
      functions: [...functions],
      authority: text('authority'),
      documentNo: text('documentNo'),
      articles: articles.filter((id) => fits.some((it) => it.id === id)),
      areas: areas.map((it) => it.code),
      disease: text('disease') || null,
      population: text('population'),
      startsAt: at('startsAt'),
      endsAt: at('endsAt'),
      reviewAt: at('reviewAt'),
      reason: text('reason'),
      retention: Object.fromEntries(kept.map(({ id }) => [id, Number(text(`days.${id}`))])),
    };
    const made = await act(async () => {
      try {
        return await call(proposeMandate, { body });
      } catch (error) {
        if (error instanceof CallError) setFaults(error.errors);
        throw error;
      }
    }, t('orders.isProposed'));
    if (made) onClose();
  };
  const field = (name: string, label: string, kind = 'text') => (
    <label className="field">
      <span>{label}</span>
      <input className="input" name={name} type={kind} required maxLength={300} />
    </label>
  );
  const time = (name: string, label: string, days: number) => (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        name={name}
        type="datetime-local"
        required
        defaultValue={nowInput(days * DAY)}
      />
    </label>
  );
  return (
    <Sheet title={t('orders.propose')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void submit(new FormData(e.currentTarget));
        }}
      >
        <Toggles
          legend={t('orders.fn')}
          options={known.data.rows
            .filter((it) => it.isBuilt)
            .map((it) => ({ id: it.fn, label: say(it.words) }))}
          chosen={functions}
          onChange={setFunctions}
        />
        {functions.includes('exercise') && <p className="dim small">{t('orders.exercise')}</p>}
        {field('documentNo', t('orders.no'))}
        {field('authority', t('orders.authority'))}
        <Toggles
          legend={t('orders.articles')}
          options={fits.map((it) => ({
            id: it.id,
            label: t('orders.article', { law: say(it.law), no: it.article }),
            hint: say(it.gist),
          }))}
          chosen={articles}
          onChange={setArticles}
        />
        <Areas areas={areas} onChange={setAreas} />
        <label className="field">
          <span>{t('orders.disease')}</span>
          <select className="input" name="disease" defaultValue="">
            <option value="">{t('orders.anyDisease')}</option>
            {diseases.data?.rows.map((it) => (
              <option key={it.code} value={it.code}>
                {say(it.words)}
              </option>
            ))}
          </select>
        </label>
        {field('population', t('orders.population'))}
        <div className="row wrap">
          {time('startsAt', t('orders.starts'), 0)}
          {time('endsAt', t('orders.ends'), 14)}
          {time('reviewAt', t('orders.review'), 7)}
        </div>
        <p className="dim small">{t('orders.daysMax')}</p>
        <Clocks classes={kept} />
        <label className="field">
          <span>{t('orders.reason')}</span>
          <textarea className="input" name="reason" required maxLength={500} />
        </label>
        <Faults faults={faults} />
        <p className="dim small">{t('orders.twoUnits')}</p>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button
            type="submit"
            className="btn primary"
            disabled={isBusy || functions.length === 0 || areas.length === 0}
          >
            {t('orders.propose')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

/** How long each class stays after the order's end; the law's days unless fewer or more are needed. */
function Clocks({ classes }: { classes: readonly RetentionClass[] }) {
  const { t, say } = useDeskWords();
  return (
    <fieldset className="col">
      <legend className="dim small">{t('orders.keep')}</legend>
      {classes.map((it) => (
        <label key={it.id} className="field">
          <span>{t('orders.keepDays', { what: say(it.words), max: it.daysMax })}</span>
          <input
            className="input"
            name={`days.${it.id}`}
            type="number"
            required
            min={0}
            max={it.daysMax}
            defaultValue={it.days}
          />
          <span className="dim small">{say(it.why)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Faults({ faults }: { faults: CallError['errors'] }) {
  const { say } = useDeskWords();
  if (faults.length === 0) return null;
  return (
    <ul className="faults" role="alert">
      {faults.map((one) => (
        <li key={`${one.path} ${one.code}`}>{say(one.text)}</li>
      ))}
    </ul>
  );
}

type TogglesProps<T extends string> = {
  legend: string;
  options: readonly { id: T; label: string; hint?: string }[];
  chosen: readonly T[];
  onChange: (chosen: readonly T[]) => void;
};

function Toggles<T extends string>({ legend, options, chosen, onChange }: TogglesProps<T>) {
  const toggle = (id: T): void =>
    onChange(chosen.includes(id) ? chosen.filter((it) => it !== id) : [...chosen, id]);
  if (options.length === 0) return null;
  return (
    <fieldset className="col">
      <legend className="dim small">{legend}</legend>
      <div className="row wrap">
        {options.map((it) => (
          <button
            key={it.id}
            type="button"
            className="btn"
            title={it.hint}
            aria-pressed={chosen.includes(it.id)}
            onClick={() => toggle(it.id)}
          >
            {it.label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

type AreasProps = { areas: readonly Area[]; onChange: (areas: readonly Area[]) => void };

function Areas({ areas, onChange }: AreasProps) {
  const { t, say } = useDeskWords();
  return (
    <div className="col">
      <AreaPick
        label={t('orders.addArea')}
        chosen={undefined}
        onChoose={(area) => {
          if (!areas.some((it) => it.code === area.code)) onChange([...areas, area]);
        }}
      />
      <ul className="row wrap picked" aria-label={t('orders.areas')}>
        {areas.map((area) => (
          <li key={area.code}>
            <button
              type="button"
              className="chip"
              title={area.code}
              onClick={() => onChange(areas.filter((it) => it.code !== area.code))}
            >
              {say(area.name)} ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
