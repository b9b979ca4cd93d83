/**
 * A certificate for `receiver.test` that signs itself, good for a hundred years, and its key, which guards nothing:
 *
 *   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \\
 *     -subj /CN=receiver.test -addext subjectAltName=DNS:receiver.test -keyout key.pem -out certificate.pem
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUHFSaaBbonhwUZD5UO/E868D4DFQwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDAgFw0yNjExMjAyMDAzMTJaGA8yMTI2
MTAyNzIwMDMxMlowGDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABCPpG6IQDfvKERwej3CBI9z/p6RGCejtPbCfMRqrJAW5
A1LQ2jIw2VXd1vjkgBLNYSc92kMC/6zYxDbOUmcRimSjbTBrMB0GA1UdDgQWBBSo
S0QPKhZI/SCNy1vphqxkp0H7cDAfBgNVHSMEGDAWgBSoS0QPKhZI/SCNy1vphqxk
p0H7cDAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXJlY2VpdmVyLnRlc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgAt9lak2T67q1PTV+PEAt2JdgjjkmbTOZjgIaGk9k
OzcCIQCcYwFf9iDi1r/4VQUOuQiDvLFi0MexQl+lWSYbzvoItg==
-----END CERTIFICATE-----
`

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgScjo+fi0ypLO33LI
nBOBcABByDoTdICfiOwEDl+3l8ehRANCAAQj6RuiEA37yhEcHo9wgSPc/6ekRgno
7T2wnzEaqyQFuQNS0NoyMNlV3db45IASzWEnPdpDAv+s2MQ2zlJnEYpk
-----END PRIVATE KEY-----
`
