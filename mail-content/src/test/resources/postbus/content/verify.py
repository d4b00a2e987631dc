"""Checks each DKIM-Signature of the mails in the files named; prints a line for each, pass or why not."""

import sys

import dkim

KEYS = {
    b"brisbane._domainkey.football.example.com.": b"v=DKIM1; k=ed25519; "
    b"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    b"test._domainkey.football.example.com.": b"v=DKIM1; k=rsa; "
    b"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bd"
    b"OKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5"
    b"QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
}


def key(name, timeout=5):
    return KEYS.get(name)


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        mail = file.read()
    signatures = dkim.rfc822_parse(mail)[0]
    count = sum(1 for name, _ in signatures if name.lower() == b"dkim-signature")
    for index in range(count):
        try:
            passed = dkim.DKIM(mail, minkey=1024).verify(idx=index, dnsfunc=key)
            print("pass" if passed else "fail")
        except dkim.DKIMException as e:
            print(e)
