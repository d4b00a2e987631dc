package postbus.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import postbus.auth.dkim.Dkim;
import postbus.auth.dmarc.Dmarc;
import postbus.auth.spf.Spf;
import postbus.mail.AuthenticationResults;
import postbus.mail.HeaderField;

/**
 * The field that tells what was found (RFC 8601). What strangers wrote is in it as a bare word if
 * it is one, else as a quoted string of printable ASCII.
 */
final class OriginField {
  /** Characters of one value: those of the longest domain. */
  private static final int VALUE_MAX = 253;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1," + VALUE_MAX + "}");

  private OriginField() {}

  /**
   * The field.
   *
   * @param hostname who says so (the authserv-id)
   */
  static HeaderField of(String hostname, Origin origin) {
    List<String> results = new ArrayList<>();
    origin.spf().map(OriginField::spf).forEach(results::add);
    origin
        .dkim()
        .ifPresent(signatures -> {
          signatures.stream().map(OriginField::dkim).forEach(results::add);
          if (signatures.isEmpty()) {
            results.add("dkim=none");
          }
        });
    origin.dmarc().map(OriginField::dmarc).ifPresent(results::add);
    String told = results.isEmpty() ? "none" : String.join(";\r\n\t", results);
    return new HeaderField(AuthenticationResults.NAME, hostname + ";\r\n\t" + told);
  }

  private static String spf(Spf.Outcome outcome) {
    String property =
        switch (outcome.identity()) {
          case MAIL_FROM -> "smtp.mailfrom";
          case HELO -> "smtp.helo";
        };
    return "spf=" + outcome.result() + property(property, outcome.domain());
  }

  private static String dkim(Dkim.Outcome outcome) {
    return "dkim="
        + outcome.result()
        + (outcome.reason().isEmpty() ? "" : " reason=" + value(outcome.reason()))
        + property("header.d", outcome.domain())
        + property("header.s", outcome.selector());
  }

  private static String dmarc(Dmarc.Outcome outcome) {
    String policy =
        switch (outcome.result()) {
          case PASS, FAIL -> property("polrec.p", outcome.policy().toString());
          case NONE, TEMPERROR, PERMERROR -> "";
        };
    return "dmarc=" + outcome.result() + property("header.from", outcome.domain()) + policy;
  }

  private static String property(String name, String value) {
    return value.isEmpty() ? "" : " " + name + "=" + value(value);
  }

  private static String value(String text) {
    return WORD.matcher(text).matches()
        ? text
        : '"' + printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** At most so much of a stranger's text, in one line of ASCII. */
  static String printable(String text) {
    String some = text.substring(0, Math.min(VALUE_MAX, text.length()));
    return some.replaceAll("[^ -~]", "?");
  }
}
