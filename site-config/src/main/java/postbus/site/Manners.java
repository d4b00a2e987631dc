package postbus.site;

import java.time.Duration;

/**
 * What is not borne of a client; part of the section {@code sessions}.
 *
 * @param headerMax octets of a content's header
 * @param failedRecipientsMin refused recipients of a session that may mean harvesting
 * @param failedRecipientsRatio refused recipients for each good one, from which they do mean it
 * @param dataRateMin octets a second at which a content must come in
 * @param dataRateWindow over which that is measured
 */
public record Manners(
    int headerMax,
    int failedRecipientsMin,
    int failedRecipientsRatio,
    long dataRateMin,
    Duration dataRateWindow) {

  /** What holds where the site says nothing. */
  public static final Manners DEFAULT = new Manners(1 << 20, 8, 4, 500, Duration.ofMinutes(1));
}
