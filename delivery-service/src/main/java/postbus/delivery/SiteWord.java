package postbus.delivery;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.Outcome;
import postbus.smtp.Pressure;
import postbus.smtp.Sent.Result;
import postbus.smtp.Trouble;

/**
 * What the outcomes of a mail tell of its site.
 *
 * @param pressure the most that one of them asks for
 * @param reply the last that was not good news; null if all went well
 */
record SiteWord(Pressure pressure, @Nullable String reply) {

  /** Empty if none of it is a server's word. */
  static Optional<SiteWord> of(List<Result> results) {
    if (results.stream().allMatch(result -> isOurs(result.outcome()))) {
      return Optional.empty();
    }
    Pressure pressure = Pressure.NONE;
    String reply = null;
    for (Result result : results) {
      if (!(result.outcome() instanceof Outcome.Delivered)) {
        Pressure asked = Trouble.pressure(result.outcome());
        pressure = asked.compareTo(pressure) > 0 ? asked : pressure;
        reply = result.outcome().why().reply().toString();
      }
    }
    return Optional.of(new SiteWord(pressure, reply));
  }

  private static boolean isOurs(Outcome outcome) {
    return outcome.why().remote().isEmpty();
  }
}
