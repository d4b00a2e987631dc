package postbus.policy;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import postbus.site.Place;

/** SpamAssassin's spamd, asked for its report (SPAMC protocol 1.5), as Exim does. */
final class SpamdScanner implements Scanner<SpamScore> {
  /** Octets of an answer; a report has some thousand. */
  static final int ANSWER_OCTETS_MAX = 64 << 10;

  private static final byte[] QUESTION =
      "REPORT SPAMC/1.5\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern OK = Pattern.compile("SPAMD/[0-9.]{1,7} 0 EX_OK\r\n");
  private static final Pattern ERROR = Pattern.compile("SPAMD/[0-9.]{1,7} [1-9]\\d{0,2} .*\r\n");
  private static final Pattern LENGTH = Pattern.compile("\r\nContent-length: (\\d{1,9})\r\n");
  private static final Pattern SCORE =
      Pattern.compile("\r\nSpam: \\w{1,10} ; (-?\\d{1,6}(?:\\.\\d{1,6})?) / [-0-9.]{1,12}\r\n");

  @Override
  public ScanAnswer<SpamScore> scan(Place server, ScannedMail mail) throws IOException {
    try (ScannerSocket socket = ScannerSocket.connect(server)) {
      OutputStream out = socket.out();
      out.write(QUESTION);
      mail.writeTo(out);
      out.flush();
      socket.endQuestion();
      return read(new String(socket.answer(ANSWER_OCTETS_MAX), StandardCharsets.ISO_8859_1));
    }
  }

  private static ScanAnswer<SpamScore> read(String answer) throws ProtocolException {
    int headEnd = answer.indexOf("\r\n\r\n");
    String head = answer.substring(0, headEnd < 0 ? 0 : headEnd + 2);
    if (ERROR.matcher(answer).lookingAt()) {
      return ScanAnswer.declined();
    }
    Matcher length = LENGTH.matcher(head);
    Matcher score = SCORE.matcher(head);
    if (!OK.matcher(head).lookingAt() || !length.find() || !score.find()) {
      throw new ProtocolException("not to be understood: " + Quoted.line(answer));
    }
    String report = answer.substring(headEnd + 4);
    if (report.length() != Integer.parseInt(length.group(1))) {
      throw new ProtocolException(
          "%d octets of a report of %s".formatted(report.length(), length.group(1)));
    }
    return new ScanAnswer.Found<>(SpamScore.of(new BigDecimal(score.group(1)), report));
  }
}
