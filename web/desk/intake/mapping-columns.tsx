import { COLUMN_BY_NAME } from '#base/columns.ts';
import { KIND_NAMES, KINDS } from '#base/kinds.ts';
import { CRS, DATE_FORMATS, TARGETS } from '#intake/sources/mapping/contract.ts';
import { ScrollBox } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import type { Mapping, Preview, Rule } from './mapping-types.ts';

const isDated = (field: string): boolean =>
  field === 'at' || field === 'bornOn' || COLUMN_BY_NAME[field]?.type === 'day';

type Props = { preview: Preview; mapping: Mapping; onChange: (mapping: Mapping) => void };

/** One line a column of the source: what stands in it, and which of our fields it becomes. */
export function Columns({ preview, mapping, onChange }: Props) {
  const { t, say, word } = useDeskWords();
  const ruleOf = (heading: string): Rule | undefined =>
    mapping.rules.find((it) => it.from.includes(heading));
  const others = (heading: string): Rule[] =>
    mapping.rules.filter((it) => !it.from.includes(heading));
  const choose = (heading: string, field: string): void => {
    const target = TARGETS.find((it) => it === field);
    const date = target && isDated(target) ? { date: 'ymd' as const } : {};
    const own = target ? [{ field: target, from: [heading], ...date }] : [];
    onChange({ ...mapping, rules: [...others(heading), ...own] });
  };
  const redate = (heading: string, said: string): void => {
    const date = DATE_FORMATS.find((it) => it === said);
    const rules = mapping.rules.map((it) => (it.from.includes(heading) ? { ...it, date } : it));
    onChange({ ...mapping, rules });
  };
  return (
    <section className="col">
      <h2>{t('map.columns')}</h2>
      <Common mapping={mapping} onChange={onChange} />
      <ScrollBox label={t('map.columns')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('map.heading')}</th>
              <th scope="col">{t('map.example')}</th>
              <th scope="col">{t('map.field')}</th>
              <th scope="col">{t('map.date')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.headings.map((heading, at) => {
              const rule = ruleOf(heading);
              const guess = preview.guess.columns[at];
              const isGuess = guess && guess.field === rule?.field && guess.why !== 'none';
              return (
                <tr key={`${at} ${heading}`}>
                  <td>{heading}</td>
                  <td className="dim">{preview.rows.find((it) => it.said[at])?.said[at] ?? '–'}</td>
                  <td>
                    <div>
                      <select
                        className="input"
                        aria-label={`${t('map.field')}: ${heading}`}
                        value={rule?.field ?? ''}
                        onChange={(event) => choose(heading, event.target.value)}
                      >
                        <option value="">{t('map.ignore')}</option>
                        {TARGETS.map((it) => (
                          <option key={it} value={it}>
                            {COLUMN_BY_NAME[it] ? say(COLUMN_BY_NAME[it].words) : word('field', it)}
                          </option>
                        ))}
                      </select>
                      {isGuess && <em className="dim small">{t(`map.guess.${guess.why}`)}</em>}
                    </div>
                  </td>
                  <td>
                    {rule && isDated(rule.field) ? (
                      <div>
                        <select
                          className="input"
                          aria-label={`${t('map.date')}: ${heading}`}
                          value={rule.date ?? 'ymd'}
                          onChange={(event) => redate(heading, event.target.value)}
                        >
                          {DATE_FORMATS.map((it) => (
                            <option key={it} value={it}>
                              {t(`map.date.${it}`)}
                            </option>
                          ))}
                        </select>
                      </div>
                    ) : (
                      '–'
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

/** What is the same for every row. */
function Common({ mapping, onChange }: Omit<Props, 'preview'>) {
  const { t, say } = useDeskWords();
  const constant = mapping.rules.find((it) => it.field === 'placeCode' && it.from.length === 0);
  const place = (code: string): void => {
    const rest = mapping.rules.filter((it) => it !== constant);
    const own = { field: 'placeCode' as const, from: [], constant: code };
    onChange({ ...mapping, rules: code === '' ? rest : [...rest, own] });
  };
  const hasPlace = mapping.rules.some((it) => it.field === 'placeCode' && it.from.length > 0);
  return (
    <div className="row wrap">
      <label className="field">
        <span>{t('map.kind')}</span>
        <select
          className="input"
          value={mapping.kind ?? ''}
          onChange={(event) => {
            const kind = KIND_NAMES.find((it) => it === event.target.value) ?? null;
            onChange({ ...mapping, kind });
          }}
        >
          <option value="">{t('map.kindSource')}</option>
          {KIND_NAMES.map((name) => (
            <option key={name} value={name}>
              {say(KINDS[name].words)}
            </option>
          ))}
        </select>
      </label>
      {!hasPlace && (
        <label className="field">
          <span>{t('map.place')}</span>
          <input
            className="input"
            name="placeCode"
            maxLength={64}
            value={constant?.constant ?? ''}
            onChange={(event) => place(event.target.value.trim())}
          />
        </label>
      )}
      <label className="field">
        <span>{t('map.crs')}</span>
        <select
          className="input"
          value={mapping.crs}
          onChange={(event) => {
            const crs = CRS.find((it) => it === event.target.value) ?? 'wgs-84';
            onChange({ ...mapping, crs });
          }}
        >
          {CRS.map((it) => (
            <option key={it} value={it}>
              {it.toUpperCase()}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
