import { ScrollBox } from '../frame/table.tsx';
import { useDeskWords } from '../words.ts';
import type { Preview } from './mapping-types.ts';

/** The rows of the sample as they would be admitted, or with all that is wrong with them. */
export function Tried({ preview }: { preview: Preview }) {
  const { t, say } = useDeskWords();
  const { rows, sound, headings } = preview;
  return (
    <section className="col">
      <h2>{t('map.preview', { sound, rows: rows.length })}</h2>
      <ScrollBox label={t('map.verdict')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('map.row')}</th>
              <th scope="col">{t('map.verdict')}</th>
              {headings.map((it, at) => (
                <th scope="col" key={`${at} ${it}`}>
                  {it}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.at}>
                <td>{row.at}</td>
                <td>
                  {row.errors.length === 0 ? (
                    <span className="chip good">{t('map.sound')}</span>
                  ) : (
                    <ul className="plain">
                      {row.errors.map((it) => (
                        <li key={`${it.path} ${it.code}`} className="bad-text small">
                          {say(it.text)}
                          {it.allowed && ` · ${it.allowed}`}
                        </li>
                      ))}
                    </ul>
                  )}
                </td>
                {headings.map((it, at) => (
                  <td key={`${at} ${it}`}>{row.said[at] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
