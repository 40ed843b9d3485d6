import { useId } from 'react';
import type { FormField } from '#response/tasks/contract.ts';
import type { Fault } from '../store/form.ts';
import { useFieldWords } from '../words.ts';

type Props = {
  field: FormField;
  value: unknown;
  fault: Fault | undefined;
  onChange: (value: unknown) => void;
};

/** One question of the form: choices as big buttons, numbers with the number pad. */
export function FieldInput({ field, value, fault, onChange }: Props) {
  const { t, say } = useFieldWords();
  const faultId = useId();
  const labelId = useId();
  return (
    <div className="question">
      <p id={labelId}>
        <strong>{say(field.words)}</strong>{' '}
        {field.evidence && <span className="chip">{t('task.evidence')}</span>}
        {!field.required && !field.evidence && (
          <span className="dim small">{t('task.optional')}</span>
        )}
      </p>
      {field.hint && <p className="dim small">{say(field.hint)}</p>}
      <Control
        field={field}
        value={value}
        onChange={onChange}
        labelId={labelId}
        faultId={faultId}
        fault={fault}
      />
      {fault && (
        <p className="fault" id={faultId} role="alert">
          {fault === 'needed'
            ? t('task.needed')
            : t('task.range', { min: field.min ?? '', max: field.max ?? '' })}
        </p>
      )}
    </div>
  );
}

type ControlProps = Props & { labelId: string; faultId: string };

function Control({ field, value, onChange, labelId, faultId, fault }: ControlProps) {
  const { t, say } = useFieldWords();
  if (field.type === 'flag') {
    const choices = [
      { value: 'yes', label: t('task.yes') },
      { value: 'no', label: t('task.no') },
    ];
    const shown = value === undefined ? '' : value ? 'yes' : 'no';
    return (
      <Picks
        labelId={labelId}
        choices={choices}
        chosen={[shown]}
        onPick={(v) => onChange(v === 'yes')}
      />
    );
  }
  if (field.type === 'choice' || field.type === 'choices') {
    const chosen = Array.isArray(value) ? value.map(String) : value ? [String(value)] : [];
    const choices = (field.choices ?? []).map((c) => ({ value: c.value, label: say(c.words) }));
    const pick = (one: string): void => {
      if (field.type === 'choice') return onChange(one);
      onChange(chosen.includes(one) ? chosen.filter((c) => c !== one) : [...chosen, one]);
    };
    return <Picks labelId={labelId} choices={choices} chosen={chosen} onPick={pick} />;
  }
  const common = {
    className: 'input',
    'aria-labelledby': labelId,
    'aria-invalid': fault !== undefined,
    'aria-describedby': fault ? faultId : undefined,
  };
  if (field.type === 'number') {
    return (
      <input
        {...common}
        type="number"
        inputMode="decimal"
        step="any"
        value={typeof value === 'number' ? value : ''}
        onChange={(e) => onChange(e.target.value === '' ? undefined : e.target.valueAsNumber)}
      />
    );
  }
  if (field.type === 'instant') {
    const text = typeof value === 'number' ? localText(value) : '';
    return (
      <input
        {...common}
        type="datetime-local"
        value={text}
        onChange={(e) => onChange(e.target.value ? new Date(e.target.value).getTime() : undefined)}
      />
    );
  }
  return (
    <input
      {...common}
      type={field.type === 'day' ? 'date' : 'text'}
      maxLength={500}
      value={typeof value === 'string' ? value : ''}
      onChange={(e) => onChange(e.target.value || undefined)}
    />
  );
}

/** `2026-11-21T14:05` in the phone's own zone, as the date picker wants it. */
function localText(at: number): string {
  const shifted = at - new Date(at).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}

type PicksProps = {
  labelId: string;
  choices: { value: string; label: string }[];
  chosen: string[];
  onPick: (value: string) => void;
};

export function Picks({ labelId, choices, chosen, onPick }: PicksProps) {
  return (
    <fieldset className="picks" aria-labelledby={labelId}>
      {choices.map((one) => (
        <button
          key={one.value}
          type="button"
          className="btn"
          aria-pressed={chosen.includes(one.value)}
          onClick={() => onPick(one.value)}
        >
          {one.label}
        </button>
      ))}
    </fieldset>
  );
}
