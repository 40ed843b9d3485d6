import { useState } from 'react';
import type { z } from 'zod';
import { KIND_NAMES, type KindName, KINDS } from '#base/kinds.ts';
import { getSource, issueSourceKey, revokeSourceKey } from '#intake/sources/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { fullTime } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { type Column, Table } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';

type Source = z.output<typeof getSource.answer>;
type Key = Source['keys'][number];
type Format = Source['formats'][number];

const stateOf = (key: Key, now: number): 'revoked' | 'expired' | 'live' =>
  key.revokedAt ? 'revoked' : key.expiresAt < now ? 'expired' : 'live';

/** The keys of a source: what each may send, when it was last used, how it ends. */
export function Keys({ source }: { source: Source }) {
  const { t } = useDeskWords();
  const me = useMe();
  const [isNew, setNew] = useState(false);
  const columns = useColumns(source);
  const list = { rows: source.keys, isLoading: false, error: null, retry: () => undefined };
  return (
    <section className="col">
      <div className="row">
        <h2 className="grow">{t('key.title')}</h2>
        {may(me, 'source.manage') && (
          <button type="button" className="btn primary" onClick={() => setNew(true)}>
            {t('key.issue')}
          </button>
        )}
      </div>
      <Table name={`keys-${source.code}`} list={list} columns={columns} keyOf={(key) => key.id} />
      {isNew && <Issue source={source} onClose={() => setNew(false)} />}
    </section>
  );
}

function useColumns(source: Source): Column<Key>[] {
  const { t, say } = useDeskWords();
  const me = useMe();
  const { act } = useAct('/api/sources');
  const [now] = useState(() => Date.now());
  const revoke = (keyId: number): void => {
    const params = { id: source.id, keyId };
    void act(() => call(revokeSourceKey, { params }), t('key.revoked'));
  };
  const scopeOf = (key: Key): string =>
    [
      ...key.kinds.map((kind) => say(KINDS[kind].words)),
      ...key.formats.map((it) => it.toUpperCase()),
    ].join(' · ') || t('key.anyScope');
  return [
    { head: t('key.prefix'), text: (key) => `${key.prefix}…` },
    { head: t('key.scope'), text: scopeOf },
    {
      head: t('key.made'),
      text: (key) => fullTime(key.createdAt),
      render: (key) => <At at={key.createdAt} />,
    },
    {
      head: t('key.until'),
      text: (key) => fullTime(key.expiresAt),
      render: (key) => <At at={key.expiresAt} />,
    },
    {
      head: t('key.used'),
      text: (key) => (key.usedAt ? fullTime(key.usedAt) : t('key.never')),
      render: (key) => (key.usedAt ? <At at={key.usedAt} /> : t('key.never')),
    },
    {
      head: t('key.state'),
      text: (key) => t(`key.${stateOf(key, now)}`),
      render: (key) => (
        <span className="row">
          <span className={stateOf(key, now) === 'live' ? 'chip good' : 'chip'}>
            {t(`key.${stateOf(key, now)}`)}
          </span>
          {may(me, 'source.manage') && stateOf(key, now) === 'live' && (
            <button type="button" className="btn bad" onClick={() => revoke(key.id)}>
              {t('key.revoke')}
            </button>
          )}
        </span>
      ),
    },
  ];
}

/** A new key: for some kinds and formats or all, for so many days, and what becomes of the old ones. */
function Issue({ source, onClose }: { source: Source; onClose: () => void }) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/sources');
  const [kinds, setKinds] = useState<readonly KindName[]>([]);
  const [formats, setFormats] = useState<readonly Format[]>([]);
  const [issued, setIssued] = useState<string>();
  const submit = async (form: FormData): Promise<void> => {
    const overlap = String(form.get('overlap') ?? '').trim();
    const body = {
      days: Number(form.get('days')),
      ...(kinds.length > 0 ? { kinds: [...kinds] } : {}),
      ...(formats.length > 0 ? { formats: [...formats] } : {}),
      ...(overlap === '' ? {} : { overlapDays: Number(overlap) }),
    };
    const made = await act(() => call(issueSourceKey, { params: { id: source.id }, body }));
    if (made) setIssued(made.key);
  };
  if (issued) return <Issued value={issued} onClose={onClose} />;
  return (
    <Sheet title={t('key.issue')} onClose={onClose}>
      <form
        className="col"
        onSubmit={(e) => {
          e.preventDefault();
          void submit(new FormData(e.currentTarget));
        }}
      >
        <Several
          legend={t('key.kinds')}
          options={KIND_NAMES.map((id) => ({ id, label: say(KINDS[id].words) }))}
          chosen={kinds}
          onChange={setKinds}
        />
        <Several
          legend={t('key.formats')}
          options={source.formats.map((id) => ({ id, label: id.toUpperCase() }))}
          chosen={formats}
          onChange={setFormats}
        />
        <label className="field">
          <span>{t('key.days')}</span>
          <input className="input" name="days" type="number" min={1} max={730} defaultValue={365} />
        </label>
        <label className="field">
          <span>{t('key.rotate')}</span>
          <input className="input" name="overlap" type="number" min={0} max={90} />
          <span className="dim small">{t('key.rotateHelp')}</span>
        </label>
        <div className="sheet-foot">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {t('key.issue')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

type SeveralProps<T extends string> = {
  legend: string;
  options: readonly { id: T; label: string }[];
  chosen: readonly T[];
  onChange: (chosen: readonly T[]) => void;
};

function Several<T extends string>({ legend, options, chosen, onChange }: SeveralProps<T>) {
  const toggle = (id: T): void =>
    onChange(chosen.includes(id) ? chosen.filter((it) => it !== id) : [...chosen, id]);
  return (
    <fieldset className="col">
      <legend className="dim small">{legend}</legend>
      <div className="row wrap">
        {options.map((it) => (
          <button
            key={it.id}
            type="button"
            className="btn"
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

/** The only moment a key is readable: the house keeps its hash. */
export function Issued({ value, onClose }: { value: string; onClose: () => void }) {
  const { t } = useDeskWords();
  const copy = (): void =>
    void navigator.clipboard?.writeText(value).then(() => toast(t('key.copied')));
  return (
    <Sheet title={t('key.once')} onClose={onClose}>
      <p>{t('key.warn')}</p>
      <code className="secret">{value}</code>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={copy}>
          {t('key.copy')}
        </button>
        <button type="button" className="btn primary" onClick={onClose}>
          {t('key.kept')}
        </button>
      </div>
    </Sheet>
  );
}
