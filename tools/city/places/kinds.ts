/**
 * How many places of each kind the sample city has at 100,000 persons, and what they are like.
 * Kinds are those of data/places/kinds.json. `per` says where they stand: one per street, or
 * where people live, or at the edge. `staff` weighs them as workplaces; 0 employs nobody we count.
 */
export type PlaceSort = {
  readonly kind: string;
  readonly count: number;
  readonly per: 'street' | 'people' | 'edge' | 'centre';
  readonly staff: number;
  readonly zh: string;
  readonly en: string;
};

const TABLE = `
general_hospital 14 people 60 人民医院|People's Hospital
specialist_hospital 6 centre 30 专科医院|Specialist Hospital
infectious_hospital 1 edge 40 传染病医院|Infectious Disease Hospital
childrens_hospital 2 centre 40 儿童医院|Children's Hospital
maternity_hospital 4 people 25 妇幼保健院|Maternity Hospital
tcm_hospital 6 people 25 中医医院|Hospital of Chinese Medicine
fever_clinic 24 people 8 发热门诊|Fever Clinic
gut_clinic 12 people 5 肠道门诊|Diarrhoea Clinic
community_health_centre 150 street 6 社区卫生服务中心|Community Health Centre
village_clinic 60 edge 1 卫生室|Village Clinic
private_clinic 120 people 2 诊所|Clinic
dental_clinic 50 people 2 口腔诊所|Dental Clinic
emergency_centre 12 people 4 急救站|Ambulance Station
blood_station 2 centre 6 血站|Blood Station
dialysis_centre 4 people 4 血透中心|Dialysis Centre
medical_laboratory 4 edge 10 医学检验所|Medical Laboratory
cdc_laboratory 10 people 5 疾控中心实验室|CDC Laboratory
customs_laboratory 1 edge 4 海关检测实验室|Customs Laboratory
sampling_point 60 people 1 采样点|Sampling Point
pharmacy 160 people 2 大药房|Pharmacy
pharmacy_chain_store 240 people 2 康民连锁药店|Kangmin Pharmacy
drug_wholesaler 4 edge 8 医药批发公司|Drug Wholesaler
internet_hospital 1 centre 5 互联网医院|Internet Hospital
online_pharmacy 2 centre 5 网络药房|Online Pharmacy
primary_school 110 people 8 小学|Primary School
middle_school 54 people 8 初级中学|Middle School
high_school 26 people 9 高级中学|High School
vocational_school 6 people 9 职业学校|Vocational School
university 6 edge 40 大学|University
special_school 2 people 5 特殊教育学校|Special School
training_centre 50 people 2 培训中心|Training Centre
kindergarten 150 people 4 幼儿园|Kindergarten
nursery 40 people 2 托育园|Nursery
elderly_home 60 people 5 养老院|Elderly Home
welfare_institution 4 people 6 福利院|Welfare Institution
rehabilitation_home 4 people 4 康复托养中心|Rehabilitation Home
railway_station 3 people 25 火车站|Railway Station
metro_station 90 people 2 地铁站|Metro Station
coach_station 6 people 8 客运站|Coach Station
airport 1 edge 80 国际机场|International Airport
port 3 edge 20 港|Port
border_port 1 edge 15 口岸|Border Port
motorway_toll 24 edge 2 高速出口|Motorway Exit
waterworks 5 edge 8 自来水厂|Waterworks
secondary_supply 40 people 0 二次供水站|Water Pump House
wet_market 110 people 6 农贸市场|Wet Market
wholesale_market 4 edge 20 农产品批发市场|Wholesale Market
supermarket 120 people 6 超市|Supermarket
restaurant 260 people 4 酒家|Restaurant
canteen 60 people 3 食堂|Canteen
central_kitchen 6 edge 8 中央厨房|Central Kitchen
cold_store 14 edge 6 冷库|Cold Store
parcel_hub 16 edge 10 快递分拨中心|Parcel Hub
warehouse 30 edge 5 物流仓库|Warehouse
sewage_plant 9 edge 4 污水处理厂|Sewage Plant
sewage_inlet 60 people 0 污水监测井|Sewer Manhole
medical_sewage 20 people 0 医院污水站|Hospital Sewage Station
waste_disposal 2 edge 5 医疗废物处置中心|Medical Waste Plant
waste_storage 20 people 0 医废暂存点|Medical Waste Store
live_poultry_market 5 edge 4 活禽市场|Poultry Market
livestock_farm 20 edge 3 养殖场|Livestock Farm
slaughterhouse 4 edge 8 屠宰场|Slaughterhouse
vet_clinic 40 people 2 动物诊所|Vet Clinic
vector_site 30 people 0 病媒监测点|Vector Site
hotel 170 centre 5 酒店|Hotel
homestay 50 edge 1 民宿|Homestay
isolation_hotel 12 people 4 集中隔离点|Isolation Hotel
mall 40 centre 20 购物中心|Mall
cinema 26 centre 3 影城|Cinema
gym 50 people 2 健身馆|Gym
bathhouse 30 people 2 浴场|Bathhouse
tourist_site 14 edge 6 景区|Scenic Area
government_hall 14 people 10 政务大厅|Service Hall
prison 2 edge 15 监狱|Prison
dormitory 30 edge 0 集体宿舍|Dormitory
factory 180 edge 22 制造厂|Factory
office_building 180 centre 25 大厦|Tower
construction_site 60 people 10 工地|Construction Site
residential_compound 420 people 2 小区|Compound
natural_village 90 edge 0 湾|Hamlet
checkpoint 40 edge 2 检查点|Checkpoint
community_gate 260 people 1 小区门岗|Compound Gate`;

export const PLACE_SORTS: readonly PlaceSort[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [, kind = '', count, per, staff, names = ''] =
      /^(\w+) (\d+) (\w+) (\d+) (.*)$/.exec(line) ?? [];
    const [zh = '', en = ''] = names.split('|');
    return {
      kind,
      count: Number(count),
      per: per as PlaceSort['per'],
      staff: Number(staff),
      zh,
      en,
    };
  });

/** The kinds children and students attend, with the ages they take in. */
export const SCHOOLS: readonly { kind: string; from: number; until: number; share: number }[] = [
  { kind: 'kindergarten', from: 3, until: 5, share: 0.85 },
  { kind: 'primary_school', from: 6, until: 11, share: 1 },
  { kind: 'middle_school', from: 12, until: 14, share: 1 },
  { kind: 'high_school', from: 15, until: 17, share: 0.75 },
  { kind: 'vocational_school', from: 15, until: 17, share: 0.2 },
  { kind: 'university', from: 18, until: 21, share: 0.45 },
];

/** Hospitals and clinics that see patients, as often as they are named. */
export const CLINICS = [
  'general_hospital',
  'general_hospital',
  'general_hospital',
  'general_hospital',
  'general_hospital',
  'tcm_hospital',
  'fever_clinic',
  'fever_clinic',
  'community_health_centre',
  'community_health_centre',
  'community_health_centre',
  'community_health_centre',
] as const;
