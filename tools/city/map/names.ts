import type { Words } from '#base/words.ts';
import { chanceAt, shuffle } from '../chance.ts';

/** Districts with the bearing they belong to (degrees from east, counter-clockwise; −1 = middle). */
export const DISTRICTS: readonly (readonly [zh: string, en: string, bearing: number])[] = [
  ['临江区', 'Linjiang District', -1],
  ['文昌区', 'Wenchang District', 300],
  ['东屏区', 'Dongping District', 0],
  ['光远区', 'Guangyuan District', 330],
  ['北望区', 'Beiwang District', 80],
  ['云岭区', 'Yunling District', 135],
  ['西洲区', 'Xizhou District', 190],
  ['南湖区', 'Nanhu District', 260],
  ['青川区', 'Qingchuan District', 40],
];

const syllables = (text: string): (readonly [string, string])[] =>
  text.split(' ').map((pair) => [pair.charAt(0), pair.slice(1)] as const);

/** Two-character names out of a head and a tail, each with its reading. */
const STREET_HEADS = syllables(
  '春Chun 永Yong 长Chang 望Wang 紫Zi 梧Wu 丰Feng 安An 百Bai 九Jiu 临Lin 学Xue 千Qian 华Hua 和He 景Jing 锦Jin 翠Cui 玉Yu 松Song',
);
const STREET_TAILS = syllables(
  '江jiang 盛sheng 青qing 湖hu 荆jing 桐tong 泽ze 宁ning 川chuan 帆fan 曲qu 水shui 亭ting 府fu 阳yang 塘tang 桥qiao 洲zhou 园yuan 岭ling',
);
const HEADS = syllables(
  '广Guang 新Xin 福Fu 康Kang 文Wen 明Ming 德De 兴Xing 同Tong 金Jin 银Yin 石Shi 柳Liu 桃Tao 杏Xing 兰Lan 竹Zhu 梅Mei 荷He 菊Ju 龙Long 凤Feng 鹤He 燕Yan 虹Hong 云Yun 星Xing 月Yue 晨Chen 朝Zhao 向Xiang 平Ping 仁Ren 义Yi 礼Li 信Xin 元Yuan 大Da 小Xiao 上Shang 下Xia 前Qian 后Hou 东Dong 西Xi 南Nan 北Bei 中Zhong 三San 双Shuang',
);
const TAILS = syllables(
  '光guang 民min 昌chang 隆long 祥xiang 庆qing 乐le 康kang 安an 泰tai 源yuan 泉quan 林lin 山shan 河he 池chi 滩tan 堤di 岸an 港gang 井jing 巷xiang 坊fang 里li 苑yuan 家jia 庄zhuang 岗gang 坡po 台tai 楼lou 门men 口kou 湾wan 渡du 城cheng 景jing 悦yue 华hua 秀xiu',
);

function pairs(
  heads: readonly (readonly [string, string])[],
  tails: readonly (readonly [string, string])[],
  seed: number,
  stream: number,
): Words[] {
  const all: Words[] = [];
  for (const [h, hp] of heads) {
    for (const [t, tp] of tails) {
      if (h !== t && hp.toLowerCase() !== tp) all.push({ zh: h + t, en: hp + tp });
    }
  }
  const names = new Map<string, Words>();
  for (const name of shuffle(all, chanceAt(seed, stream))) {
    if (!names.has(name.en)) names.set(name.en, name);
  }
  return [...names.values()];
}

/** Unique in Chinese and in English. Towns lie at the edge. */
export function streetNames(seed: number, rural: readonly boolean[]): Words[] {
  const pool = pairs(STREET_HEADS, STREET_TAILS, seed, 21);
  return rural.map((far, i) => {
    const name = pool[i % pool.length] as Words;
    const kind = far ? { zh: '镇', en: ' Town' } : { zh: '街道', en: ' Street' };
    return { zh: name.zh + kind.zh, en: name.en + kind.en };
  });
}

/** Unique in the whole city: pairs first, then pairs with a third character. */
export function communityNames(seed: number, rural: readonly boolean[]): Words[] {
  const pool = pairs(HEADS, TAILS, seed, 22);
  const more = [
    ['', ''],
    ['东', ' East'],
    ['西', ' West'],
    ['南', ' South'],
    ['北', ' North'],
    ['新', ' New'],
  ] as const;
  return rural.map((far, i) => {
    const name = pool[i % pool.length] as Words;
    const [zh, en] = more[Math.floor(i / pool.length) % more.length] ?? ['', ''];
    const kind = far ? { zh: '村', en: ' Village' } : { zh: '社区', en: ' Community' };
    return { zh: `${name.zh}${zh}${kind.zh}`, en: `${name.en}${en}${kind.en}` };
  });
}
