/** Addresses that lead, or might lead, to where nobody outside may send anything. */
export const HOSTILE_ADDRESSES: readonly string[] = [
  // Loopback and this host (RFC 1122).
  ...['127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.0.0.1', '0.255.255.255'],
  // Private (RFC 1918), shared (RFC 6598), link-local (RFC 3927).
  ...['10.0.0.0', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.20.10.2', '172.31.255.255'],
  ...['192.168.0.1', '192.168.1.254', '192.168.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ...['169.254.0.1', '169.254.169.254', '169.254.170.2', '169.254.255.255'],
  // For protocols, documentation and benchmarks (RFC 6890), multicast, reserved, broadcast.
  ...['192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '224.0.0.251', '239.255.255.250', '239.255.255.255'],
  ...['240.0.0.1', '250.1.2.3', '255.255.255.254', '255.255.255.255'],
  // Metadata that is public for everyone but the machines of the cloud.
  '168.63.129.16',
  // Version 6: unspecified, loopback, link-local, site-local, unique local, multicast.
  ...['::', '::1', 'fe80::1', 'fe80::a9fe:a9fe', 'febf::1', 'fec0::1', 'fc00::1', 'fd00::1', 'fd00:ec2::254'],
  ...['ff00::1', 'ff02::1', 'ff05::2', 'ff0e::1'],
  // Those that carry one of version 4: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8'],
  ...['::127.0.0.1', '::7f00:1', '::10.0.0.1', '::ffff:0:127.0.0.1', '::ffff:0:7f00:1'],
  ...['64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2002:7f00:0001::1', '2002:a00:1::', '2002:c0a8:101::1', '2002:a9fe:a9fe::'],
  ...['2001:0:4136:e378:8000:63bf:80ff:fffe', '2001::1', '2001:0:7f00:1::'],
  ...['2600::5efe:127.0.0.1', '2600::200:5efe:7f00:1'],
  // For protocols, documentation, benchmarks, segments, nowhere.
  ...['2001:db8::1', '2001:2::1', '2001:10::1', '2001:20::1', '3fff::1', '5f00::1', '100::1'],
  ...['4000::1', '8000::1', 'e000::1'],
]

/** Other ways to write addresses of version 4, as URLs read them. */
const SPELLINGS: readonly string[] = [
  ...['2130706433', '0x7f000001', '017700000001', '127.1', '127.0.1', '0177.0.0.1', '0x7f.0.0.1', '0x7f.1'],
  ...['127.0.0.1.', '0', '0.0', '00000177.0.0.1', '0x7F.0x0.0x0.0x1', '%31%32%37.0.0.1', '1２7.0.0.1'],
  ...['①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '127.0.0.%31', '3232235777', '0xc0a80101'],
  ...['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '10.1', '0xa000001', '167772161'],
  ...['0300.0250.1.1', '192.168.257', '0xac100001', '2886729729', '0x0.0.0.0', '4294967295', '0xffffffff'],
]

/** Names that never lead outside, and those that only stand for the inside. */
const NAMES: readonly string[] = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'a.b.localhost.',
    'ｌｏｃａｌｈｏｓｔ',
    'loc%61lhost',
  ],
  ...['db', 'redis', 'kubernetes', 'metadata', 'printer.local', 'vault.internal', 'metadata.google.internal'],
  ...['router.home.arpa', 'x.test', 'x.invalid', 'x.onion', 'x.alt'],
]

const hostOf = (address: string) => (address.includes(':') ? `[${address}]` : address)

/** URLs that lead to a port of this machine, or to where no one should be sent. */
export const hostileUrls = (port: number): readonly string[] => [
  ...HOSTILE_ADDRESSES.map((address) => `https://${hostOf(address)}:${port}/hooks`),
  ...[...SPELLINGS, ...NAMES].map((host) => `https://${host}:${port}/hooks`),
  ...[
    'https:127.0.0.1',
    'https:/127.0.0.1',
    'https:///127.0.0.1',
    'https://///127.0.0.1',
    'https:\\\\127.0.0.1',
  ].map((start) => `${start}:${port}/`),
  `https://example.com@127.0.0.1:${port}/`,
  `https://example.com:443@127.0.0.1:${port}/`,
  `https://example.com%00@127.0.0.1:${port}/`,
  `https://@127.0.0.1:${port}/`,
  `https://:@127.0.0.1:${port}/`,
  `https://127.0.0.1:${port}\\@example.com/`,
  `https://127.0.0.1:${port}#@example.com/`,
  `https://127.0.0.1:${port}?@example.com/`,
  `https://[::1%25lo]:${port}/`,
  `https://[::ffff:127.0.0.1]:${port}/`,
  `https://[0:0:0:0:0:0:0:1]:${port}/`,
  `https://[0000::0001]:${port}/`,
  `HTTPS://127.0.0.1:${port}/`,
  ` https://127.0.0.1:${port}/`,
  `https://127.0.0.1:${port}/ `,
  `https://127.0.0.1\t:${port}/`,
  `https://127.0.\n0.1:${port}/`,
  `ht\ntps://127.0.0.1:${port}/`,
  `https://127.0.0.1%0d%0a:${port}/`,
  `https://127.0.0.1\r\nHost: example.com:${port}/`,
  ...['http', 'ftp', 'gopher', 'ws', 'wss', 'file', 'dict', 'ldap', 'data', 'javascript'].map(
    (scheme) => `${scheme}://127.0.0.1:${port}/`,
  ),
  ...['', 'x', '/hooks', '//127.0.0.1', '127.0.0.1', 'https://', 'https:', 'https://:443', 'https://[::1'],
  ...['https://a b/', 'https://[127.0.0.1]/', 'https://127.0.0.256/', 'https://1.2.3.4.5/', 'https://[::g]/'],
]
