import { useEffect, useState } from 'react';
import { type Area, listAreas } from '#registers/areas/contract.ts';
import { call } from '../api.ts';
import { useWords } from '../i18n.ts';

const REST_MS = 300;

/** Without a line there is nothing to choose from: the search answers with nothing. */
async function findAreas(search: string): Promise<Area[]> {
  if (search === '') return [];
  try {
    return (await call(listAreas, { query: { search, limit: 6 } })).rows;
  } catch {
    return [];
  }
}

type Props = { label: string; chosen: Area | undefined; onChoose: (area: Area) => void };

/** An area found by a few letters of its name; what was chosen stays pressed. */
export function AreaPick({ label, chosen, onChoose }: Props) {
  const { t, say } = useWords();
  const [text, setText] = useState('');
  const [found, setFound] = useState<Area[]>();
  useEffect(() => {
    const timer = setTimeout(() => {
      void findAreas(text.trim()).then(setFound);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const shown = chosen && !found?.some((one) => one.code === chosen.code) ? [chosen] : [];
  return (
    <div className="col">
      <label className="field">
        <span>{label}</span>
        <input
          className="input"
          type="search"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
      </label>
      <div className="picks row wrap" aria-live="polite">
        {[...shown, ...(found ?? [])].map((area) => (
          <button
            key={area.code}
            type="button"
            className="btn"
            title={area.code}
            aria-pressed={area.code === chosen?.code}
            onClick={() => onChoose(area)}
          >
            {say(area.name)}
          </button>
        ))}
        {text.trim() !== '' && found?.length === 0 && (
          <span className="dim small">{t('pick.noArea')}</span>
        )}
      </div>
    </div>
  );
}
