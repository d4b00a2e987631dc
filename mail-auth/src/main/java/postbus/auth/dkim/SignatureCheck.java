package postbus.auth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.auth.MailHeader;
import postbus.auth.dkim.Dkim.Outcome;
import postbus.auth.dkim.DkimPublicKey.Bad;
import postbus.auth.dkim.DkimPublicKey.Good;
import postbus.content.BodyHash;
import postbus.dns.DnsRecords;
import postbus.dns.DnsRecords.Found;
import postbus.dns.DnsRecords.Nothing;
import postbus.dns.DnsRecords.Unknown;

/** One signature on its way: first it is shown the body, then it is judged. */
sealed interface SignatureCheck {

  /** A check of what a DKIM-Signature says. */
  static SignatureCheck begin(MailHeader.Field field) {
    try {
      DkimSignature signature = DkimSignature.read(field);
      long limit = signature.bodyLength().orElse(Long.MAX_VALUE);
      return new Begun(signature, new BodyHash(signature.bodyForm(), limit));
    } catch (DkimSignature.Malformed e) {
      return new NoSignature(String.valueOf(e.getMessage()));
    }
  }

  boolean wantsBody();

  /** The next octets of the body, from the array's begin. */
  void body(byte[] octets, int length);

  Outcome end(MailHeader header, DnsRecords dns, Instant now);

  /** By the rules it is none. */
  record NoSignature(String why) implements SignatureCheck {
    @Override
    public boolean wantsBody() {
      return false;
    }

    @Override
    public void body(byte[] octets, int length) {}

    @Override
    public Outcome end(MailHeader header, DnsRecords dns, Instant now) {
      return new Outcome(DkimResult.NEUTRAL, "", "", why);
    }
  }

  /** One by the rules. */
  record Begun(DkimSignature signature, BodyHash hash) implements SignatureCheck {
    private static final String RSA = "rsa";
    private static final String ED25519 = "ed25519";

    /** The value of b=, from after its equals sign. */
    private static final Pattern VALUE =
        Pattern.compile("((?:^|;)[ \\t\\r\\n]*+b[ \\t\\r\\n]*+=)[^;]*+");

    @Override
    public boolean wantsBody() {
      return true;
    }

    @Override
    public void body(byte[] octets, int length) {
      hash.octets(octets, 0, length);
    }

    @Override
    public Outcome end(MailHeader header, DnsRecords dns, Instant now) {
      return switch (signature.algorithm()) {
        case "rsa-sha256" -> end(header, dns, now, RSA);
        case "ed25519-sha256" -> end(header, dns, now, ED25519);
        case "rsa-sha1" -> outcome(DkimResult.POLICY, "sha1 proves nothing");
        default -> outcome(DkimResult.NEUTRAL, "unknown algorithm");
      };
    }

    private Outcome end(MailHeader header, DnsRecords dns, Instant now, String kind) {
      if (!header.isWhole()) {
        return outcome(DkimResult.NEUTRAL, "the header is too large");
      } else if (signature.expires().filter(until -> until < now.getEpochSecond()).isPresent()) {
        return outcome(DkimResult.FAIL, "the signature has expired");
      }
      String name = signature.selector() + "._domainkey." + signature.domain();
      return switch (dns.texts(name)) {
        case Unknown<String> _ -> outcome(DkimResult.TEMPERROR, "the key cannot be asked for now");
        case Nothing<String> _ -> outcome(DkimResult.PERMERROR, "there is no such key");
        case Found<String>(List<String> texts) ->
            switch (firstGood(texts, kind)) {
              case Bad(String why) -> outcome(DkimResult.PERMERROR, why);
              case Good(DkimPublicKey key) -> judge(header, key);
            };
      };
    }

    private static DkimPublicKey.Read firstGood(List<String> texts, String kind) {
      List<DkimPublicKey.Read> read =
          texts.stream().map(text -> DkimPublicKey.read(text, kind)).toList();
      return read.stream().filter(Good.class::isInstance).findFirst().orElse(read.getFirst());
    }

    private Outcome judge(MailHeader header, DkimPublicKey key) {
      if (key.exact() && !signature.identityDomain().equals(signature.domain())) {
        return outcome(DkimResult.PERMERROR, "the key is not for domains below");
      } else if (!key.isOfGoodLength()) {
        return outcome(DkimResult.POLICY, "the key is too short, or too long");
      }
      Optional<String> change = change(header, key);
      if (change.isPresent()) {
        return key.testing()
            ? outcome(DkimResult.NEUTRAL, change.get() + "; the domain is testing")
            : outcome(DkimResult.FAIL, change.get());
      }
      return signature.bodyLength().orElse(Long.MAX_VALUE) < hash.length()
          ? outcome(DkimResult.POLICY, "the end of the body is not signed")
          : outcome(DkimResult.PASS, "");
    }

    /** What is no longer as it was signed. */
    private Optional<String> change(MailHeader header, DkimPublicKey key) {
      boolean sameBody = MessageDigest.isEqual(hash.hash(), signature.bodyHash());
      long signed = signature.bodyLength().orElse(0L);
      if (!sameBody || signed > hash.length()) {
        return Optional.of("the body was changed");
      }
      return key.verifies(signedOctets(header), signature.signature())
          ? Optional.empty()
          : Optional.of("the header was changed, or another key was used");
    }

    /** RFC 6376, section 3.7: fields of one name from the bottom up, then the signature's own. */
    private byte[] signedOctets(MailHeader header) {
      StringBuilder signed = new StringBuilder();
      Map<String, Iterator<MailHeader.Field>> left = new HashMap<>();
      for (String name : signature.fields()) {
        var fields = left.computeIfAbsent(name, n -> header.upwards(n).iterator());
        if (fields.hasNext()) {
          MailHeader.Field field = fields.next();
          signed.append(signature.headerForm().field(field.name(), field.body())).append("\r\n");
        }
      }
      MailHeader.Field own = signature.field();
      String unsigned = VALUE.matcher(own.body()).replaceFirst("$1");
      signed.append(signature.headerForm().field(own.name(), unsigned));
      return signed.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private Outcome outcome(DkimResult result, String reason) {
      return new Outcome(result, signature.domain(), signature.selector(), reason);
    }
  }
}
