import {
  AttributionControl,
  type FilterSpecification,
  type GeoJSONSource,
  Map as MapLibre,
  type MapGeoJSONFeature,
  NavigationControl,
  setWorkerUrl,
  addProtocol,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Lang } from '../kit/i18n.ts';
import type { Theme } from '../kit/theme.ts';
import { drawShapes } from './shapes.ts';
import { cityStyle } from './style.ts';

export type MapPoint = { id: number; level: number; lat: number; lon: number };
export type AreaTier = 'district' | 'street' | 'community';
export type Bounds = [number, number, number, number];
export type Padding = { top: number; right: number; bottom: number; left: number };

type Props = {
  theme: Theme;
  lang: Lang;
  tier: AreaTier;
  /** Colour by area code; null shows no areas. */
  fills: ReadonlyMap<string, string> | null;
  points: readonly MapPoint[];
  chosenId: number | null;
  /** Where to look: west, south, east, north. */
  bounds: Bounds | null;
  /** What side panels cover, so that nothing chosen lands under them. */
  padding: Padding;
  label: string;
  credit: string;
  onPoint: (id: number) => void;
  onArea: (code: string) => void;
};

// Without the worker's address the build passes and the map stays blank.
setWorkerUrl(workerUrl);
addProtocol('pmtiles', new Protocol().tile);

const TIERS: readonly AreaTier[] = ['district', 'street', 'community'];
const FONT =
  "'PingFang SC','Microsoft YaHei','Source Han Sans SC','Noto Sans CJK SC','Noto Sans SC',sans-serif";

/** The city on tiles of our own; every map on it has a list with the same rows beside it. */
export function CityMap(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [styled, setStyled] = useState(0);
  const pick = useEffectEvent((features: MapGeoJSONFeature[]) => {
    const point = features.find((f) => f.layer.id === 'points');
    if (point) return props.onPoint(Number(point.properties['id']));
    const area = features.find((f) => f.layer.id === props.tier);
    if (area) props.onArea(String(area.properties['code']));
  });
  const { theme, lang } = props;

  useEffect(() => {
    if (!box.current) return;
    const made = new MapLibre({
      container: box.current,
      center: [114.3, 30.6],
      zoom: 9.4,
      minZoom: 8,
      maxZoom: 17,
      attributionControl: false,
      localIdeographFontFamily: FONT,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
    });
    made.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
    made.on('click', (e) => {
      const layers = ['points', ...TIERS].filter((id) => made.getLayer(id));
      pick(made.queryRenderedFeatures(e.point, { layers }) as MapGeoJSONFeature[]);
    });
    for (const id of ['points', ...TIERS]) {
      made.on('mouseenter', id, () => (made.getCanvas().style.cursor = 'pointer'));
      made.on('mouseleave', id, () => (made.getCanvas().style.cursor = ''));
    }
    setMap(made);
    return () => made.remove();
  }, []);

  useEffect(() => {
    if (!map) return;
    map.setStyle(cityStyle(theme, lang), { diff: false });
    const ready = (): void => {
      drawShapes(map, theme);
      setStyled((count) => count + 1);
    };
    map.once('style.load', ready);
    return () => {
      map.off('style.load', ready);
    };
  }, [map, theme, lang]);

  useEffect(() => {
    if (!map) return;
    const control = new AttributionControl({ compact: true, customAttribution: props.credit });
    map.addControl(control, 'bottom-right');
    return () => {
      map.removeControl(control);
    };
  }, [map, props.credit]);

  useContent(map, styled, props);
  useCamera(map, props);
  return <div ref={box} className="city-map" role="application" aria-label={props.label} />;
}

function useContent(map: MapLibre | null, styled: number, props: Props): void {
  const { fills, tier, points, chosenId } = props;
  useEffect(() => {
    if (!map || styled === 0) return;
    for (const one of TIERS) {
      const isShown = one === tier;
      map.setLayoutProperty(one, 'visibility', isShown ? 'visible' : 'none');
      if (!isShown) continue;
      const pairs = [...(fills ?? [])].flat();
      const none = 'rgba(0,0,0,0)';
      const match = ['match', ['get', 'code'], ...pairs, none] as unknown as string;
      const colour = pairs.length > 0 ? match : none;
      map.setPaintProperty(one, 'fill-color', colour);
      map.setPaintProperty(one, 'fill-opacity', 0.85);
    }
  }, [map, styled, fills, tier]);
  useEffect(() => {
    if (!map || styled === 0) return;
    const source = map.getSource('points') as GeoJSONSource | undefined;
    source?.setData({
      type: 'FeatureCollection',
      features: points.map((point) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [point.lon, point.lat] },
        properties: { id: point.id, level: point.level },
      })),
    });
  }, [map, styled, points]);
  useEffect(() => {
    if (!map || styled === 0) return;
    const filter: FilterSpecification = ['==', ['get', 'id'], chosenId ?? -1];
    map.setFilter('ring', filter);
    map.setFilter('chosen', filter);
  }, [map, styled, chosenId]);
}

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

function useCamera(map: MapLibre | null, props: Props): void {
  const { bounds, padding, chosenId, points } = props;
  const { top, right, bottom, left } = padding;
  const [west, south, east, north] = bounds ?? [];
  useEffect(() => {
    if (!map || west === undefined || south === undefined) return;
    if (east === undefined || north === undefined) return;
    map.fitBounds([west, south, east, north], {
      padding: { top: top + 24, right: right + 24, bottom: bottom + 24, left: left + 24 },
      animate: !isStill(),
      duration: 500,
    });
  }, [map, west, south, east, north, top, right, bottom, left]);
  const chosen = points.find((point) => point.id === chosenId);
  const lon = chosen?.lon;
  const lat = chosen?.lat;
  useEffect(() => {
    if (!map || lon === undefined || lat === undefined) return;
    map.easeTo({
      center: [lon, lat],
      zoom: Math.max(map.getZoom(), 11.5),
      padding: { top, right, bottom, left },
      duration: isStill() ? 0 : 400,
    });
  }, [map, lon, lat, top, right, bottom, left]);
}
