import { LineChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { KIND_NAMES, KINDS } from '#base/kinds.ts';
import { readTrend } from '#views/command/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { useTheme } from '../../kit/theme.ts';
import { AsOf } from '../../kit/ui/clock.tsx';
import { Empty, Skeleton, Sorry } from '../../kit/ui/states.tsx';
import { useView } from '../../kit/view.ts';
import { useCommandWords } from '../words.ts';

use([LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer]);

type Line = { days: string[]; counts: number[]; baseline: (number | null)[] };

/** Sums series of several kinds; the baseline only where every kind has one. */
function sumOf(days: string[], series: { counts: number[]; baseline: (number | null)[] }[]): Line {
  const counts = days.map((_, i) => series.reduce((sum, one) => sum + (one.counts[i] ?? 0), 0));
  const baseline = days.map((_, i) => {
    const parts = series.map((one) => one.baseline[i] ?? null);
    return parts.some((one) => one === null)
      ? null
      : parts.reduce<number>((a, b) => a + (b ?? 0), 0);
  });
  return { days, counts, baseline };
}

export default function Trend() {
  const { t, say } = useCommandWords();
  const [view, change] = useView();
  const kind = view['kind'] ?? 'clinic_visit';
  const area = view['area'];
  const query = { ...(area ? { areaCode: area } : {}), ...(kind === 'all' ? {} : { kind }) };
  const { data, error, refetch } = useAnswer(readTrend, { query });
  const line = data ? sumOf(data.days, data.series) : undefined;
  return (
    <>
      <div className="row">
        <h2 className="grow">{t('trend.title')}</h2>
        <select
          className="input trend-kind"
          aria-label={t('trend.kind')}
          value={kind}
          onChange={(e) => change({ kind: e.target.value })}
        >
          <option value="all">{t('trend.all')}</option>
          {KIND_NAMES.map((name) => (
            <option key={name} value={name}>
              {say(KINDS[name].words)}
            </option>
          ))}
        </select>
      </div>
      {error && <Sorry error={error} onRetry={() => void refetch()} />}
      {!line && !error && <Skeleton lines={8} />}
      {line && line.counts.every((count) => count === 0) && <Empty />}
      {line && line.counts.some((count) => count > 0) && <Chart line={line} />}
      {data && <p className="dim small">{say(data.baselineWords)}</p>}
      {line && <Table line={line} />}
      <AsOf at={data?.asOf} />
    </>
  );
}

function Chart({ line }: { line: Line }) {
  const { t } = useCommandWords();
  const theme = useTheme();
  const box = useRef<HTMLElement>(null);
  const chart = useRef<ECharts>(undefined);
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current);
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(
      optionOf(line, theme === 'dark', {
        count: t('trend.count'),
        base: t('trend.base'),
        today: t('trend.today'),
      }),
      true,
    );
  }, [line, theme, t]);
  return <figure ref={box} className="chart" aria-label={t('trend.title')} />;
}

type Names = { count: string; base: string; today: string };

/** The day that still runs is a point of its own: as part of the line it would read as a fall. */
function optionOf(line: Line, isDark: boolean, { count, base, today }: Names) {
  const last = line.days.length - 1;
  const blue = isDark ? '#6cb2ff' : '#1756c7';
  const ink = isDark ? '#a9bacf' : '#48586e';
  const grid = isDark ? '#233a56' : '#e2e8f0';
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: grid } } };
  return {
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, textStyle: { color: ink } },
    // Rich text draws on the canvas: the strict CSP forbids the inline styles of an HTML tooltip.
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: { type: 'category', data: line.days.map((day) => day.slice(5)), ...axis },
    yAxis: { type: 'value', splitLine: { lineStyle: { color: grid } }, ...axis },
    series: [
      {
        name: count,
        type: 'line',
        data: line.counts.map((value, i) => (i === last ? null : value)),
        showSymbol: false,
        lineStyle: { width: 2.5, color: blue },
        itemStyle: { color: blue },
      },
      {
        name: today,
        type: 'line',
        data: line.counts.map((value, i) => (i === last ? value : null)),
        showAllSymbol: true,
        symbol: 'emptyCircle',
        symbolSize: 8,
        lineStyle: { type: 'dotted', color: blue },
        itemStyle: { color: blue },
      },
      {
        name: base,
        type: 'line',
        data: line.baseline,
        showSymbol: false,
        lineStyle: { width: 2, type: 'dashed', color: isDark ? '#b9d34a' : '#5b6b00' },
        itemStyle: { color: isDark ? '#b9d34a' : '#5b6b00' },
      },
    ],
  };
}

/** The same numbers to read or copy: a picture is not the only way. */
function Table({ line }: { line: Line }) {
  const { t } = useCommandWords();
  return (
    <details>
      <summary>{t('trend.table')}</summary>
      <table className="mini">
        <thead>
          <tr>
            <th scope="col">{t('trend.day')}</th>
            <th scope="col" className="num">
              {t('trend.count')}
            </th>
            <th scope="col" className="num">
              {t('trend.base')}
            </th>
          </tr>
        </thead>
        <tbody>
          {line.days.map((day, i) => (
            <tr key={day}>
              <td>{day}</td>
              <td className="num">{line.counts[i]}</td>
              <td className="num">{line.baseline[i]?.toFixed(1) ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
