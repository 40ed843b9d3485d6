import { useId, useState } from 'react';
import { toast } from '../../kit/ui/toast.tsx';
import { useDraft } from '../store/draft.ts';
import { FieldInput, Picks } from './form-field.tsx';
import { answerOf, faultsOf, isAsked } from '../store/form.ts';
import { act, type MyTask } from '../store/sync.ts';
import { goTo, useFieldWords } from '../words.ts';

/** The structured answer: the result first, then only the questions that result asks. */
export function AnswerForm({ task }: { task: MyTask }) {
  const { t, say, sorry } = useFieldWords();
  const { draft, isKept, change, clear } = useDraft(task.id);
  const [isTried, setTried] = useState(false);
  const resultId = useId();
  const faults = faultsOf(task.form, draft);
  const shown = isTried ? faults : new Map();
  const submit = async (): Promise<void> => {
    setTried(true);
    if (faults.size > 0) {
      toast(t(faults.has('result') ? 'task.pick' : 'task.needed'), { bad: true });
      return;
    }
    try {
      const fate = await act(task, 'answer', answerOf(task.form, draft));
      await clear();
      toast(t(`task.${fate}`), { bad: fate === 'refused' });
      goTo('#/');
    } catch (error) {
      toast(sorry(error), { bad: true });
    }
  };
  return (
    <section className="panel">
      <div className="row">
        <h2 className="grow" id={resultId}>
          {t('task.result')}
        </h2>
        {isKept && <span className="dim small">{t('task.draft')}</span>}
      </div>
      <Picks
        labelId={resultId}
        choices={task.form.results.map((one) => ({ value: one.value, label: say(one.words) }))}
        chosen={[draft.result]}
        onPick={(result) => change({ ...draft, result })}
      />
      {shown.has('result') && (
        <p className="fault" role="alert">
          {t('task.pick')}
        </p>
      )}
      {draft.result !== '' &&
        task.form.fields
          .filter((field) => isAsked(field, draft))
          .map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              value={draft.fields[field.name]}
              fault={shown.get(field.name)}
              onChange={(value) =>
                change({ ...draft, fields: { ...draft.fields, [field.name]: value } })
              }
            />
          ))}
      <label className="field">
        <span>
          {t('task.note')} <span className="dim small">{t('task.optional')}</span>
        </span>
        <textarea
          className="input"
          maxLength={500}
          value={draft.note}
          onChange={(e) => change({ ...draft, note: e.target.value })}
        />
      </label>
      <button type="button" className="btn primary big" onClick={() => void submit()}>
        {t('task.submit')}
      </button>
    </section>
  );
}
