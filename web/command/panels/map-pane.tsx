import { useMemo, useSyncExternalStore } from 'react';
import { readArea } from '#registers/areas/contract.ts';
import { LEVEL_WORDS, LEVELS } from '#base/words.ts';
import { useAnswer } from '../../kit/query.ts';
import { useTheme } from '../../kit/theme.ts';
import { LevelBadge } from '../../kit/ui/level.tsx';
import { useView } from '../../kit/view.ts';
import { CityMap, type Padding } from '../../maps/city-map.tsx';
import { boundsAround, boundsOf, colourOf, type Step, stepsOf } from '../../maps/scale.ts';
import { useCommandWords } from '../words.ts';
import { useMap } from './use-map.ts';

const WIDE = '(min-width: 1000px)';
/** What queue and side panel cover on a wide screen (command.css). */
const BESIDE: Padding = { top: 56, right: 400, bottom: 88, left: 360 };
const ALONE: Padding = { top: 50, right: 0, bottom: 88, left: 0 };

const watchWide = (hear: () => void): (() => void) => {
  const media = matchMedia(WIDE);
  media.addEventListener('change', hear);
  return () => media.removeEventListener('change', hear);
};
const useIsWide = (): boolean => useSyncExternalStore(watchWide, () => matchMedia(WIDE).matches);

type Props = {
  chosenId: number | null;
  /** What the queue shows; where it is narrowed beyond level and area, so is the map. */
  rows: readonly { id: number }[];
  onOpen: (id: number) => void;
};

/** The map and its tools. What is chosen in the queue is ringed here; what is clicked here opens there. */
export default function MapPane({ chosenId, rows, onOpen }: Props) {
  const { t, lang } = useCommandWords();
  const theme = useTheme();
  const isWide = useIsWide();
  const [view, change] = useView();
  const { data, code, tier, enter } = useMap();
  const area = useAnswer(
    readArea,
    { params: { code: code ?? '' } },
    { enabled: code !== undefined },
  );
  const layer = view['layer'] === 'points' ? 'points' : 'rate';
  const steps = useMemo(
    () => stepsOf(data?.areas.map((one) => one.per10000 ?? 0) ?? [], theme),
    [data, theme],
  );
  const fills = useMemo(() => {
    const pairs = (data?.areas ?? []).flatMap((one) => {
      const colour = colourOf(steps, one.per10000 ?? 0);
      return colour ? [[one.areaCode, colour] as const] : [];
    });
    return new Map(pairs);
  }, [data, steps]);
  const onlyLevel = view['level'];
  const isNarrow = Boolean(view['rule'] || view['assigned'] || view['status']);
  const points = useMemo(
    () =>
      (data?.points ?? [])
        .filter((point) => !onlyLevel || String(point.level) === onlyLevel)
        .filter((point) => !isNarrow || rows.some((row) => row.id === point.alertId))
        .map(({ alertId, level, lat, lon }) => ({ id: alertId, level, lat, lon })),
    [data, onlyLevel, isNarrow, rows],
  );
  const bounds = useMemo(
    () => boundsOf(area.data?.boundary?.coordinates) ?? boundsAround(data?.areas ?? []),
    [area.data, data],
  );
  return (
    <div className="map-pane">
      <CityMap
        theme={theme}
        lang={lang}
        tier={tier}
        fills={layer === 'rate' ? fills : null}
        points={points}
        chosenId={chosenId}
        bounds={bounds}
        padding={isWide ? BESIDE : ALONE}
        label={t('map.label')}
        credit={t('map.credit')}
        onPoint={onOpen}
        onArea={enter}
      />
      <fieldset className="segments map-tools">
        <legend className="sr">{t('map.layer')}</legend>
        {(['rate', 'points'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-pressed={layer === one}
            onClick={() => change({ layer: one === 'rate' ? undefined : one })}
          >
            {t(`map.${one}`)}
          </button>
        ))}
      </fieldset>
      <Legend steps={layer === 'rate' ? steps : []} />
      {data?.pointsTruncated && (
        <p className="map-note">{t('map.truncated', { max: data.pointsMax })}</p>
      )}
    </div>
  );
}

function Legend({ steps }: { steps: readonly Step[] }) {
  const { t, say } = useCommandWords();
  return (
    <section className="legend" aria-label={t('map.legend')}>
      <div className="row wrap">
        {LEVELS.map((level) => (
          <span key={level} className="row">
            <LevelBadge level={level} size={16} /> {say(LEVEL_WORDS[level])}
          </span>
        ))}
      </div>
      {steps.length > 0 && (
        <div className="ramp">
          <span className="dim small">{t('map.per10000')}</span>
          <span className="row">
            {steps.map((step) => (
              <span key={step.colour} className="ramp-step small">
                <i style={{ background: step.colour }} />
                {step.from.toFixed(2)}
              </span>
            ))}
          </span>
        </div>
      )}
    </section>
  );
}
