import type { z } from 'zod';
import type { Words } from '#base/words.ts';
import type { AlertFigures } from '#watch/alerts/index.ts';
import type { TaskFigures } from '#response/tasks/index.ts';
import type { figure } from './contract.ts';

type Figure = z.infer<typeof figure>;
type Line = [id: Figure['id'], zh: string, en: string, defZh: string, defEn: string, rows: string];

const ALERT_LINES: readonly Line[] = [
  ['alertsLive', '未关闭预警', 'Live alerts', '尚未关闭的预警数。', 'Alerts not closed yet.', ''],
  ['alertsRed', '红色', 'Red', '未关闭的红色预警。', 'Live alerts of level 1.', '?level=1'],
  ['alertsOrange', '橙色', 'Orange', '未关闭的橙色预警。', 'Live alerts of level 2.', '?level=2'],
  ['alertsYellow', '黄色', 'Yellow', '未关闭的黄色预警。', 'Live alerts of level 3.', '?level=3'],
  ['alertsBlue', '蓝色', 'Blue', '未关闭的蓝色预警。', 'Live alerts of level 4.', '?level=4'],
  [
    'alertsUnacknowledged',
    '待签收',
    'Not acknowledged',
    '无人签收的未关闭预警。',
    'Live alerts nobody acknowledged.',
    '?status=open',
  ],
];

const words = (zh: string, en: string): Words => ({ zh, en });

/** Appends the asked area to a rows link. */
const inArea = (link: string, areaCode: string | undefined): string =>
  areaCode ? `${link}${link.includes('?') ? '&' : '?'}areaCode=${areaCode}` : link;

/** The figures of the situation room; each says what it counts and where its rows are. */
export function figuresOf(
  alerts: AlertFigures,
  tasks: TaskFigures,
  records24h: number,
  areaCode: string | undefined,
): Figure[] {
  const [red, orange, yellow, blue] = alerts.byLevel;
  const live = red + orange + yellow + blue;
  const values = [live, red, orange, yellow, blue, alerts.unacknowledged];
  const counted = ALERT_LINES.map(([id, zh, en, defZh, defEn, link], i) => ({
    id,
    words: words(zh, en),
    definition: words(defZh, defEn),
    value: values[i] ?? 0,
    unit: 'count' as const,
    rows: inArea(`/api/alerts${link}`, areaCode),
  }));
  return [...counted, ...flowFigures(alerts, records24h), ...taskFiguresOf(tasks, areaCode)];
}

function flowFigures(alerts: AlertFigures, records24h: number): Figure[] {
  const unit = 'count' as const;
  return [
    {
      id: 'alertsRaised24h',
      words: words('24 小时新增预警', 'Raised in 24 h'),
      definition: words(
        '最近 24 小时产生的预警数，含已关闭。',
        'Alerts raised in the last 24 hours.',
      ),
      value: alerts.raised24h,
      unit,
      rows: null,
    },
    {
      id: 'alertsClosed24h',
      words: words('24 小时关闭预警', 'Closed in 24 h'),
      definition: words('最近 24 小时关闭的预警数。', 'Alerts closed in the last 24 hours.'),
      value: alerts.closed24h,
      unit,
      rows: '/api/alerts?status=closed',
    },
    {
      id: 'records24h',
      words: words('24 小时记录', 'Records of 24 h'),
      definition: words(
        '发生时间在最近 24 小时内并已入库的记录数。',
        'Admitted records whose own time lies in the last 24 hours.',
      ),
      value: records24h,
      unit,
      rows: null,
    },
  ];
}

function taskFiguresOf(tasks: TaskFigures, areaCode: string | undefined): Figure[] {
  const link = (query: string) => inArea(`/api/tasks${query}`, areaCode);
  const count = (
    id: Figure['id'],
    value: number,
    said: [Words, Words],
    rows: string | null,
  ): Figure => ({ id, words: said[0], definition: said[1], value, unit: 'count', rows });
  return [
    count(
      'tasksOpen',
      tasks.open,
      [words('未结任务', 'Open tasks'), words('未办结、未撤回的任务。', 'Tasks not ended.')],
      link(''),
    ),
    count(
      'tasksOverdue',
      tasks.overdue,
      [words('超时任务', 'Overdue'), words('当前时限已过的任务。', 'Tasks past their clock.')],
      link('?overdue=yes'),
    ),
    count(
      'tasksSupervised',
      tasks.supervised,
      [words('督办中', 'Supervised'), words('被督办且未结的任务。', 'Supervised, not ended.')],
      link('/supervised'),
    ),
    count(
      'tasksClosed24h',
      tasks.closed24h,
      [
        words('24 小时办结', 'Closed in 24 h'),
        words('最近 24 小时办结数。', 'Closed in 24 hours.'),
      ],
      link('?status=closed'),
    ),
    {
      id: 'answeredInTime7d',
      words: words('按时反馈率', 'Answered in time'),
      definition: words(
        '近 7 天到达各岗位的任务中，按时处理的占应处理的比例；常设指令转派不计。',
        'Of hops that arrived in 7 days and were due, the share answered in time; standing orders left out.',
      ),
      value: tasks.answeredInTime7d,
      unit: 'share',
      rows: null,
    },
    {
      id: 'medianAnswerMinutes7d',
      words: words('反馈用时中位数', 'Median time to answer'),
      definition: words(
        '近 7 天从到岗到处理的分钟数中位数。',
        'Minutes from arrival to answer, 7 days.',
      ),
      value: tasks.medianAnswerMinutes7d,
      unit: 'minutes',
      rows: null,
    },
  ];
}
