import type {
  DataDrivenPropertyValueSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import type { Lang } from '../kit/i18n.ts';
import type { Theme } from '../kit/theme.ts';

type Colours = Record<
  | 'sea'
  | 'land'
  | 'water'
  | 'shore'
  | 'park'
  | 'building'
  | 'road'
  | 'lane'
  | 'border'
  | 'faint'
  | 'text'
  | 'halo',
  string
>;

export const COLOURS: Record<Theme, Colours> = {
  light: {
    sea: '#e9eef4',
    land: '#f8fafc',
    water: '#b4d7ec',
    shore: '#8fc0dd',
    park: '#d7e9d3',
    building: '#e1e5eb',
    road: '#fbc768',
    lane: '#e4e1d8',
    border: '#4a5a70',
    faint: '#b7c3d1',
    text: '#17202e',
    halo: '#ffffff',
  },
  dark: {
    sea: '#07101c',
    land: '#0d1929',
    water: '#0b2f4d',
    shore: '#15486f',
    park: '#10281f',
    building: '#17263a',
    road: '#2f5b8a',
    lane: '#192b42',
    border: '#4d9be6',
    faint: '#24435f',
    text: '#dce8f5',
    halo: '#07101c',
  },
};

/** Rates by area, low to high: one hue, so that it never reads as an alert level. */
export const RAMP: Record<Theme, readonly string[]> = {
  light: ['#dfe3f5', '#b9bfe6', '#9095d3', '#6a6abb', '#4a4199'],
  dark: ['#15294a', '#213f70', '#315695', '#4a70b8', '#678fd8'],
};

const layer = (
  id: string,
  type: 'fill' | 'line',
  paint: object,
  more: object = {},
): LayerSpecification =>
  ({ id, type, source: 'city', 'source-layer': id, paint, ...more }) as LayerSpecification;

const byZoom = (...stops: number[]): DataDrivenPropertyValueSpecification<number> =>
  ['interpolate', ['linear'], ['zoom'], ...stops] as never;

function border(tier: string, colour: string, width: unknown, minzoom: number): LayerSpecification {
  return {
    id: `border-${tier}`,
    type: 'line',
    source: 'city',
    'source-layer': 'border',
    filter: ['==', ['get', 'tier'], tier],
    minzoom,
    paint: { 'line-color': colour, 'line-width': width as never },
  };
}

const TEXT_FROM: Record<string, number> = { district: 8, street: 11, community: 13.2 };

function label(tier: string, size: number, theme: Theme, lang: Lang): LayerSpecification {
  const c = COLOURS[theme];
  return {
    id: `label-${tier}`,
    type: 'symbol',
    source: 'city',
    'source-layer': 'label',
    filter: ['==', ['get', 'tier'], tier],
    minzoom: TEXT_FROM[tier] ?? 8,
    layout: {
      'text-field': ['get', lang === 'zh' ? 'name' : 'nameEn'],
      'text-size': size,
      'text-letter-spacing': lang === 'zh' ? 0.12 : 0,
      'text-font': ['sans-serif'],
      'text-padding': 6,
      'text-max-width': 8,
    },
    paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.4 },
  };
}

/** The style of the city map. Areas are filled from code to colour by `paintAreas`; alerts come last, above the labels. */
export function cityStyle(theme: Theme, lang: Lang): StyleSpecification {
  const c = COLOURS[theme];
  const main = ['match', ['get', 'grade'], 'lane', c.lane, c.road];
  const areas = ['district', 'street', 'community'].map((tier) =>
    layer(tier, 'fill', { 'fill-color': 'rgba(0,0,0,0)' }, { layout: { visibility: 'none' } }),
  );
  return {
    version: 8,
    sources: {
      city: { type: 'vector', url: `pmtiles://${location.origin}/tiles/jiangzhou.pmtiles` },
      points: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': c.sea } },
      layer('land', 'fill', { 'fill-color': c.land }),
      layer('parks', 'fill', { 'fill-color': c.park }),
      ...areas,
      layer('water', 'fill', { 'fill-color': c.water, 'fill-outline-color': c.shore }),
      layer('buildings', 'fill', { 'fill-color': c.building }, { minzoom: 13 }),
      layer('roads', 'line', {
        'line-color': main,
        'line-width': byZoom(9, 0.6, 12, 1.6, 15, 4),
        'line-opacity': 0.9,
      }),
      border('community', c.faint, 0.5, 11.5),
      border('street', c.faint, 0.8, 9.5),
      border('district', c.border, byZoom(8, 0.9, 12, 2), 8),
      label('community', 11, theme, lang),
      label('street', 12, theme, lang),
      label('district', 16, theme, lang),
      ...pointLayers(),
    ],
  };
}

function pointLayers(): LayerSpecification[] {
  return [
    {
      id: 'ring',
      type: 'circle',
      source: 'points',
      filter: ['==', ['get', 'id'], -1],
      paint: {
        'circle-radius': 20,
        'circle-color': 'rgba(120,190,255,0.18)',
        'circle-stroke-color': '#3d8bff',
        'circle-stroke-width': 2.5,
      },
    },
    alertLayer('points'),
    // The chosen alert once more, above others at the same place.
    alertLayer('chosen', ['==', ['get', 'id'], -1]),
  ];
}

const alertLayer = (id: string, filter?: FilterSpecification): LayerSpecification => ({
  id,
  type: 'symbol',
  source: 'points',
  ...(filter ? { filter } : {}),
  layout: {
    'icon-image': ['concat', 'level-', ['to-string', ['get', 'level']]],
    'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.62, 13, 0.95],
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
    'symbol-sort-key': ['-', 5, ['get', 'level']],
  },
});
