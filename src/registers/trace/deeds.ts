import type { Words } from '#base/words.ts';

/** What was done, for somebody who is no colleague. Actions without a line are told as `OTHER`. */
const DEEDS: Readonly<Record<string, Words>> = {
  'person.read': { zh: '查看了您的档案', en: 'Opened your file' },
  'person.list': { zh: '在名单中看到了您', en: 'Saw you in a list' },
  'person.search': { zh: '通过查询找到了您', en: 'Found you by a search' },
  'person.reveal': { zh: '查看了您的完整电话号码', en: 'Saw your full phone number' },
  'timeline.read': { zh: '查看了您的行程与记录', en: 'Read your timeline' },
  'record.read': { zh: '查看了关于您的一条记录', en: 'Read a record about you' },
  'alert.read': { zh: '查看了与您有关的预警', en: 'Read an alert that concerns you' },
  'task.read': { zh: '查看了与您有关的任务', en: 'Read a task that concerns you' },
  'signal.read': { zh: '查看了与您有关的信号', en: 'Read a signal that concerns you' },
  'list.members': { zh: '查看了含有您的名单', en: 'Read a list that holds you' },
  'list.add': { zh: '将您加入名单', en: 'Put you on a list' },
  'list.remove': { zh: '将您移出名单', en: 'Took you off a list' },
  'task.answer': { zh: '填报了与您有关的任务', en: 'Reported on a task that concerns you' },
  'glass.break': { zh: '申请了临时查阅您的信息', en: 'Took temporary access to your data' },
  'glass.end': { zh: '结束了临时查阅', en: 'Ended temporary access' },
  'tie.propose': { zh: '提议建立与您的管理关系', en: 'Proposed a tie to you' },
  'tie.accept': { zh: '接受了与您的管理关系', en: 'Accepted a tie to you' },
  'decision.read': { zh: '查看了对您的决定及理由', en: 'Read a decision about you' },
  'self.read': { zh: '本人查看', en: 'You looked yourself' },
};
const OTHER: Words = { zh: '处理了与您有关的信息', en: 'Handled data that concern you' };

/** A page of a list that showed them, and nothing opened: `person.read` of no one person. */
const LISTED: Readonly<Record<string, string>> = { 'person.read': 'person.list' };

export const deedOf = (action: string, subject: string): Words => {
  const name = subject.includes(':') ? action : (LISTED[action] ?? action);
  return DEEDS[name] ?? OTHER;
};
