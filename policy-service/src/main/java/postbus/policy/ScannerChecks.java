package postbus.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import postbus.log.Bounces;
import postbus.site.LiveFiles;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Spam;
import postbus.site.Site;

/** The checks by the scanners that a site has, the cheaper one first. */
final class ScannerChecks {
  private ScannerChecks() {}

  static List<ContentCheck> of(Site site, Bounces.Contents contents) {
    List<ContentCheck> checks = new ArrayList<>();
    site.scanners()
        .virus()
        .ifPresent(virus ->
            checks.add(
                new VirusCheck(
                    virus, servers("virus", new ClamdScanner(), virus.asking()), contents)));
    site.scanners().spam().ifPresent(spam -> checks.add(spam(spam, site, contents)));
    return checks;
  }

  private static SpamCheck spam(Spam rule, Site site, Bounces.Contents contents) {
    Scanner<SpamScore> scanner =
        switch (rule.program()) {
          case SPAMD -> new SpamdScanner();
          case RSPAMD -> new RspamdScanner();
        };
    return new SpamCheck(
        rule, isWantedBy(rule, site), servers("spam", scanner, rule.asking()), contents);
  }

  private static Predicate<String> isWantedBy(Spam rule, Site site) {
    LiveFiles files = new LiveFiles(site.folder());
    return rule.domains()
        .<Predicate<String>>map(list -> domain -> files.contains(list, domain))
        .orElse(_ -> true);
  }

  private static <A> ScannerServers<A> servers(String name, Scanner<A> scanner, Asking asking) {
    return new ScannerServers<>(name, scanner, asking, System::nanoTime);
  }
}
