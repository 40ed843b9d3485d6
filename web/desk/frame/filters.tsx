import { useEffect, useState } from 'react';
import { useView } from '../../kit/view.ts';

export type Filter =
  | { name: string; label: string; type: 'text' }
  | {
      name: string;
      label: string;
      type: 'select';
      options: { value: string; label: string }[];
      first: string;
    };

const REST_MS = 250;

/** The filter bar of a list, in the address; answers with the values and the names of those that are on. */
export function useFilters(filters: readonly Filter[]): {
  values: Record<string, string | undefined>;
  on: string[];
} {
  const [view] = useView();
  const values = Object.fromEntries(filters.map(({ name }) => [name, view[name] || undefined]));
  const on = filters.filter(({ name }) => values[name]).map(({ label }) => label);
  return { values, on };
}

export function FilterBar({ filters }: { filters: readonly Filter[] }) {
  const [view, change] = useView();
  return (
    <search className="filter-bar">
      {filters.map((filter) => (
        <label key={filter.name} className="field">
          <span>{filter.label}</span>
          {filter.type === 'text' ? (
            <SlowText
              value={view[filter.name] ?? ''}
              onChange={(text) => change({ [filter.name]: text || undefined })}
            />
          ) : (
            <select
              className="input"
              value={view[filter.name] ?? ''}
              onChange={(e) =>
                change({ [filter.name]: e.target.value || undefined }, { push: true })
              }
            >
              <option value="">{filter.first}</option>
              {filter.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </select>
          )}
        </label>
      ))}
    </search>
  );
}

/** Follows the typist at a small distance, so that not every key asks the house. */
function SlowText({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input className="input" type="search" value={text} onChange={(e) => setText(e.target.value)} />
  );
}
