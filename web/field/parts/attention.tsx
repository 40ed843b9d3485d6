import { again, type Outgoing } from '../store/outbox.ts';
import { type Draft, keepDraft } from '../store/draft.ts';
import { forget, sync, useField, userOf } from '../store/sync.ts';
import { useFieldWords } from '../words.ts';

/** What the house refused. It stays until the worker mends it, sends it again, or deletes it himself. */
export function Attention() {
  const { t, say } = useFieldWords();
  const refused = useField().outbox.filter((item) => item.refused);
  if (refused.length === 0) return null;
  return (
    <section className="attention" aria-labelledby="attention-title">
      <h2 id="attention-title">{t('attention.title')}</h2>
      <p className="small">{t('attention.text')}</p>
      {refused.map((item) => (
        <div key={item.key} className="refused">
          <strong>
            {t(`verb.${item.verb}`)} · {say(item.title)}
          </strong>
          <p>{say(item.refused)}</p>
          <div className="row wrap">
            <button type="button" className="btn" onClick={() => void resend(item)}>
              {t('attention.retry')}
            </button>
            {item.verb === 'answer' && (
              <button type="button" className="btn" onClick={() => void mend(item)}>
                {t('attention.again')}
              </button>
            )}
            <button type="button" className="btn bad" onClick={() => void forget(item.key)}>
              {t('attention.drop')}
            </button>
          </div>
        </div>
      ))}
    </section>
  );
}

async function resend(item: Outgoing): Promise<void> {
  await again(userOf(), item);
  await sync();
}

/** Back into the form: what was sent becomes the draft again. */
async function mend(item: Outgoing): Promise<void> {
  const { result, note, fields } = item.body as Partial<Draft>;
  await keepDraft(item.taskId, { result: result ?? '', note: note ?? '', fields: fields ?? {} });
  await forget(item.key);
  location.hash = `#/task/${item.taskId}`;
}
