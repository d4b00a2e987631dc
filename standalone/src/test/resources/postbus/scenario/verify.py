"""Checks the first DKIM-Signature of a mail: verify.py NAME-IN-DNS PUBLIC-KEY FILE; prints what it is of, then pass or why not."""

import sys

import dkim

name, key, path = sys.argv[1:]
published = {name.encode() + b".": b"v=DKIM1; k=rsa; p=" + key.encode()}
with open(path, "rb") as file:
    verifier = dkim.DKIM(file.read())
try:
    passed = verifier.verify(dnsfunc=lambda asked, timeout=5: published.get(asked))
    print(b":".join(verifier.signature_fields[b"h"].split()).decode())
    print("pass" if passed else "fail")
except dkim.DKIMException as e:
    print(e)
