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

/** One signature on its way: its key is asked for, it is shown the body, then it is judged. */
sealed interface SignatureCheck {

  /** A check of what a DKIM-Signature says. Blocks as DNS does. */
  static SignatureCheck begin(
      MailHeader.Field field, MailHeader header, DnsRecords dns, Instant now) {
    try {
      return begin(DkimSignature.read(field), header, dns, now);
    } catch (DkimSignature.Malformed e) {
      return new Decided(new Outcome(DkimResult.NEUTRAL, "", "", String.valueOf(e.getMessage())));
    }
  }

  private static SignatureCheck begin(
      DkimSignature signature, MailHeader header, DnsRecords dns, Instant now) {
    return switch (signature.algorithm()) {
      case "rsa-sha256" -> begin(signature, header, dns, now, "rsa");
      case "ed25519-sha256" -> begin(signature, header, dns, now, "ed25519");
      case "rsa-sha1" -> decided(signature, DkimResult.POLICY, "sha1 proves nothing");
      default -> decided(signature, DkimResult.NEUTRAL, "unknown algorithm");
    };
  }

  private static SignatureCheck begin(
      DkimSignature signature, MailHeader header, DnsRecords dns, Instant now, String kind) {
    if (!header.isWhole()) {
      return decided(signature, DkimResult.NEUTRAL, "the header is too large");
    } else if (signature.expires().filter(until -> until < now.getEpochSecond()).isPresent()) {
      return decided(signature, DkimResult.FAIL, "the signature has expired");
    }
    return switch (dns.texts(signature.selector() + "._domainkey." + signature.domain())) {
      case Unknown<String> _ ->
          decided(signature, DkimResult.TEMPERROR, "the key cannot be asked for now");
      case Nothing<String> _ -> decided(signature, DkimResult.PERMERROR, "there is no such key");
      case Found<String>(List<String> texts) -> keyed(signature, header, firstGood(texts, kind));
    };
  }

  private static SignatureCheck keyed(
      DkimSignature signature, MailHeader header, DkimPublicKey.Read read) {
    return switch (read) {
      case Bad(String why) -> decided(signature, DkimResult.PERMERROR, why);
      case Good(DkimPublicKey key)
          when key.exact() && !signature.identityDomain().equals(signature.domain()) ->
          decided(signature, DkimResult.PERMERROR, "the key is not for domains below");
      case Good(DkimPublicKey key) when !key.isOfGoodLength() ->
          decided(signature, DkimResult.POLICY, "the key is too short, or too long");
      case Good(DkimPublicKey key) -> {
        long limit = signature.bodyLength().orElse(Long.MAX_VALUE);
        yield new Keyed(signature, header, key, new BodyHash(signature.bodyForm(), limit));
      }
    };
  }

  private static DkimPublicKey.Read firstGood(List<String> texts, String kind) {
    List<DkimPublicKey.Read> read =
        texts.stream().map(text -> DkimPublicKey.read(text, kind)).toList();
    return read.stream().filter(Good.class::isInstance).findFirst().orElse(read.getFirst());
  }

  private static Decided decided(DkimSignature signature, DkimResult result, String reason) {
    return new Decided(new Outcome(result, signature.domain(), signature.selector(), reason));
  }

  boolean wantsBody();

  /** The next octets of the body, from the array's begin. */
  void body(byte[] octets, int length);

  Outcome end();

  /** Whatever the body is. */
  record Decided(Outcome outcome) implements SignatureCheck {
    @Override
    public boolean wantsBody() {
      return false;
    }

    @Override
    public void body(byte[] octets, int length) {}

    @Override
    public Outcome end() {
      return outcome;
    }
  }

  /** One by the rules, with its key. */
  record Keyed(DkimSignature signature, MailHeader header, DkimPublicKey key, BodyHash hash)
      implements SignatureCheck {
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
    public Outcome end() {
      Optional<String> change = change();
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
    private Optional<String> change() {
      boolean sameBody = MessageDigest.isEqual(hash.hash(), signature.bodyHash());
      long signed = signature.bodyLength().orElse(0L);
      if (!sameBody || signed > hash.length()) {
        return Optional.of("the body was changed");
      }
      return key.verifies(signedOctets(), signature.signature())
          ? Optional.empty()
          : Optional.of("the header was changed, or another key was used");
    }

    /** RFC 6376, section 3.7: fields of one name from the bottom up, then the signature's own. */
    private byte[] signedOctets() {
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
