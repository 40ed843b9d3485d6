export const zh = {
  'door.title': '登录',
  'door.login': '账号',
  'door.password': '密码',
  'door.go': '登录',
  'door.going': '正在登录…',
  'door.hint': '账号由本单位管理员开通。所有查阅与操作均留痕。',
  'door.line': '一条线索进来，一次处置回来。',
} as const;
