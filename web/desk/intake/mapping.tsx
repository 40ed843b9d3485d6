import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type ChangeEvent, useState } from 'react';
import { getSource } from '#intake/sources/contract.ts';
import {
  listMappings,
  MAPPING_LIMITS,
  previewMapping,
  saveMapping,
} from '#intake/sources/mapping/contract.ts';
import { call } from '../../kit/api.ts';
import { useAnswer } from '../../kit/query.ts';
import { Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { toast } from '../../kit/ui/toast.tsx';
import { useAct } from '../frame/act.ts';
import { Page } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import { Columns } from './mapping-columns.tsx';
import { Tried } from './mapping-tried.tsx';
import type { Mapping, Preview } from './mapping-types.ts';

type Sample = { readonly name: string; readonly sample: string };

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Upload a sample, see what its columns were taken for, try it, save it: a source in minutes. */
export function MappingPage() {
  const { t, say } = useDeskWords();
  const navigate = useNavigate();
  const id = Number(useParams({ strict: false }).id);
  const source = useAnswer(getSource, { params: { id } });
  const versions = useAnswer(listMappings, { params: { id }, query: { limit: 1 } });
  const { isBusy, act } = useAct(`/api/sources/${id}`);
  const [sample, setSample] = useState<Sample>();
  const [preview, setPreview] = useState<Preview>();
  const [mapping, setMapping] = useState<Mapping>();
  if (source.error) return <Sorry error={source.error} onRetry={() => void source.refetch()} />;
  if (!source.data || !versions.data) return <Skeleton />;
  const version = versions.data.rows[0]?.version ?? 0;
  const tried = async (from: Sample, with_?: Mapping): Promise<void> => {
    const body = { ...from, ...(with_ ? { mapping: with_ } : {}) };
    const found = await act(() => call(previewMapping, { params: { id }, body }));
    if (!found) return;
    setPreview(found);
    if (!with_) setMapping(found.guess.mapping);
  };
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    if (!file) return;
    if (file.size > MAPPING_LIMITS.sampleBytesMax)
      return void toast(t('map.tooLarge'), { bad: true });
    const chosen = { name: file.name, sample: await base64Of(file) };
    setSample(chosen);
    await tried(chosen);
  };
  const isTwice =
    mapping && new Set(mapping.rules.map((it) => it.field)).size < mapping.rules.length;
  const save = async (): Promise<void> => {
    if (!mapping) return;
    const body = { mapping, after: version };
    const saved = await act(() => call(saveMapping, { params: { id }, body }), t('map.saved'));
    if (saved) void navigate({ to: '/sources/$id', params: { id: String(id) } });
  };
  const crumbs = (
    <>
      <Link to="/sources">{t('nav.sources')}</Link> /{' '}
      <Link to="/sources/$id" params={{ id: String(id) }}>
        {say(source.data.words)}
      </Link>
    </>
  );
  return (
    <Page title={t('map.title')} crumbs={crumbs}>
      <p>{version > 0 ? t('map.version', { no: version }) : t('map.none')}</p>
      <section className="card col">
        <label className="field">
          <span>{t('map.upload')}</span>
          <input
            type="file"
            className="input"
            accept=".csv,.tsv,.txt,.xlsx,.parquet,.ndjson,.jsonl,.json"
            disabled={isBusy}
            onChange={(event) => void choose(event)}
          />
        </label>
        <p className="dim small">{t('map.uploadHelp')}</p>
      </section>
      {preview && mapping && sample && (
        <>
          <Columns preview={preview} mapping={mapping} onChange={setMapping} />
          {isTwice && <p className="bad-text">{t('map.twice')}</p>}
          <div className="row wrap">
            <button
              type="button"
              className="btn"
              disabled={isBusy || isTwice}
              onClick={() => void tried(sample, mapping)}
            >
              {t('map.try')}
            </button>
            <button
              type="button"
              className="btn primary"
              disabled={isBusy || isTwice || mapping.rules.length === 0}
              onClick={() => void save()}
            >
              {t('map.save', { no: version + 1 })}
            </button>
          </div>
          <Tried preview={preview} />
        </>
      )}
    </Page>
  );
}
