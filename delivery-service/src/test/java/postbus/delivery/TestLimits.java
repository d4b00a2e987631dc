package postbus.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import postbus.site.DeliveryLimits;
import postbus.site.Lending;
import postbus.site.SiteRule;

/** Limits of delivery where a test wants others than the defaults. */
final class TestLimits {
  private TestLimits() {}

  /** With rules for some sites. */
  static DeliveryLimits with(SiteRule... rules) {
    return with(DeliveryLimits.DEFAULT.lending(), rules);
  }

  static DeliveryLimits with(Lending lending, SiteRule... rules) {
    DeliveryLimits usual = DeliveryLimits.DEFAULT;
    return new DeliveryLimits(
        usual.connectionsPerSiteMax(),
        usual.recipientsPerMailMax(),
        usual.mailsPerConnectionMax(),
        Duration.ofSeconds(1),
        usual.connectWait(),
        usual.greetingWait(),
        usual.commandWait(),
        usual.dataWait(),
        usual.blockWait(),
        usual.finalDotWait(),
        usual.localWorkersMax(),
        usual.windowMails(),
        usual.windowOctets(),
        usual.connectionsAtFirst(),
        usual.busyWait(),
        lending,
        Stream.of(rules).collect(Collectors.toMap(SiteRule::name, rule -> rule)),
        Map.of());
  }
}
