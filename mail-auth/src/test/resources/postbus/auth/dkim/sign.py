"""Signs each of the mails named in every way that dkimpy knows, each into a file of its own.

usage: sign.py RSA-KEY ED25519-SEED MAIL...
"""

import itertools
import sys

import dkim

rsa = open(sys.argv[1], "rb").read()
seed = sys.argv[2].encode()
forms = (b"simple", b"relaxed")
for path in sys.argv[3:]:
    mail = open(path, "rb").read()
    for header, body, part in itertools.product(forms, forms, (False, True)):
        for algorithm, selector, key in ((b"rsa-sha256", b"test", rsa), (b"ed25519-sha256", b"brisbane", seed)):
            signature = dkim.sign(
                mail,
                selector,
                b"football.example.com",
                key,
                identity=b"joe@a.football.example.com",
                canonicalize=(header, body),
                signature_algorithm=algorithm,
                length=part,
            )
            name = b"-".join((algorithm[:3], header, body, b"l" if part else b"all")).decode()
            open(path + "." + name, "wb").write(signature + mail)
